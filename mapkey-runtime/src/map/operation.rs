//! What each errno means, by operation and by the type of the map.

mod text;

use std::os::fd::{AsRawFd, BorrowedFd};

use super::descriptor::{Access, access, is_frozen};
use super::{DescriptorState, KeyRule, MapInfo, MapType};
use crate::sys::{ENOTSUPP, Errno};

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
#[derive(Clone, PartialEq, Eq)]
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
    /// Another operation held a lock; the operation can be tried again.
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
        // Since Linux 6.15 the lock itself gives up (`htab_lock_bucket` in kernel/bpf/hashtab.c, `raw_res_spin_lock`).
        libc::EBUSY | libc::EDEADLK | libc::ETIMEDOUT => Meaning::Busy,
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
    match DescriptorState::of(fd.as_raw_fd()) {
        DescriptorState::Closed { .. } => Some(Meaning::Closed),
        DescriptorState::NotAMap { found, .. } => Some(Meaning::NotThisMap { found }),
        DescriptorState::Map { info, .. } => {
            (info.id != map.id).then(|| Meaning::NotThisMap { found: info.to_string() })
        }
        DescriptorState::Unknown { .. } => None,
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
