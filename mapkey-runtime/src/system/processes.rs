//! What the system's processes have open, as `/proc` shows it.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// The inode of the first process namespace, `PROC_PID_INIT_INO` in `include/linux/proc_ns.h`.
const FIRST_PID_NAMESPACE: &str = "pid:[4026531836]";

/// What a descriptor of a process is, of what matters here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Open {
    Map,
    Program,
    PerfEvent,
    /// A raw tracepoint, before there were links.
    RawTracepoint,
    Statistics,
    /// A network namespace, with its inode.
    NetNamespace(u64),
}

/// Descriptors of all processes that this user may look at. Threads that do not share their process's descriptors are
/// not looked at one by one, nor is what lies in a socket's queue or in an io_uring.
#[derive(Debug, Default)]
pub(crate) struct Processes {
    open: Vec<(u32, u32, Open)>,
    /// The network namespaces of all threads: the inode, and a thread in it.
    namespaces: Vec<(u64, u32)>,
    /// A thread in each mount namespace.
    mount_namespaces: Vec<u32>,
    /// Threads whose network namespace is none that another thread shows.
    elsewhere: Vec<u32>,
    /// The processes that do not show their descriptors, or what they are.
    hidden: Vec<u32>,
    /// Whether all processes of this machine stand in `/proc`.
    has_all: bool,
}

impl Processes {
    pub(crate) fn scan() -> Self {
        let mut seen = Self::default();
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        let mut namespaces = Namespaces::default();
        let mut has_first = false;
        for pid in entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()) {
            has_first |= pid == 1;
            if let Err(error) = seen.scan_process(pid)
                && error.kind() == io::ErrorKind::PermissionDenied
            {
                seen.hidden.push(pid);
            }
            namespaces.scan_process(pid);
        }
        // `hidepid` keeps from others that there is a first process.
        seen.has_all = has_first && is_in_first_namespace();
        seen.elsewhere = namespaces.elsewhere();
        seen.mount_namespaces = namespaces.mounts.into_values().collect();
        seen.namespaces = namespaces.shown.into_iter().collect();
        seen
    }

    fn scan_process(&mut self, pid: u32) -> io::Result<()> {
        for entry in fs::read_dir(format!("/proc/{pid}/fd"))? {
            let entry = entry?;
            let Some(fd) = entry.file_name().to_str().and_then(|fd| fd.parse().ok()) else { continue };
            let target = match fs::read_link(entry.path()) {
                Ok(target) => target,
                // What one of its descriptors is, is as hidden as what the others are.
                Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return Err(error),
                Err(_) => continue,
            };
            if let Some(open) = target.to_str().and_then(classify) {
                self.open.push((pid, fd, open));
            }
        }
        Ok(())
    }

    /// What is open: the process, its descriptor, what it is.
    pub(crate) fn open(&self) -> &[(u32, u32, Open)] {
        &self.open
    }

    /// The network namespaces of all threads, each with one of its threads.
    pub(crate) fn namespaces(&self) -> &[(u64, u32)] {
        &self.namespaces
    }

    /// A thread in each mount namespace.
    pub(crate) fn mount_namespaces(&self) -> &[u32] {
        &self.mount_namespaces
    }

    /// Threads in network namespaces of which nothing but their being there is seen.
    pub(crate) fn elsewhere(&self) -> &[u32] {
        &self.elsewhere
    }

    /// Whether all processes of this machine stand in `/proc`: not so in a process namespace, or with `hidepid`.
    pub(crate) const fn has_all(&self) -> bool {
        self.has_all
    }

    /// A process that makes the kernel count runs.
    pub(crate) fn counting(&self) -> Option<u32> {
        self.open.iter().find(|(.., open)| *open == Open::Statistics).map(|&(pid, ..)| pid)
    }

    /// Whose descriptors cannot be seen, if there is anybody.
    pub(crate) fn hidden(&self) -> Option<String> {
        match self.hidden.as_slice() {
            [] if self.has_all => None,
            [] => Some(OUTSIDE.to_owned()),
            &[pid] => Some(name_of(pid)),
            several => Some(format!("{} processes", several.len())),
        }
    }
}

/// What a scan sees nothing of where it does not [have all](Processes::has_all).
pub(crate) const OUTSIDE: &str = "processes that `/proc` does not show here";

