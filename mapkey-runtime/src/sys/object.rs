//! Maps, programs, links and BTF as objects of the kernel's: by pin, by id, by descriptor.

use std::ffi::CString;
use std::fs;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use super::attr::{ById, Info, InfoByFd, Pathname, RawBtfInfo, address};
use super::{Command, Errno, call, call_for_fd};

pub(crate) use super::attr::RawMapInfo;

/// Larger BTF than this is refused. The kernel's own limit is 16 MiB (`BTF_MAX_SIZE` in `kernel/bpf/btf.c`), which
/// its own BTF alone may pass.
const MAX_BTF: u32 = 1 << 28;

/// What has ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Map,
    Program,
    Link,
    Btf,
}

/// What a descriptor refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Descriptor {
    Map,
    Prog,
    Link,
    Btf,
    /// Something else, as `/proc/self/fd` shows it: a path, `socket:[4711]`.
    Other(String),
}

/// What `fd` refers to, as `/proc` says: `BPF_OBJ_GET_INFO_BY_FD` itself does not tell a map's answer from a
/// program's.
///
/// NotFound where the number is not open.
pub(crate) fn descriptor(fd: RawFd) -> io::Result<Descriptor> {
    // A thread can have descriptors of its own.
    let target = fs::read_link(format!("/proc/thread-self/fd/{fd}")).map_err(|error| {
        match (error.kind(), fs::exists("/proc/thread-self")) {
            (io::ErrorKind::NotFound, Ok(true)) => error,
            (kind, Ok(true)) => io::Error::new(kind, format!("/proc/thread-self/fd/{fd}: {error}")),
            _ => io::Error::other("/proc is not mounted, which tells what a descriptor is: mount -t proc proc /proc"),
        }
    })?;
    // The names that `anon_inode_getfd` is given in kernel/bpf; newer kernels put brackets around them.
    Ok(match target.to_str().map(|name| name.trim_start_matches("anon_inode:").trim_matches(['[', ']'])) {
        Some("bpf-map") => Descriptor::Map,
        Some("bpf-prog") => Descriptor::Prog,
        Some("bpf_link" | "bpf-link") => Descriptor::Link,
        Some("btf") => Descriptor::Btf,
        _ => Descriptor::Other(target.to_string_lossy().into_owned()),
    })
}

/// Opens what is pinned at `path`. `file_flags` is `BPF_F_RDONLY` or nothing.
pub(crate) fn get_pinned(path: &Path, file_flags: u32) -> Result<OwnedFd, Errno> {
    let path = CString::new(path.as_os_str().as_bytes()).map_err(|_| Errno(libc::EINVAL))?;
    let mut attr = Pathname { pathname: address(path.as_ptr()), file_flags, ..Default::default() };
    // SAFETY: the kernel reads a string that ends in NUL at `pathname`, which lives until the call returns.
    unsafe { call_for_fd(Command::ObjGet, &mut attr) }
}

/// Opens an object by its id; takes `CAP_SYS_ADMIN`. Only maps know flags: `BPF_F_RDONLY`.
pub(crate) fn fd_by_id(kind: Kind, id: u32, open_flags: u32) -> Result<OwnedFd, Errno> {
    let command = match kind {
        Kind::Map => Command::MapFdById,
        Kind::Program => Command::ProgFdById,
        Kind::Link => Command::LinkFdById,
        Kind::Btf => Command::BtfFdById,
    };
    let mut attr = ById { id, open_flags, ..Default::default() };
    // SAFETY: the struct holds no address.
    unsafe { call_for_fd(command, &mut attr) }
}

/// The ids of all maps, ascending; takes `CAP_SYS_ADMIN`. After an error it ends.
pub(crate) fn map_ids() -> impl Iterator<Item = Result<u32, Errno>> {
    ids(Command::MapNextId)
}

/// The ids that one of the `BPF_*_GET_NEXT_ID` commands gives, ascending; takes `CAP_SYS_ADMIN`. After an error it
/// ends.
pub(super) fn ids(command: Command) -> impl Iterator<Item = Result<u32, Errno>> {
    let mut last = Some(0);
    std::iter::from_fn(move || {
        let before = last.take()?;
        let mut attr = ById { id: before, ..Default::default() };
        // SAFETY: the struct holds no address.
        match unsafe { call(command, &mut attr) } {
            // Ids ascend: whatever else the kernel said would make this endless.
            Ok(_) if attr.next_id > before => {
                last = Some(attr.next_id);
                Some(Ok(attr.next_id))
            }
            Ok(_) | Err(Errno(libc::ENOENT)) => None,
            Err(errno) => Some(Err(errno)),
        }
    })
}

