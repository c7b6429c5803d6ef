//! `bpf(2)`: the few commands that reading maps takes, safe to call from everywhere else.
//!
//! Nothing here loads a program or makes a map. The numbers and the structs are those of
//! `include/uapi/linux/bpf.h`.

mod attr;
mod cpus;
mod errno;
mod map;
mod object;

use std::ffi::c_long;
use std::os::fd::{FromRawFd, OwnedFd, RawFd};

pub(crate) use errno::ENOTSUPP;
pub use errno::Errno;
pub(crate) use map::MapFd;
pub(crate) use map::{Batch, BatchEnd, Cursor};
pub(crate) use object::{Descriptor, Kind, RawMapInfo, btf_of_id, descriptor, fd_by_id, get_pinned, map_ids, map_info};

/// The commands, `enum bpf_cmd`.
#[derive(Clone, Copy, Debug)]
#[repr(u32)]
pub(crate) enum Command {
    MapLookup = 1,
    MapUpdate = 2,
    MapDelete = 3,
    MapNextKey = 4,
    ObjGet = 7,
    MapNextId = 12,
    MapFdById = 14,
    InfoByFd = 15,
    BtfFdById = 19,
    MapLookupBatch = 24,
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
