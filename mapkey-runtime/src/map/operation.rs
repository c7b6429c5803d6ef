//! What each errno means, by operation and by the type of the map.

use std::fmt;
use std::os::fd::{AsRawFd, BorrowedFd};

use super::descriptor::{Access, access, is_frozen};
use super::{KeyRule, MapInfo, MapType};
use crate::sys::{self, Descriptor, ENOTSUPP, Errno};

/// What was asked of a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Operation {
    /// A value by its key, `BPF_MAP_LOOKUP_ELEM`.
    Lookup,
    /// A value written, `BPF_MAP_UPDATE_ELEM`.
    Insert(InsertFlags),
    /// An element removed, `BPF_MAP_DELETE_ELEM`.
    Remove,
    /// All elements, `BPF_MAP_GET_NEXT_KEY` and `BPF_MAP_LOOKUP_BATCH`.
    Iterate,
}

/// What an insert does with an element that is there, and with one that is not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum InsertFlags {
    /// Makes the element or replaces its value, `BPF_ANY`.
    #[default]
    Any,
    /// Makes the element, and fails if it is there, `BPF_NOEXIST`.
    NoExist,
    /// Replaces the value, and fails if the element is not there, `BPF_EXIST`.
    Exist,
}

impl InsertFlags {
    pub(crate) const fn raw(self) -> u64 {
        match self {
            Self::Any => 0,
            Self::NoExist => 1,
            Self::Exist => 2,
        }
    }
}

/// An operation that failed: absence is no failure of a lookup.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OperationError {
    /// What was asked.
    pub operation: Operation,
    /// The map, as a person tells it from others.
    pub map: String,
    /// The map's type.
    pub map_type: MapType,
    /// What the kernel said; `None` where the mistake was seen without asking it.
    pub errno: Option<Errno>,
    /// What that means for this operation on this map.
    pub meaning: Meaning,
}

/// What an errno means for an operation on a map.
///
/// The text of each is meant for people; programs match on the variant.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Meaning {
    /// The descriptor is closed.
    Closed,
    /// The descriptor is not this map's any more: it was closed, and something else got its number.
    NotThisMap {
        /// What it is now.
        found: String,
    },
    /// The handle or the map was opened or made for writing alone.
    WriteOnly,
    /// The handle or the map was opened or made for reading alone.
    ReadOnly,
    /// `BPF_MAP_FREEZE` was called: user space cannot write any more.
    Frozen,
    /// The right is missing.
    NotPermitted,
    /// The index is not below `max_entries`.
    IndexOutOfRange {
        /// The index.
        index: u32,
        /// The number of elements.
        max_entries: u32,
    },
    /// The key's prefix has more bits than the keys of the trie have.
    PrefixTooLong {
        /// The prefix's bits.
        found: u32,
        /// The most that the trie takes.
        most: u32,
    },
    /// The map has no room for another element.
    Full {
        /// The most elements.
        max_entries: u32,
    },
    /// The element is there, and `BPF_NOEXIST` was asked for.
    Exists,
    /// The element is not there, and `BPF_EXIST` was asked for, or it was to be removed.
    Absent,
    /// Elements of arrays cannot be removed.
    NotRemovable,
    /// The map's type has no such operation for user space.
    NotSupported,
    /// Sockets are read as cookies of 8 bytes, and the map has room for 4.
    CookieSize,
    /// A lock was taken by this processor already; the operation can be tried again.
    Busy,
    /// There was no memory.
    NoMemory,
    /// The map changed so fast that the kernel gave up; the operation can be tried again.
    Interrupted,
    /// The kernel has no `bpf(2)`.
    NoBpf,
    /// The value is no descriptor of what the map holds.
    NotADescriptor,
    /// The map's values are no descriptors.
    NotOfDescriptors,
    /// The key is no descriptor of what owns the values: a socket, a task, an inode, a cgroup.
    NoOwner {
        /// The key.
        key: i32,
    },
    /// The key has another length than the map's keys; the kernel was not asked, for it cannot tell.
    KeyLength {
        /// Bytes that were given.
        found: usize,
        /// Bytes of a key.
        expected: usize,
    },
    /// There must be a value for every possible processor; the kernel was not asked.
    ValueCount {
        /// Values that were given.
        found: usize,
        /// Possible processors.
        expected: usize,
    },
    /// The kernel could not read or write at an address that it was given.
    Fault,
    /// Nothing that this library knows.
    Other,
}

