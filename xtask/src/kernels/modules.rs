//! A package's modules.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use super::image;
use crate::command::{output, program};

/// The modules in an unpacked package, in a fixed order; fails where two have one name.
pub(super) fn find(unpacked: &Path, release: &str) -> Result<Vec<PathBuf>> {
    let folders = ["lib/modules", "usr/lib/modules"].map(|folder| unpacked.join(folder).join(release));
    let folder = folders.iter().find(|folder| folder.exists());
    let mut modules = Vec::new();
    collect(folder.with_context(|| format!("no modules in {}", unpacked.display()))?, &mut modules)?;
    modules.sort_by_cached_key(|module| name(module));
    if let Some(pair) = modules.windows(2).find(|pair| name(&pair[0]) == name(&pair[1])) {
        bail!("two modules have one name: {} and {}", pair[0].display(), pair[1].display());
    }
    ensure!(!modules.is_empty(), "no modules in {}", unpacked.display());
    Ok(modules)
}

fn collect(folder: &Path, modules: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), modules)?;
        } else if name(&entry.path()).is_some() {
            modules.push(entry.path());
        }
    }
    Ok(())
}

/// A module's name as the kernel spells it, which has no dashes.
pub(super) fn name(path: &Path) -> Option<String> {
    let file = path.file_name()?.to_str()?;
    let name = [".ko", ".ko.xz", ".ko.zst", ".ko.gz"].iter().find_map(|suffix| file.strip_suffix(suffix))?;
    Some(name.replace('-', "_"))
}

/// Where a module's BTF goes.
pub(super) fn output_file(module: &Path, folder: &Path) -> Result<PathBuf> {
    let name = name(module).with_context(|| format!("{} is no module", module.display()))?;
    Ok(folder.join(name).with_extension("btf"))
}

/// Writes a module's split BTF into `folder`; returns whether it has any.
pub(super) fn btf(module: &Path, folder: &Path) -> Result<bool> {
    let decompressor = match module.extension().and_then(|extension| extension.to_str()) {
        Some("xz") => Some("xz"),
        Some("zst") => Some("zstd"),
        Some("gz") => Some("gzip"),
        _ => None,
    };
    let elf = match decompressor {
        Some(name) => output(&mut program(name, &["-dc".as_ref(), module.as_os_str()]))?,
        None => fs::read(module)?,
    };
    let Some(btf) = image::section(&elf)? else { return Ok(false) };
    fs::write(output_file(module, folder)?, btf)?;
    Ok(true)
}
