//! What keys are held against: kernels and objects, one column each.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use mapkey_runtime::{Source, SourceError};

use crate::Failure;
use crate::check::natural;

/// A source that keys are held against.
pub(crate) struct Place {
    /// As short as it can be among the others.
    pub(crate) name: String,
    from: From,
}

enum From {
    RunningKernel,
    /// A kernel's BTF, or an object.
    File(PathBuf),
}

/// How a folder calls a kernel whose modules stand beside it.
const KERNEL_FILES: [&str; 2] = ["vmlinux", "vmlinux.btf"];

/// The kernels: those of files and folders, or the running one.
pub(crate) fn kernels(paths: &[PathBuf]) -> Result<Vec<Place>, Failure> {
    if paths.is_empty() {
        let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        let name = format!("the running kernel {}", release.trim_end());
        return Ok(vec![Place { name: name.trim_end().to_owned(), from: From::RunningKernel }]);
    }
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let before = files.len();
        collect(path, &mut files)?;
        if files.len() == before {
            return Err(format!(
                "{} has no BTF file: files that end in `.btf` or are called `vmlinux` are looked for, in its folders too",
                path.display()
            )
            .into());
        }
        files[before..].sort_by(|a, b| natural::compare(&a.to_string_lossy(), &b.to_string_lossy()));
    }
    Ok(named(files))
}

/// The objects whose maps have the own keys.
pub(crate) fn objects(paths: &[PathBuf]) -> Vec<Place> {
    named(paths.to_vec())
}

/// All kernels' BTF under `folder`. Links to folders are not followed: they can lead back.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let unreadable = |error| Failure::from(format!("{} cannot be read: {error}", folder.display()));
    let mut entries =
        fs::read_dir(folder).and_then(|entries| entries.collect::<Result<Vec<_>, _>>()).map_err(unreadable)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    let kernel = entries.iter().map(fs::DirEntry::path).find(|path| is_kernel(path) && path.is_file());
    for entry in &entries {
        let path = entry.path();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            if kernel.is_none() || entry.file_name() != "modules" {
                collect(&path, files)?;
            }
        } else if kernel.is_none() && path.extension() == Some(OsStr::new("btf")) && path.is_file() {
            files.push(path);
        }
    }
    files.extend(kernel);
    Ok(())
}

fn is_kernel(path: &Path) -> bool {
    path.file_name().is_some_and(|name| KERNEL_FILES.iter().any(|&kernel| name == kernel))
}

/// Each file by the part of its path that says most.
fn named(files: Vec<PathBuf>) -> Vec<Place> {
    let mut counts = HashMap::<String, usize>::new();
    let names: Vec<String> = files.iter().map(|path| short_name(path)).collect();
    for name in &names {
        *counts.entry(name.clone()).or_default() += 1;
    }
    let place = |(path, name): (PathBuf, String)| {
        let name = if counts.get(&name) == Some(&1) { name } else { path.display().to_string() };
        Place { name, from: From::File(path) }
    };
    files.into_iter().zip(names).map(place).collect()
}

fn short_name(path: &Path) -> String {
    let whole = || path.display().to_string();
    let folder = path.parent().and_then(Path::file_name);
    let name = if is_kernel(path) { folder } else { path.file_name() };
    let Some(name) = name.and_then(OsStr::to_str) else { return whole() };
    let name = name.strip_suffix(".btf").unwrap_or(name);
    name.strip_prefix("vmlinux-").unwrap_or(name).to_owned()
}

impl Place {
    /// What the place is called in full.
    pub(crate) fn description(&self) -> String {
        match &self.from {
            From::RunningKernel => self.name.clone(),
            From::File(path) => path.display().to_string(),
        }
    }

    pub(crate) fn open(&self) -> Result<Source, SourceError> {
        match &self.from {
            From::RunningKernel => Source::kernel(),
            From::File(path) => Source::file(path),
        }
    }

    /// The file's content; nothing of the running kernel's.
    pub(crate) fn bytes(&self) -> io::Result<Vec<u8>> {
        match &self.from {
            From::RunningKernel => Ok(Vec::new()),
            From::File(path) => fs::read(path),
        }
    }

    /// A module of this kernel: of the running one, or in a file beside the kernel's. `None` where there is no file.
    pub(crate) fn module(&self, name: &str) -> Option<Result<Source, SourceError>> {
        let kernel = match &self.from {
            From::RunningKernel => return Some(Source::module(name)),
            From::File(path) => path,
        };
        let folder = kernel.parent()?;
        let names = [name.to_owned(), name.replace('_', "-")];
        let files = names.iter().flat_map(|name| [format!("{name}.btf"), format!("{name}.ko")]);
        let paths = files.flat_map(|file| [folder.join("modules").join(&file), folder.join(&file)]);
        let module = paths.into_iter().find(|path| path.is_file())?;
        Some(Source::file(module).and_then(|module| module.on(self.open()?)))
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
    }
}
