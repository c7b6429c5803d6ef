//! The BTF of the kernel and of its modules.

use std::fs;

use super::{Finding, Status, System};
use crate::{KernelConfig, Source, module};

/// Whether the kernel's BTF is there, and whole.
pub(super) fn kernel(system: &System) -> Finding {
    const CHECK: &str = "kernel-btf";
    const WHY: &str = "without it kernel keys cannot be checked and CO-RE programs do not load; a dump of a map and the check of a \
                       program's own keys use the map's BTF and do not need it";
    let source = match Source::kernel_under(&system.root, &system.release) {
        Ok(source) => source,
        Err(error) => {
            let text = error.to_string();
            let mut lines = text.lines().map(str::trim);
            let mut finding = Finding::new(CHECK, Status::Problem, lines.next().unwrap_or_default(), WHY);
            for line in lines {
                finding = match line.strip_prefix("repair: ") {
                    Some(repair) => finding.repaired_by(repair),
                    None => finding.seen(line),
                };
            }
            return finding;
        }
    };
    let description = source.to_string();
    match source.btf().and_then(|btf| btf.index(&[])) {
        Ok(index) => {
            let finding = Finding::new(CHECK, Status::Ok, "there, and whole", WHY)
                .seen(format!("{description}: {} types", index.type_count()));
            configured(system).into_iter().fold(finding, Finding::seen)
        }
        Err(error) => Finding::new(CHECK, Status::Problem, format!("{description} is broken: {error}"), WHY)
            .repaired_by("reinstall the kernel's package, or rebuild the kernel with a current pahole"),
    }
}

/// What the kernel's configuration says, where it can be read.
fn configured(system: &System) -> Option<String> {
    const OPTION: &str = "CONFIG_DEBUG_INFO_BTF";
    let config = KernelConfig::under(&system.root, &system.release).ok()?;
    Some(format!("{}: {OPTION}={}", config.path().display(), config.value(OPTION)?))
}

/// Whether the modules that are loaded have BTF.
pub(super) fn modules(system: &System) -> Finding {
    const CHECK: &str = "module-btf";
    const WHY: &str = "a key that mirrors a module's type is checked against the module's BTF, and programs that attach to a \
                       module's functions need it";
    let loaded = loaded_modules(system);
    let Ok(kernel) = Source::kernel_under(&system.root, &system.release) else {
        let what = "not looked at: a module's BTF continues the kernel's, which is missing";
        return Finding::new(CHECK, Status::Unseen, what, WHY);
    };
    let Ok(base) = kernel.btf() else {
        return Finding::new(CHECK, Status::Unseen, "not looked at: the kernel's own BTF is broken", WHY);
    };
    let unusable: Vec<_> = loaded.iter().filter_map(|name| module::find(&system.root, name, &base).err()).collect();
    if unusable.is_empty() {
        let what = match loaded.len() {
            0 => "no module is loaded".to_owned(),
            count => format!("all {count} loaded modules have it"),
        };
        return Finding::new(CHECK, Status::Ok, what, WHY).seen("/sys/module/*/initstate, /sys/kernel/btf");
    }
    let what = format!("{} of {} loaded modules have none that can be used", unusable.len(), loaded.len());
    let finding = Finding::new(CHECK, Status::Note, what, WHY);
    unusable.into_iter().fold(finding, |finding, module| finding.seen(module.to_string()))
}

/// `initstate` is there for what was loaded, not for what is built in.
fn loaded_modules(system: &System) -> Vec<String> {
    let folders = fs::read_dir(system.path("sys/module")).into_iter().flatten().flatten();
    let loaded = folders.filter(|folder| folder.path().join("initstate").exists());
    let mut names: Vec<String> = loaded.filter_map(|folder| folder.file_name().into_string().ok()).collect();
    names.sort_unstable();
    names
}
