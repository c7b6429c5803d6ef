//! What keys are held against: kernels and objects, one column each.

mod folder;

use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use mapkey_runtime::Source;

/// A source that keys are held against.
pub(crate) struct Place {
    /// As short as it can be among the others.
    pub(crate) name: String,
    from: From,
}

#[derive(Clone)]
enum From {
    RunningKernel,
    /// A kernel's BTF, or an object.
    File(PathBuf),
    /// A folder that gives no files.
    Folder {
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

/// The kernels: those of files and folders, or the running one.
pub(crate) fn kernels(paths: &[PathBuf]) -> Vec<Place> {
    if paths.is_empty() {
        let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        let name = format!("the running kernel {}", release.trim_end());
        return vec![Place { name: name.trim_end().to_owned(), from: From::RunningKernel }];
    }
    let of_path = |path: &PathBuf| if path.is_dir() { folder::kernels(path) } else { vec![From::File(path.clone())] };
    named(paths.iter().flat_map(of_path))
}

/// The objects whose maps have the own keys.
pub(crate) fn objects(paths: &[PathBuf]) -> Vec<Place> {
    named(paths.iter().cloned().map(From::File))
}

/// Each file once, by the part of its path that says most.
fn named(sources: impl Iterator<Item = From>) -> Vec<Place> {
    let mut seen = HashSet::new();
    let sources: Vec<From> = sources.filter(|from| from.path().is_none_or(|path| seen.insert(whole(path)))).collect();
    let mut counts = HashMap::<String, usize>::new();
    let names: Vec<String> = sources.iter().map(From::short_name).collect();
    for name in &names {
        *counts.entry(name.clone()).or_default() += 1;
    }
    let place = |(from, name): (From, String)| {
        let name = if counts.get(&name) == Some(&1) { name } else { from.description().unwrap_or(name) };
        Place { name, from }
    };
    sources.into_iter().zip(names).map(place).collect()
}

/// The path by which a file is the same as another; a link is a name of its own.
fn whole(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match (folder.canonicalize(), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}

impl From {
    fn path(&self) -> Option<&Path> {
        match self {
            Self::RunningKernel => None,
            Self::File(path) | Self::Folder { path, .. } => Some(path),
        }
    }

    fn description(&self) -> Option<String> {
        self.path().map(|path| path.display().to_string())
    }

    fn short_name(&self) -> String {
        match self {
            Self::File(path) if path != Path::new(RUNNING_KERNEL) => short_name(path),
            _ => self.description().unwrap_or_default(),
        }
    }
}

/// Its folder's name says nothing.
const RUNNING_KERNEL: &str = "/sys/kernel/btf/vmlinux";

fn short_name(path: &Path) -> String {
    let whole = || path.display().to_string();
    let folder = path.parent().and_then(Path::file_name);
    let name = if folder::is_kernel(path) { folder } else { path.file_name() };
    let Some(name) = name.and_then(OsStr::to_str) else { return whole() };
    let name = name.strip_suffix(".btf").unwrap_or(name);
    name.strip_prefix("vmlinux-").unwrap_or(name).to_owned()
}

impl Place {
    /// What the place is called in full.
    pub(crate) fn description(&self) -> String {
        self.from.description().unwrap_or_else(|| self.name.clone())
    }

    /// # Errors
    ///
    /// Why nothing can be held against it.
    pub(crate) fn open(&self) -> Result<Source, String> {
        match &self.from {
            From::RunningKernel => Source::kernel().map_err(|error| error.to_string()),
            From::File(path) => Source::file(path).map_err(|error| error.to_string()),
            From::Folder { reason, .. } => Err(reason.clone()),
        }
    }

    /// The file's content, where the place is one.
    pub(crate) fn bytes(&self) -> io::Result<Vec<u8>> {
        match &self.from {
            From::File(path) => fs::read(path),
            From::RunningKernel | From::Folder { .. } => Ok(Vec::new()),
        }
    }

    /// A module of this kernel: of the running one, or in a file beside the kernel's. `None` where there is no file.
    pub(crate) fn module(&self, name: &str) -> Option<Result<Source, String>> {
        let kernel = match &self.from {
            From::RunningKernel => return Some(Source::module(name).map_err(|error| error.to_string())),
            From::File(path) => path,
            From::Folder { .. } => return None,
        };
        let folder = kernel.parent()?;
        let names = [name.to_owned(), name.replace('_', "-")];
        let files = names.iter().flat_map(|name| [format!("{name}.btf"), format!("{name}.ko")]);
        let paths = files.flat_map(|file| [folder.join("modules").join(&file), folder.join(&file)]);
        let module = paths.into_iter().find(|path| path.is_file())?;
        let module = Source::file(module).map_err(|error| error.to_string());
        Some(module.and_then(|module| module.on(self.open()?).map_err(|error| error.to_string())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_called_by_what_tells_it_from_others() {
        let names = |paths: &[&str]| -> Vec<String> {
            objects(&paths.iter().map(PathBuf::from).collect::<Vec<_>>()).into_iter().map(|place| place.name).collect()
        };
        assert_eq!(names(&["k/6.1.0-56-amd64/vmlinux.btf", "k/6.12/vmlinux"]), ["6.1.0-56-amd64", "6.12"]);
        assert_eq!(names(&["a/5.4.0-91-generic.btf", "vmlinux-6.8"]), ["5.4.0-91-generic", "6.8"]);
        assert_eq!(names(&["a/x.btf", "b/x.btf", "vmlinux.btf"]), ["a/x.btf", "b/x.btf", "vmlinux.btf"]);
        assert_eq!(names(&["/sys/kernel/btf/vmlinux"]), ["/sys/kernel/btf/vmlinux"]);
        assert_eq!(names(&["x.btf", "./x.btf", "y.btf", "x.btf"]), ["x", "y"], "each file once");
    }
}