/// Finds out what `errno` means: looks at the descriptor and at `/proc`, asks nothing of the map.
pub(super) fn explain(
    operation: Operation,
    map: &MapInfo,
    fd: BorrowedFd<'_>,
    key: &[u8],
    errno: Errno,
) -> OperationError {
    let expected = map.key_size as usize;
    if operation != Operation::Iterate && key.len() != expected {
        return OperationError::without_asking(operation, map, Meaning::KeyLength { found: key.len(), expected });
    }
    let meaning = meaning(operation, map, fd, key, errno);
    OperationError { operation, map: map.to_string(), map_type: map.map_type, errno: Some(errno), meaning }
}

impl OperationError {
    /// A mistake that was seen without asking the kernel.
    #[cold]
    pub(crate) fn without_asking(operation: Operation, map: &MapInfo, meaning: Meaning) -> Self {
        Self { operation, map: map.to_string(), map_type: map.map_type, errno: None, meaning }
    }

    /// Whether the same operation may work when it is tried again.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(self.meaning, Meaning::Busy | Meaning::Interrupted | Meaning::NoMemory)
    }
}

fn meaning(operation: Operation, map: &MapInfo, fd: BorrowedFd<'_>, key: &[u8], errno: Errno) -> Meaning {
    let is_insert = matches!(operation, Operation::Insert(_));
    let writes = is_insert || operation == Operation::Remove;
    let prefix = prefix_too_long(map, key);
    match errno.0 {
        libc::ENOENT => absence(map, key),
        libc::EBADF if is_insert && map.map_type.holds_descriptors() && is_this_map(map, fd).is_none() => {
            Meaning::NotADescriptor
        }
        libc::EBADF => is_this_map(map, fd).or_else(|| no_owner(map, key)).unwrap_or(Meaning::Other),
        libc::ENOTSOCK => {
            no_owner(map, key).unwrap_or(if is_insert { Meaning::NotADescriptor } else { Meaning::Other })
        }
        libc::EPERM | libc::EACCES => match access(fd) {
            Ok(Access::ReadOnly) if writes => Meaning::ReadOnly,
            Ok(Access::WriteOnly) if !writes => Meaning::WriteOnly,
            _ if writes && is_frozen(fd) == Ok(true) => Meaning::Frozen,
            _ => Meaning::NotPermitted,
        },
        libc::E2BIG => match index_of(map, key) {
            Some(out_of_range) => out_of_range,
            None if is_insert => Meaning::Full { max_entries: map.max_entries },
            None => Meaning::Other,
        },
        libc::ENOSPC if is_insert => Meaning::Full { max_entries: map.max_entries },
        libc::ENOSPC if matches!(map.map_type, MapType::SOCKMAP | MapType::SOCKHASH) => Meaning::CookieSize,
        libc::EEXIST => Meaning::Exists,
        libc::EINVAL => match prefix {
            Some(too_long) => too_long,
            None if operation == Operation::Remove && map.map_type.is_array() => Meaning::NotRemovable,
            None => match is_this_map(map, fd) {
                Some(other) => other,
                None if is_insert && map.map_type.holds_descriptors() => Meaning::NotADescriptor,
                None if map.map_type.key_rule() == KeyRule::None => Meaning::NotSupported,
                None => no_owner(map, key).unwrap_or(Meaning::Other),
            },
        },
        ENOTSUPP | libc::EOPNOTSUPP => Meaning::NotSupported,
        libc::EBUSY => Meaning::Busy,
        libc::ENOMEM => Meaning::NoMemory,
        libc::EINTR | libc::EAGAIN => Meaning::Interrupted,
        libc::ENOSYS => Meaning::NoBpf,
        libc::EFAULT => Meaning::Fault,
        _ => Meaning::Other,
    }
}

