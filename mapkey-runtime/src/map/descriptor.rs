//! What a descriptor of a map allows, and whether a number is one.

use std::fmt;
use std::fs;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, RawFd};

use rustix::fs::{OFlags, fcntl_getfl};

use super::MapInfo;
use crate::sys::{self, Descriptor};

/// What a handle may do with its map.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Access {
    /// Everything.
    #[default]
    ReadWrite,
    /// Lookups and iteration, `BPF_F_RDONLY`.
    ReadOnly,
    /// Inserts and removals, `BPF_F_WRONLY`.
    WriteOnly,
}

impl Access {
    /// The flag that opens a map so.
    pub(crate) const fn raw(self) -> u32 {
        match self {
            Self::ReadWrite => 0,
            Self::ReadOnly => 1 << 3,
            Self::WriteOnly => 1 << 4,
        }
    }
}

/// What the descriptor was opened for.
pub(crate) fn access(fd: BorrowedFd<'_>) -> io::Result<Access> {
    let flags = fcntl_getfl(fd)?;
    Ok(match flags & OFlags::ACCMODE {
        OFlags::RDONLY => Access::ReadOnly,
        OFlags::WRONLY => Access::WriteOnly,
        _ => Access::ReadWrite,
    })
}

/// Whether `BPF_MAP_FREEZE` was called, as `/proc/self/fdinfo` says; `Err` where that cannot be read.
pub(crate) fn is_frozen(fd: BorrowedFd<'_>) -> Result<bool, ()> {
    let info = fs::read_to_string(format!("/proc/thread-self/fdinfo/{}", fd.as_raw_fd())).map_err(|_| ())?;
    let frozen = info.lines().find_map(|line| line.strip_prefix("frozen:")).ok_or(())?;
    Ok(frozen.trim() != "0")
}

/// What a descriptor's number refers to in this process.
///
/// A program that was handed a number, or kept one, asks here before it looks anything up: `fcntl(F_GETFD)` also
/// succeeds for a number that was closed and given to another file, and 0 is as good a descriptor as any.
///
/// ```
/// use std::os::fd::AsRawFd;
/// use mapkey_runtime::map::DescriptorState;
///
/// let file = std::fs::File::open("/proc/self/status")?;
/// let state = DescriptorState::of(file.as_raw_fd());
/// assert!(matches!(state, DescriptorState::NotAMap { .. }));
/// assert!(state.to_string().ends_with("/status"));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DescriptorState {
    /// No file has this number.
    Closed {
        /// The number.
        fd: RawFd,
    },
    /// Something that is no map.
    NotAMap {
        /// The number.
        fd: RawFd,
        /// What it is: a path, `socket:[4711]`, `a program`.
        found: String,
    },
    /// A map.
    Map {
        /// The number.
        fd: RawFd,
        /// What the kernel says about it.
        info: Box<MapInfo>,
    },
    /// It is open, and nothing more can be seen.
    Unknown {
        /// The number.
        fd: RawFd,
        /// Why.
        reason: String,
    },
}

impl DescriptorState {
    /// What the number refers to now.
    #[must_use]
    pub fn of(fd: RawFd) -> Self {
        if fd < 0 {
            return Self::Closed { fd };
        }
        match sys::descriptor(fd) {
            Ok(Descriptor::Map) => match sys::map_info(fd) {
                Ok(raw) => Self::Map { fd, info: Box::new(MapInfo::new(&raw)) },
                Err(errno) => Self::Unknown { fd, reason: format!("a map that says nothing about itself ({errno})") },
            },
            Ok(other) => Self::NotAMap { fd, found: other.to_string() },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::Closed { fd },
            Err(error) => Self::Unknown { fd, reason: error.to_string() },
        }
    }
}

impl fmt::Display for DescriptorState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed { fd } => write!(f, "descriptor {fd} is not open"),
            Self::NotAMap { fd, found } => write!(f, "descriptor {fd} is no map but {found}"),
            Self::Map { fd, info } => write!(f, "descriptor {fd} is {info}"),
            Self::Unknown { fd, reason } => {
                write!(f, "descriptor {fd} is open, and what it is cannot be seen: {reason}")
            }
        }
    }
}

impl fmt::Display for Descriptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Map => "a map",
            Self::Prog => "a program",
            Self::Link => "a link",
            Self::Btf => "BTF",
            Self::Other(target) => target,
        })
    }
}
