//! What the system's processes have open, as `/proc` shows it.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::PathBuf;

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
    /// How many processes do not show their descriptors.
    hidden: usize,
    in_first_namespace: bool,
}

impl Processes {
    pub(crate) fn scan() -> Self {
        let mut seen = Self { in_first_namespace: is_in_first_namespace(), ..Self::default() };
        let Ok(entries) = fs::read_dir("/proc") else {
            seen.hidden = 1;
            return seen;
        };
        let pids = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        let mut namespaces = BTreeSet::new();
        for pid in pids {
            if let Err(error) = seen.scan_process(pid) {
                seen.hidden += usize::from(error.kind() == io::ErrorKind::PermissionDenied);
            }
            for (inode, task) in namespaces_of(pid) {
                if namespaces.insert(inode) {
                    seen.namespaces.push((inode, task));
                }
            }
        }
        seen
    }

    fn scan_process(&mut self, pid: u32) -> io::Result<()> {
        for entry in fs::read_dir(format!("/proc/{pid}/fd"))? {
            let entry = entry?;
            let Some(fd) = entry.file_name().to_str().and_then(|fd| fd.parse().ok()) else { continue };
            let Ok(target) = fs::read_link(entry.path()) else { continue };
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

    /// A process that makes the kernel count runs.
    pub(crate) fn counting(&self) -> Option<u32> {
        self.open.iter().find(|(.., open)| *open == Open::Statistics).map(|&(pid, ..)| pid)
    }

    /// Whose descriptors cannot be seen, if there is anybody.
    pub(crate) fn hidden(&self) -> Option<String> {
        match self.hidden {
            0 if self.in_first_namespace => None,
            0 => Some("other process namespaces".to_owned()),
            1 => Some("1 process".to_owned()),
            hidden => Some(format!("{hidden} processes")),
        }
    }
}

fn is_in_first_namespace() -> bool {
    fs::read_link("/proc/self/ns/pid").is_ok_and(|link| link.to_str() == Some(FIRST_PID_NAMESPACE))
}

/// The network namespaces of a process's threads: a thread can be in another one than its process.
fn namespaces_of(pid: u32) -> impl Iterator<Item = (u64, u32)> {
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    tasks.filter_map(move |task| {
        let link = fs::read_link(task.path().join("ns/net")).ok()?;
        // `/proc` has a folder for each thread, which it does not list.
        Some((inode(link.to_str()?)?, task.file_name().to_str()?.parse().ok()?))
    })
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
