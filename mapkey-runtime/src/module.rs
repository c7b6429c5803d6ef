//! The BTF of kernel modules, which continues the kernel's.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use mapkey_layout::btf::{Btf, BtfError};

use crate::bytes::Bytes;

/// There is no usable BTF of a kernel module.
#[derive(Debug)]
#[non_exhaustive]
pub struct NoModuleBtf {
    /// The module, `nf_conntrack`.
    pub module: String,
    /// Where its BTF was looked for.
    pub path: PathBuf,
    /// Why there is none.
    pub cause: ModuleCause,
}

/// Why a module has no usable BTF.
#[derive(Debug)]
#[non_exhaustive]
pub enum ModuleCause {
    /// The module is not loaded.
    NotLoaded,
    /// The module is loaded and has no BTF.
    NotBuilt,
    /// The file cannot be read.
    Unreadable(io::Error),
    /// The file has a header and no types.
    Empty,
    /// The file is broken, or is of another kernel.
    Broken(BtfError),
}

impl std::error::Error for NoModuleBtf {}

impl fmt::Display for NoModuleBtf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { module, path, cause } = self;
        let path = path.display();
        write!(f, "no BTF of the kernel module {module}: ")?;
        match cause {
            ModuleCause::NotLoaded => {
                write!(f, "{path} is not there, and the module is not loaded: `modprobe {module}`")
            }
            ModuleCause::NotBuilt => write!(
                f,
                "the module is loaded, and {path} is not there: it was built without CONFIG_DEBUG_INFO_BTF_MODULES, or \
                 against another kernel's BTF; use the distribution's module"
            ),
            ModuleCause::Unreadable(error) => write!(f, "{path} cannot be read: {error}"),
            ModuleCause::Empty => write!(f, "{path} has no types: rebuild the module with a current pahole"),
            ModuleCause::Broken(error) => {
                write!(f, "{path} does not fit this kernel: {error}; use the module that was built with this kernel")
            }
        }
    }
}

/// The modules of a kernel that have a type, and those that nobody can look into.
#[derive(Debug)]
#[non_exhaustive]
pub struct ModuleSearch {
    /// The modules that have it.
    pub having: Vec<String>,
    /// Modules whose BTF is broken or empty. They may have it too.
    pub unusable: Vec<NoModuleBtf>,
}

/// What to write, and a warning for each module that cannot be used.
impl fmt::Display for ModuleSearch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for module in &self.having {
            write!(f, "\n  the module {module} has it: `#[mapkey(module = \"{module}\")]`, `--module {module}`")?;
        }
        for module in &self.unusable {
            write!(f, "\n  warning, not looked into: {module}")?;
        }
        Ok(())
    }
}

/// Looks through all modules under `root` for types called `name`.
pub(crate) fn having(root: &Path, name: &str, kernel: &Btf<'_>) -> ModuleSearch {
    let mut search = ModuleSearch { having: Vec::new(), unusable: Vec::new() };
    let files = fs::read_dir(root.join("sys/kernel/btf")).into_iter().flatten().flatten();
    let mut modules: Vec<String> = files.filter_map(|file| file.file_name().into_string().ok()).collect();
    modules.sort();
    for module in modules.into_iter().filter(|module| module != "vmlinux") {
        match find(root, &module, kernel) {
            Ok((_, bytes)) => {
                let split = Btf::parse(&bytes).and_then(|btf| btf.on(kernel.clone()));
                if split.and_then(|btf| btf.index(&[name])).is_ok_and(|index| !index.candidates(name).ids.is_empty()) {
                    search.having.push(module);
                }
            }
            Err(error) => search.unusable.push(error),
        }
    }
    search
}

/// A module's BTF under `root`, whose kernel's is `base`.
pub(crate) fn find(root: &Path, module: &str, base: &Btf<'_>) -> Result<(PathBuf, Bytes), NoModuleBtf> {
    let path = root.join("sys/kernel/btf").join(module);
    let fail = |path: &Path, cause| Err(NoModuleBtf { module: module.to_owned(), path: path.to_owned(), cause });
    let bytes = match Bytes::of(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            // `initstate` is there for what was loaded, not for what is built in.
            let is_loaded = root.join("sys/module").join(module).join("initstate").exists();
            return fail(&path, if is_loaded { ModuleCause::NotBuilt } else { ModuleCause::NotLoaded });
        }
        Err(error) => return fail(&path, ModuleCause::Unreadable(error)),
    };
    // Whether it fits the base shows only when it is walked.
    let types = Btf::parse(&bytes).and_then(|btf| btf.on(base.clone())).and_then(|btf| btf.index(&[]));
    match types.map(|index| index.own_type_count()) {
        Ok(0) => fail(&path, ModuleCause::Empty),
        Ok(_) => Ok((path, bytes)),
        Err(error) => fail(&path, ModuleCause::Broken(error)),
    }
}