/// What the kernel says about a map.
pub(crate) fn map_info(fd: RawFd) -> Result<RawMapInfo, Errno> {
    let mut info = RawMapInfo::default();
    // SAFETY: the struct holds no address.
    unsafe { info_by_fd(fd, &mut info) }?;
    Ok(info)
}

/// Fills `info`; older kernels leave what they do not know at zero.
///
/// # Safety
///
/// At each address in `info` the kernel may write as many bytes as `info` says beside it.
pub(super) unsafe fn info_by_fd<T: Info>(fd: RawFd, info: &mut T) -> Result<(), Errno> {
    let info_len = u32::try_from(size_of::<T>()).map_err(|_| Errno(libc::E2BIG))?;
    let mut attr = InfoByFd { bpf_fd: fd.cast_unsigned(), info_len, info: address(info) };
    // SAFETY: the kernel writes at most `info_len` bytes at `info`, a `T` of that size of which any bytes are a
    // value. For the addresses within the caller vouches.
    unsafe { call(Command::InfoByFd, &mut attr) }.map(|_| ())
}

/// BTF that the kernel holds.
pub(crate) struct LoadedBtf {
    pub(crate) bytes: Vec<u8>,
    /// `vmlinux` or a module's name, where the kernel itself has it.
    pub(crate) kernel_name: Option<String>,
}

/// Whose the BTF with this id is, where the kernel itself has it: `vmlinux`, or a module's name. Takes
/// `CAP_SYS_ADMIN`.
pub(crate) fn kernel_name_of_btf(id: u32) -> Result<Option<String>, Errno> {
    let fd = fd_by_id(Kind::Btf, id, 0)?;
    let mut name = [0u8; 64];
    let mut info = RawBtfInfo { name: address(name.as_mut_ptr()), name_len: 64, ..Default::default() };
    // SAFETY: the kernel writes at most `name_len` bytes at `name`, which has that length, and none at `btf`, which is
    // null with no bytes beside it.
    match unsafe { info_by_fd(fd.as_raw_fd(), &mut info) } {
        Ok(()) | Err(Errno(libc::ENOSPC)) => Ok(kernel_name(&info, &name)),
        Err(errno) => Err(errno),
    }
}

fn kernel_name(info: &RawBtfInfo, name: &[u8]) -> Option<String> {
    (info.kernel_btf != 0).then(|| text(name))
}

/// What stands before the first NUL.
pub(crate) fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end]).into_owned()
}

/// The BTF with this id; takes `CAP_SYS_ADMIN`.
pub(crate) fn btf_of_id(id: u32) -> Result<LoadedBtf, Errno> {
    let fd = fd_by_id(Kind::Btf, id, 0)?;
    let mut info = RawBtfInfo::default();
    // SAFETY: all addresses are null, with no bytes beside them.
    unsafe { info_by_fd(fd.as_raw_fd(), &mut info) }?;
    if info.btf_size > MAX_BTF {
        return Err(Errno(libc::E2BIG));
    }
    let mut bytes = vec![0; info.btf_size as usize];
    let mut name = [0u8; 64];
    let mut info = RawBtfInfo {
        btf: address(bytes.as_mut_ptr()),
        btf_size: info.btf_size,
        name: address(name.as_mut_ptr()),
        name_len: 64,
        ..Default::default()
    };
    // SAFETY: the kernel writes at most `btf_size` bytes at `btf` and `name_len` bytes at `name`
    // (`btf_get_info_by_fd`), and both buffers have these lengths.
    match unsafe { info_by_fd(fd.as_raw_fd(), &mut info) } {
        // A name of 64 bytes and more is cut; modules have at most 55.
        Ok(()) | Err(Errno(libc::ENOSPC)) => {}
        Err(errno) => return Err(errno),
    }
    Ok(LoadedBtf { kernel_name: kernel_name(&info, &name), bytes })
}
