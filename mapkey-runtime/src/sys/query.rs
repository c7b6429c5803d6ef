//! `BPF_PROG_QUERY` and `BPF_TASK_FD_QUERY`: which programs hang where, links or not.

use std::os::fd::{AsRawFd, BorrowedFd};

use super::attr::address;
use super::object::text;
use super::{Command, Errno, call};

/// More programs than this at one place are refused. The kernel's own limit is 64 (`BPF_CGROUP_MAX_PROGS`,
/// `BPF_MPROG_MAX`).
const MAX_PROGRAMS: u32 = 4096;

/// `BPF_LSM_CGROUP`, whose programs are only told together with their flags (`__cgroup_bpf_query`).
const LSM_CGROUP: u32 = 43;

/// The whole of `query` in `union bpf_attr`: the kernel writes `revision` without asking how long the struct is
/// (`bpf_mprog_query`).
#[repr(C)]
#[derive(Default)]
struct Query {
    target: u32,
    attach_type: u32,
    query_flags: u32,
    attach_flags: u32,
    prog_ids: u64,
    count: u32,
    _pad: u32,
    prog_attach_flags: u64,
    link_ids: u64,
    link_attach_flags: u64,
    revision: u64,
}

/// What is asked for its programs.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target<'fd> {
    /// A cgroup, a network namespace or a sockmap.
    Fd(BorrowedFd<'fd>),
    /// A network device.
    Device(u32),
}

/// The programs that are attached to `target` by `attach_type` (`enum bpf_attach_type`); takes `CAP_NET_ADMIN`.
pub(crate) fn program_query(target: Target<'_>, attach_type: u32) -> Result<Vec<u32>, Errno> {
    let target = match target {
        Target::Fd(fd) => fd.as_raw_fd().cast_unsigned(),
        Target::Device(ifindex) => ifindex,
    };
    let mut room = 64;
    loop {
        let mut programs = vec![0u32; room as usize];
        let mut flags = vec![0u32; if attach_type == LSM_CGROUP { room as usize } else { 0 }];
        let mut attr = Query {
            target,
            attach_type,
            prog_ids: address(programs.as_mut_ptr()),
            count: room,
            prog_attach_flags: if flags.is_empty() { 0 } else { address(flags.as_mut_ptr()) },
            ..Default::default()
        };
        // SAFETY: the kernel writes at most `count` numbers of 32 bits at `prog_ids`, and as many at
        // `prog_attach_flags` unless it is null: both have room for as many. The other addresses are null. What it
        // writes into the struct itself lies within its 64 bytes.
        let result = unsafe { call(Command::ProgQuery, &mut attr) };
        match result {
            // Programs came meanwhile, or there are more than usual.
            Err(Errno(libc::ENOSPC)) if room < MAX_PROGRAMS => {
                room = attr.count.max(room.saturating_mul(2)).min(MAX_PROGRAMS);
            }
            Err(errno) => return Err(errno),
            Ok(_) => {
                programs.truncate(attr.count as usize);
                return Ok(programs);
            }
        }
    }
}

/// `task_fd_query` in `union bpf_attr`.
#[repr(C)]
#[derive(Default)]
struct TaskFdQuery {
    pid: u32,
    fd: u32,
    flags: u32,
    buf_len: u32,
    buf: u64,
    prog_id: u32,
    fd_type: u32,
    probe_offset: u64,
    probe_addr: u64,
}

/// The program behind a perf event, or a raw tracepoint, that a process has open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TaskFd {
    pub(crate) program: u32,
    /// `enum bpf_task_fd_type`.
    pub(crate) fd_type: u32,
    /// A tracepoint, a symbol, a path.
    pub(crate) name: String,
    pub(crate) offset: u64,
    pub(crate) address: u64,
}

/// `BPF_TASK_FD_QUERY`; takes `CAP_SYS_ADMIN`. ENOENT for a perf event without a program, EOPNOTSUPP for one whose
/// program the kernel does not tell (`bpf_get_perf_event_info`).
pub(crate) fn task_fd_query(pid: u32, fd: u32) -> Result<TaskFd, Errno> {
    let mut buffer = [0u8; 512];
    let mut attr = TaskFdQuery { pid, fd, buf_len: 512, buf: address(buffer.as_mut_ptr()), ..Default::default() };
    // SAFETY: the kernel writes at most `buf_len` bytes at `buf`, which has that many.
    match unsafe { call(Command::TaskFdQuery, &mut attr) } {
        // A name that is longer is cut.
        Ok(_) | Err(Errno(libc::ENOSPC)) => Ok(TaskFd {
            program: attr.prog_id,
            fd_type: attr.fd_type,
            name: text(&buffer),
            offset: attr.probe_offset,
            address: attr.probe_addr,
        }),
        Err(errno) => Err(errno),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn have_the_kernels_sizes() {
        assert_eq!(size_of::<Query>(), 64);
        assert_eq!(std::mem::offset_of!(Query, revision), 56);
        assert_eq!(size_of::<TaskFdQuery>(), 48);
        assert_eq!(std::mem::offset_of!(TaskFdQuery, probe_addr), 40);
    }
}