/// What ENOENT means. Allocates nothing: absence is an answer.
pub(super) fn absence(map: &MapInfo, key: &[u8]) -> Meaning {
    let meant = match map.map_type.key_rule() {
        KeyRule::Index => index_of(map, key),
        KeyRule::Prefix => prefix_too_long(map, key),
        _ => None,
    };
    meant.unwrap_or(Meaning::Absent)
}

/// What the descriptor is now, where it is not this map's.
fn is_this_map(map: &MapInfo, fd: BorrowedFd<'_>) -> Option<Meaning> {
    match sys::descriptor(fd.as_raw_fd()) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Some(Meaning::Closed),
        Err(_) => None,
        Ok(Descriptor::Map) => {
            let now = MapInfo::new(&sys::map_info(fd.as_raw_fd()).ok()?);
            (now.id != map.id).then(|| Meaning::NotThisMap { found: now.to_string() })
        }
        Ok(other) => Some(Meaning::NotThisMap { found: other.to_string() }),
    }
}

/// The index in `key`, where it is out of range.
pub(crate) fn index_of(map: &MapInfo, key: &[u8]) -> Option<Meaning> {
    let index = u32::from_ne_bytes(key.try_into().ok()?);
    let is_index = map.map_type.key_rule() == KeyRule::Index;
    (is_index && index >= map.max_entries).then_some(Meaning::IndexOutOfRange { index, max_entries: map.max_entries })
}

/// The key of a storage, which is no owner's descriptor.
fn no_owner(map: &MapInfo, key: &[u8]) -> Option<Meaning> {
    let key = i32::from_ne_bytes(key.try_into().ok()?);
    (map.map_type.key_rule() == KeyRule::Owner).then_some(Meaning::NoOwner { key })
}

/// The prefix in `key`, where it is longer than the trie's data.
fn prefix_too_long(map: &MapInfo, key: &[u8]) -> Option<Meaning> {
    let (&found, data) = key.split_first_chunk()?;
    let found = u32::from_ne_bytes(found);
    let most = u32::try_from(data.len()).ok()?.checked_mul(8)?;
    (map.map_type.key_rule() == KeyRule::Prefix && found > most).then_some(Meaning::PrefixTooLong { found, most })
}

impl std::error::Error for OperationError {}

