//! The kernels in a folder.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use mapkey_layout::btf::BtfError;
use mapkey_runtime::Source;

use super::From;
use crate::check::natural;

/// How a folder calls a kernel whose modules stand beside it.
const KERNEL_FILES: [&str; 2] = ["vmlinux", "vmlinux.btf"];

pub(super) fn is_kernel(path: &Path) -> bool {
    path.file_name().is_some_and(|name| KERNEL_FILES.iter().any(|&kernel| name == kernel))
}

/// The kernels under `folder`, in the order of their versions, and the folders that cannot be read.
pub(super) fn kernels(folder: &Path) -> Vec<From> {
    let mut found = Vec::new();
    collect(folder, &mut found);
    if found.is_empty() {
        let reason = format!(
            "{} has no BTF file: files that end in `.btf` or are called `vmlinux` or `vmlinux-...` are looked for, in \
             its folders too",
            folder.display()
        );
        return vec![From::Folder { path: folder.to_owned(), reason }];
    }
    // Without the extension: `6.1` stands before `6.1.2`.
    let name = |from: &From| from.description().unwrap_or_default().trim_end_matches(".btf").to_owned();
    found.sort_by(|a, b| natural::compare(&name(a), &name(b)));
    found
}

/// Links to folders are not followed: they can lead back.
fn collect(folder: &Path, found: &mut Vec<From>) {
    let entries = fs::read_dir(folder).and_then(|entries| entries.collect::<Result<Vec<_>, _>>());
    let entries = match entries {
        Ok(entries) => entries,
        Err(error) => {
            let reason = format!("{} cannot be read: {error}", folder.display());
            found.push(From::Folder { path: folder.to_owned(), reason });
            return;
        }
    };
    let paths: Vec<PathBuf> = entries.iter().map(fs::DirEntry::path).collect();
    let has_kernel = paths.iter().any(|path| is_kernel(path) && path.is_file());
    for (entry, path) in entries.iter().zip(paths) {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            if !has_kernel || entry.file_name() != "modules" {
                collect(&path, found);
            }
        } else if is_wanted(&path, has_kernel) && path.is_file() {
            found.push(From::File(path));
        }
    }
}

fn is_wanted(path: &Path, has_kernel: bool) -> bool {
    let is_called_kernel = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"vmlinux-"));
    let is_btf = path.extension() == Some(OsStr::new("btf"));
    is_kernel(path) || is_called_kernel || is_btf && !(has_kernel && continues_a_kernel(path))
}

/// Whether a file is a module's: without the kernel's, the names of its types cannot be read, if it has any.
fn continues_a_kernel(path: &Path) -> bool {
    let Ok(source) = Source::file(path) else { return false };
    // Looking for a name, any one, is what reads them all.
    match source.btf().and_then(|btf| btf.index(&["task_struct"])) {
        Ok(index) => !matches!(index.named_composites().next(), Some(Ok(_))),
        Err(error) => matches!(error, BtfError::StringOffset { .. } | BtfError::IdOutOfRange { .. }),
    }
}