fn is_in_first_namespace() -> bool {
    fs::read_link("/proc/self/ns/pid").is_ok_and(|link| link.to_str() == Some(FIRST_PID_NAMESPACE))
}

/// In which network namespaces threads are: one can be in another than its process.
#[derive(Default)]
struct Namespaces {
    /// The inode of each that is shown, and a thread in it.
    shown: BTreeMap<u64, u32>,
    /// The marks of those that are shown.
    marks: BTreeSet<u64>,
    /// Threads that do not show theirs, with its mark where they show that.
    hidden: BTreeMap<Option<u64>, u32>,
    /// A thread in each mount namespace.
    mounts: BTreeMap<PathBuf, u32>,
}

impl Namespaces {
    fn scan_process(&mut self, pid: u32) {
        // `/proc` has a folder for each thread, which it does not list.
        for task in fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten() {
            let Some(thread) = task.file_name().to_str().and_then(|thread| thread.parse().ok()) else { continue };
            if let Ok(link) = fs::read_link(task.path().join("ns/mnt")) {
                self.mounts.entry(link).or_insert(thread);
            }
            match fs::read_link(task.path().join("ns/net")) {
                Ok(link) => {
                    let Some(inode) = link.to_str().and_then(inode) else { continue };
                    if let Entry::Vacant(vacant) = self.shown.entry(inode) {
                        vacant.insert(thread);
                        self.marks.extend(mark(&task.path()));
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                    self.hidden.entry(mark(&task.path())).or_insert(thread);
                }
                Err(_) => {}
            }
        }
    }

    /// A thread in each namespace that is not shown.
    fn elsewhere(&self) -> Vec<u32> {
        let is_shown = |mark: &Option<u64>| mark.is_some_and(|mark| self.marks.contains(&mark));
        self.hidden.iter().filter(|(mark, _)| !is_shown(mark)).map(|(_, &thread)| thread).collect()
    }
}

/// Tells the network namespaces of two threads apart where `ns/net` may not be read: each namespace has a tree of its own
/// under `/proc/PID/net`, with its own inodes, which everybody may look at (`proc_tgid_net_lookup` and `get_proc_task_net`
/// in `fs/proc/proc_net.c`).
fn mark(task: &Path) -> Option<u64> {
    fs::metadata(task.join("net/dev")).ok().map(|file| file.ino())
}

/// The inode in `net:[4026531840]`.
pub(crate) fn inode(link: &str) -> Option<u64> {
    link.strip_prefix("net:[")?.strip_suffix(']')?.parse().ok()
}

/// Newer kernels put brackets around the names of anonymous inodes.
fn classify(link: &str) -> Option<Open> {
    let name = link.strip_prefix("anon_inode:").map(|name| name.trim_matches(['[', ']']));
    Some(match name {
        Some("bpf-map") => Open::Map,
        Some("bpf-prog") => Open::Program,
        Some("perf_event") => Open::PerfEvent,
        Some("bpf-raw-tracepoint") => Open::RawTracepoint,
        Some("bpf-stats") => Open::Statistics,
        Some(_) => return None,
        None => Open::NetNamespace(inode(link)?),
    })
}

/// What `/proc` calls a process: `name (pid 4711)`.
pub(crate) fn name_of(pid: u32) -> String {
    match comm(pid) {
        Some(comm) => format!("{comm} (pid {pid})"),
        None => format!("pid {pid}"),
    }
}

/// The name of a process.
pub(crate) fn comm(pid: u32) -> Option<String> {
    let comm = fs::read(PathBuf::from(format!("/proc/{pid}/comm"))).ok()?;
    Some(String::from_utf8_lossy(comm.trim_ascii_end()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_descriptors_by_their_links() {
        assert_eq!(classify("anon_inode:bpf-map"), Some(Open::Map));
        assert_eq!(classify("anon_inode:[perf_event]"), Some(Open::PerfEvent));
        assert_eq!(classify("net:[4026531840]"), Some(Open::NetNamespace(4_026_531_840)));
        for other in ["anon_inode:[eventpoll]", "socket:[1]", "/tmp/anon_inode:bpf-map", "net:[x]"] {
            assert_eq!(classify(other), None, "{other}");
        }
    }
}