impl fmt::Display for OperationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, map, map_type, errno, meaning } = self;
        write!(f, "{operation} {map}: ")?;
        match meaning {
            Meaning::Closed => f.write_str("its descriptor is closed; open the map again")?,
            Meaning::NotThisMap { found } => {
                write!(f, "its descriptor was closed and now is {found}; open the map again")?;
            }
            Meaning::WriteOnly => {
                f.write_str("the handle is write-only (`BPF_F_WRONLY`); open the map without that flag, or read it from a program")?;
            }
            Meaning::ReadOnly => {
                f.write_str(
                    "the handle is read-only (`BPF_F_RDONLY`); open the map for writing, or let its owner write",
                )?;
            }
            Meaning::Frozen => {
                f.write_str("the map is frozen (`BPF_MAP_FREEZE`): user space cannot write to it any more")?
            }
            Meaning::NotPermitted => f.write_str(
                "not permitted: since Linux 5.19 an open descriptor is enough; before, the sysctl \
                 kernel.unprivileged_bpf_disabled demands CAP_BPF; a security module can refuse it too",
            )?,
            Meaning::IndexOutOfRange { index, max_entries } => {
                write!(f, "index {index} is out of range: the map has {max_entries} elements")?;
                if let Some(last) = max_entries.checked_sub(1) {
                    write!(f, ", 0 to {last}")?;
                }
            }
            Meaning::PrefixTooLong { found, most } => {
                write!(f, "a prefix of {found} bits is too long: the keys of this trie have {most} bits of data")?;
            }
            Meaning::Full { max_entries } => write!(
                f,
                "the map is full, it has room for {max_entries} elements; remove some, make it larger, or use an LRU map"
            )?,
            Meaning::Exists => f.write_str("the element is there already, and `NoExist` was asked for")?,
            Meaning::Absent => f.write_str("there is no such element")?,
            Meaning::NotRemovable => {
                f.write_str("the elements of an array are always there and cannot be removed; write zeros instead")?;
            }
            Meaning::NotSupported => {
                write!(f, "user space cannot do this with a map of type {map_type} on this kernel")?;
            }
            Meaning::CookieSize => f.write_str(
                "user space reads sockets as cookies of 8 bytes, and the values of this map have 4; make the map with \
                 values of 8 bytes",
            )?,
            Meaning::Busy => f.write_str("another operation held the lock on this processor; try again")?,
            Meaning::NoMemory => f.write_str("the kernel has no memory for it, in this cgroup or at all")?,
            Meaning::Interrupted => f.write_str("the map changed too fast, or a signal came; try again")?,
            Meaning::NoBpf => f.write_str("this kernel has no bpf(2): it was built without CONFIG_BPF_SYSCALL")?,
            Meaning::NotADescriptor => {
                write!(f, "the value is no descriptor that fits: the values of a {map_type} are {}", held(*map_type))?;
            }
            Meaning::NotOfDescriptors => write!(f, "the values of a {map_type} are no descriptors; use `insert`")?,
            Meaning::NoOwner { key } => {
                write!(f, "the key {key} is no descriptor of {}", owner(*map_type))?;
            }
            Meaning::KeyLength { found, expected } => {
                write!(f, "the key has {found} bytes, and the map's keys have {expected}")?;
            }
            Meaning::ValueCount { found, expected } => {
                write!(f, "{found} values were given, expected {expected}: one for every possible processor")?;
            }
            Meaning::Fault => f.write_str(
                "the kernel could not reach the memory of the key or the value, which are this library's own: please \
                 report this",
            )?,
            Meaning::Other => f.write_str("no meaning of this error is known for this operation and type")?,
        }
        match errno {
            Some(errno) => write!(f, " ({errno})"),
            None => Ok(()),
        }
    }
}

/// What a map of descriptors holds, in the plural.
const fn held(map_type: MapType) -> &'static str {
    match map_type {
        MapType::PROG_ARRAY => "descriptors of programs when written and ids when read",
        MapType::PERF_EVENT_ARRAY => "descriptors of perf events",
        MapType::CGROUP_ARRAY => "descriptors of cgroups",
        MapType::ARRAY_OF_MAPS | MapType::HASH_OF_MAPS => {
            "descriptors of maps when written and ids when read, of the same type and sizes as the map that it was made with"
        }
        MapType::SOCKMAP | MapType::SOCKHASH | MapType::REUSEPORT_SOCKARRAY => {
            "descriptors of sockets when written and cookies when read"
        }
        MapType::XSKMAP => "descriptors of AF_XDP sockets",
        _ => "no descriptors",
    }
}

const fn owner(map_type: MapType) -> &'static str {
    match map_type {
        MapType::SK_STORAGE => "a socket",
        MapType::TASK_STORAGE => "a process (pidfd_open)",
        MapType::INODE_STORAGE => "a file",
        MapType::CGRP_STORAGE => "a cgroup's folder",
        _ => "what owns a value",
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lookup => "lookup in",
            Self::Insert(_) => "insert into",
            Self::Remove => "remove from",
            Self::Iterate => "iteration over",
        })
    }
}
