//! The network namespaces that something shows: a process in it, a descriptor, a mount in any mount namespace.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::thread;

use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

use super::mounts;
use super::processes::{Open, Processes, inode, name_of};
use crate::sys::Errno;

/// This thread's network namespace, and the others.
#[derive(Debug, Default)]
pub(crate) struct Namespaces {
    /// The inode of this thread's.
    pub(crate) own: Option<u64>,
    /// Where each of the others can be opened.
    others: BTreeMap<u64, (PathBuf, String)>,
    /// Whose namespaces cannot even be named.
    pub(crate) unnamed: Vec<String>,
    /// Whether there may be processes, and so namespaces, that are not seen at all.
    pub(crate) may_be_more: bool,
}

/// One of the other namespaces.
pub(crate) struct Other<'n> {
    pub(crate) inode: u64,
    pub(crate) path: &'n Path,
    /// `net:[4026531840] of sleep (pid 4711)`.
    pub(crate) description: String,
}

const OWN: &str = "/proc/thread-self/ns/net";

impl Namespaces {
    pub(crate) fn find(processes: &Processes) -> Self {
        let own = fs::read_link(OWN).ok().and_then(|link| inode(link.to_str()?));
        let mut others = BTreeMap::new();
        for mount in mounts::of_type("nsfs").unwrap_or_default() {
            if let Some(inode) = mount.root.to_str().and_then(inode) {
                let description = mount.path.display().to_string();
                others.entry(inode).or_insert((mount.path, description));
            }
        }
        for &thread in processes.mount_namespaces() {
            let mountinfo = fs::read(format!("/proc/{thread}/mountinfo")).unwrap_or_default();
            for mount in mounts::of_type_in(&mountinfo, "nsfs") {
                let Some(inode) = mount.root.to_str().and_then(inode) else { continue };
                let Ok(path) = mount.path.strip_prefix("/") else { continue };
                let description = format!("{} as {} sees it", mount.path.display(), name_of(thread));
                others
                    .entry(inode)
                    .or_insert_with(|| (Path::new(&format!("/proc/{thread}/root")).join(path), description));
            }
        }
        for &(inode, pid) in processes.namespaces() {
            let path = PathBuf::from(format!("/proc/{pid}/ns/net"));
            others.entry(inode).or_insert_with(|| (path, name_of(pid)));
        }
        for (pid, fd, open) in processes.open() {
            if let Open::NetNamespace(inode) = open {
                let path = PathBuf::from(format!("/proc/{pid}/fd/{fd}"));
                others.entry(*inode).or_insert_with(|| (path, name_of(*pid)));
            }
        }
        if let Some(own) = own {
            others.remove(&own);
        }
        let unnamed = processes.elsewhere().iter().map(|&thread| format!("that of {}", name_of(thread))).collect();
        Self { own, others, unnamed, may_be_more: !processes.has_all() }
    }

    pub(crate) fn others(&self) -> impl Iterator<Item = Other<'_>> {
        self.others.iter().map(|(&inode, (path, whose))| Other {
            inode,
            path,
            description: format!("net:[{inode}] of {whose}"),
        })
    }

    /// This thread's own namespace, as a file.
    pub(crate) fn open_own() -> Result<File, Errno> {
        File::open(OWN).map_err(|error| Errno(error.raw_os_error().unwrap_or(libc::EIO)))
    }
}

impl Other<'_> {
    pub(crate) fn open(&self) -> Result<File, Errno> {
        File::open(self.path).map_err(|error| Errno(error.raw_os_error().unwrap_or(libc::EIO)))
    }

    /// Does `work` in this namespace, on a thread of its own: the namespace of this one stays as it is. Needs
    /// `CAP_SYS_ADMIN` in the namespace's user namespace.
    pub(crate) fn enter<T: Send>(&self, work: impl FnOnce() -> T + Send) -> Result<T, Errno> {
        let namespace = self.open()?;
        let entered = thread::scope(|scope| {
            let spawned = thread::Builder::new().spawn_scoped(scope, || {
                move_into_link_name_space(namespace.as_fd(), Some(LinkNameSpaceType::Network))?;
                Ok(work())
            });
            spawned.map_err(|_| Errno(libc::EAGAIN))?.join().map_err(|_| Errno(libc::EIO))
        });
        entered?
    }
}
