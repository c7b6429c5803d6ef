//! Programs on perf events that a process has open: kprobes, uprobes, tracepoints, counters.

use super::super::find::Findings;
use super::super::{Attachment, By, Gap, Target, Way};
use crate::sys::{self, Errno, TaskFd};
use crate::system::{Open, Processes, name_of};

/// `enum bpf_task_fd_type`.
mod kind {
    pub(super) const RAW_TRACEPOINT: u32 = 0;
    pub(super) const TRACEPOINT: u32 = 1;
    pub(super) const KPROBE: u32 = 2;
    pub(super) const KRETPROBE: u32 = 3;
    pub(super) const UPROBE: u32 = 4;
    pub(super) const URETPROBE: u32 = 5;
}

pub(super) fn look(findings: &mut Findings, processes: &Processes) {
    const WAY: Way = Way::PerfEvents;
    for &(pid, fd, ref open) in processes.open() {
        if !matches!(open, Open::PerfEvent | Open::RawTracepoint) {
            continue;
        }
        match sys::task_fd_query(pid, fd) {
            Ok(found) => add(findings, found, pid, fd),
            // It has no program, was closed meanwhile, or its process ended.
            Err(Errno(libc::ENOENT | libc::EBADF | libc::ESRCH)) => {}
            Err(Errno(libc::EOPNOTSUPP | sys::ENOTSUPP)) => {
                findings.gap(Gap::OpaquePerfEvent { way: WAY, process: name_of(pid) });
            }
            Err(errno) => {
                findings.gap(Gap::failed(WAY, "CAP_SYS_ADMIN", format!("descriptor {fd} of pid {pid}"), errno))
            }
        }
    }
    if let Some(hidden) = processes.hidden() {
        findings.gap(Gap::HiddenProcesses { way: WAY, hidden });
    }
}

fn add(findings: &mut Findings, found: TaskFd, pid: u32, fd: u32) {
    let TaskFd { program, fd_type, name, offset, address } = found;
    let target = match fd_type {
        kind::RAW_TRACEPOINT => Target::RawTracepoint { name },
        kind::TRACEPOINT => Target::Tracepoint { name },
        kind::KPROBE | kind::KRETPROBE => {
            let function = if name.is_empty() { format!("{address:#x}") } else { name };
            Target::Kprobe { function, offset, is_return: fd_type == kind::KRETPROBE }
        }
        kind::UPROBE | kind::URETPROBE => Target::Uprobe { path: name, offset, is_return: fd_type == kind::URETPROBE },
        _ => {
            let what = format!("descriptor {fd} of pid {pid}, whose type is {fd_type}");
            return findings.gap(Gap::Failed { way: Way::PerfEvents, what, errno: libc::EINVAL });
        }
    };
    // A perf event that a link holds is told by both.
    if findings.targets_mut(program).all(|known| *known != target) {
        findings.add(program, Attachment::new(target, By::Process { pid, fd }));
    }
}
