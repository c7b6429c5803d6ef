//! What is pinned: every bpffs mount, scanned.

use std::fs;
use std::io;
use std::os::fd::{AsFd, AsRawFd};
use std::path::{Path, PathBuf};

use super::mounts;
use crate::sys::{self, Descriptor, Errno};

/// More files and folders than this are not looked at.
const MAX_ENTRIES: usize = 1 << 17;

/// `BPF_F_RDONLY`
const READ_ONLY: u32 = 1 << 3;

/// What is pinned at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(tag = "kind", content = "id", rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum PinnedObject {
    /// The map with this id.
    Map(u32),
    /// The program with this id.
    Program(u32),
    /// The link with this id.
    Link(u32),
}

/// Everything that is pinned under the bpffs mounts that this process sees.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Pins {
    /// The pins, by mount and folder.
    pub pins: Vec<(PathBuf, PinnedObject)>,
    /// Files and folders that this user may not open: more maps can be pinned there.
    pub unseen: Vec<PathBuf>,
    /// Where a bpffs is mounted.
    pub mounts: Vec<PathBuf>,
    /// Whether there were more entries than are looked at.
    pub cut: bool,
}

impl Pins {
    /// Scans every bpffs mount. Maps are opened for reading alone. Needs the files' rights, no capability; where a pin
    /// may not be opened its path is in [`unseen`](Self::unseen).
    #[must_use]
    pub fn scan() -> Self {
        let mut found = Self::default();
        let mounts = mounts::of_type("bpf").unwrap_or_default();
        let mut left = MAX_ENTRIES;
        for mount in mounts {
            found.mounts.push(mount.path.clone());
            found.scan_mount(mount.path, &mut left);
        }
        found
    }

    fn scan_mount(&mut self, mount: PathBuf, left: &mut usize) {
        let mut folders = vec![mount];
        while let Some(folder) = folders.pop() {
            let entries = match fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(_) => {
                    self.unseen.push(folder);
                    continue;
                }
            };
            let mut entries: Vec<_> = entries.flatten().take(*left).collect();
            *left -= entries.len();
            self.cut |= *left == 0;
            entries.sort_by_key(fs::DirEntry::file_name);
            for entry in entries {
                match entry.file_type() {
                    Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                    Ok(kind) if kind.is_file() => self.open(entry.path()),
                    // A link is no pin of its own.
                    _ => {}
                }
            }
        }
    }

    fn open(&mut self, path: PathBuf) {
        match identify(&path) {
            Ok(Some(object)) => self.pins.push((path, object)),
            // Removed meanwhile, nothing of bpf(2), or one of the files that the kernel itself puts there (`maps.debug`).
            Ok(None) | Err(Errno(libc::ENOENT)) => {}
            Err(_) => self.unseen.push(path),
        }
    }

    /// Where the map with this id is pinned.
    pub fn of_map(&self, id: u32) -> impl Iterator<Item = &Path> {
        self.pins.iter().filter(move |(_, object)| *object == PinnedObject::Map(id)).map(|(path, _)| path.as_path())
    }

    /// The pinned maps' ids, each once.
    pub(super) fn maps(&self) -> Vec<(u32, &Path)> {
        let mut maps: Vec<(u32, &Path)> = Vec::new();
        for (path, object) in &self.pins {
            if let PinnedObject::Map(id) = object {
                maps.push((*id, path));
            }
        }
        maps.sort_by_key(|&(id, _)| id);
        maps.dedup_by_key(|&mut (id, _)| id);
        maps
    }
}

fn identify(path: &Path) -> Result<Option<PinnedObject>, Errno> {
    let fd = match sys::get_pinned(path, READ_ONLY) {
        // Links are only opened for everything (`bpf_obj_get_user`).
        Err(Errno(libc::EINVAL)) => sys::get_pinned(path, 0)?,
        fd => fd?,
    };
    let unreadable = |error: io::Error| Errno(error.raw_os_error().unwrap_or(libc::EIO));
    Ok(match sys::descriptor(fd.as_raw_fd()).map_err(unreadable)? {
        Descriptor::Map => Some(PinnedObject::Map(sys::map_info(fd.as_raw_fd())?.id)),
        Descriptor::Prog => Some(PinnedObject::Program(sys::program_info(fd.as_fd())?.id)),
        Descriptor::Link => Some(PinnedObject::Link(sys::link_info(fd.as_fd())?.id)),
        Descriptor::Btf | Descriptor::Other(_) => None,
    })
}
