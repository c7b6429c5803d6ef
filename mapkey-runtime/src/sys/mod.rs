//! `bpf(2)`: the few commands that reading maps, programs and links takes, safe to call from everywhere else.
//!
//! Nothing here loads a program, attaches one or makes a map. The numbers and the structs are those of
//! `include/uapi/linux/bpf.h`.

mod attr;
mod cpus;
mod errno;
mod link;
mod map;
pub(crate) mod netlink;
mod object;
mod program;
mod query;

use std::ffi::c_long;
use std::os::fd::{FromRawFd, OwnedFd, RawFd};

pub(crate) use errno::ENOTSUPP;
pub use errno::Errno;
pub(crate) use link::{LinkTarget, RawLink, link_ids, link_info};
pub(crate) use map::MapFd;
pub(crate) use map::{Batch, BatchEnd, Cursor};
pub(crate) use object::{
    Descriptor, Kind, RawMapInfo, btf_of_id, descriptor, fd_by_id, get_pinned, kernel_name_of_btf, map_ids, map_info,
    text,
};
pub(crate) use program::{RawProgram, enable_statistics, program_ids, program_info};
pub(crate) use query::{Target, TaskFd, program_query, task_fd_query};

/// Bytes that the kernel keeps of a name, `BPF_OBJ_NAME_LEN` without the NUL.
pub(crate) const NAME_KEPT: usize = 15;

/// The commands, `enum bpf_cmd`.
#[derive(Clone, Copy, Debug)]
#[repr(u32)]
pub(crate) enum Command {
    MapLookup = 1,
    MapUpdate = 2,
    MapDelete = 3,
    MapNextKey = 4,
    ObjGet = 7,
    ProgNextId = 11,
    MapNextId = 12,
    ProgFdById = 13,
    MapFdById = 14,
    InfoByFd = 15,
    ProgQuery = 16,
    BtfFdById = 19,
    TaskFdQuery = 20,
    MapLookupBatch = 24,
    LinkFdById = 30,
    LinkNextId = 31,
    EnableStats = 32,
}

/// One call. What the kernel returns where it does not fail is never negative.
///
/// # Safety
///
/// `attr` is the struct of `union bpf_attr` that the command reads, and every address in it is one at which the
/// kernel may read or write as many bytes as the command and the other fields say.
unsafe fn call<A>(command: Command, attr: &mut A) -> Result<c_long, Errno> {
    let size = size_of::<A>();
    // SAFETY: the kernel reads and writes at most `size` bytes at `attr`, which is an `A` of that size that nobody
    // else can see meanwhile; for the addresses in it the caller vouches. Fields that this kernel does not know
    // must be zero, or the call fails with E2BIG (`bpf_check_uarg_tail_zero`).
    let result = unsafe { libc::syscall(libc::SYS_bpf, command as c_long, std::ptr::from_mut(attr), size) };
    if result < 0 { Err(Errno::last()) } else { Ok(result) }
}

/// A call whose result is a new descriptor.
///
/// # Safety
///
/// As [`call`]; and the command returns a descriptor.
unsafe fn call_for_fd<A>(command: Command, attr: &mut A) -> Result<OwnedFd, Errno> {
    // SAFETY: the caller vouches.
    let result = unsafe { call(command, attr) }?;
    let fd = RawFd::try_from(result).map_err(|_| Errno(libc::EBADF))?;
    // SAFETY: the kernel made this descriptor for this call, with `O_CLOEXEC`, and nobody else knows it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}
