//! A handle of a map whose keys are bytes.

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

use super::descriptor::{self, Access};
use super::walk::Walk;
use super::{InsertFlags, MapInfo, MapRef, Meaning, OpenError, Operation, OperationError, names, operation};
use crate::sys::{self, Descriptor, Errno, MapFd};

/// An open map, whose keys and values are bytes: the untyped ground on which
/// [`CheckedMap`](super::CheckedMap) stands.
///
/// The handle owns a descriptor of its own, so that the map stays there for as long as the handle does, and no other
/// part of the program can close it.
#[derive(Debug)]
pub struct Map {
    fd: MapFd,
    info: MapInfo,
    pin: Option<PathBuf>,
}

impl Map {
    /// Opens the map that a person named.
    ///
    /// # Errors
    ///
    /// [`OpenError`]; several maps of one name are [`OpenError::SeveralOfName`], see [`all`](Self::all).
    pub fn open(map: &MapRef, access: Access) -> Result<Self, OpenError> {
        match map {
            MapRef::Id(id) => Self::open_id(*id, access),
            MapRef::Pin(path) => Self::open_pinned(path, access),
            MapRef::Name(name) => {
                let mut maps = names::open_all(name, access)?;
                match maps.pop() {
                    Some(map) if maps.is_empty() => Ok(map),
                    last => {
                        let maps = maps.iter().chain(&last).map(|map| map.info.clone()).collect();
                        Err(OpenError::SeveralOfName { name: name.clone(), maps })
                    }
                }
            }
        }
    }

    /// Opens every map that a person may mean: several can have one name.
    ///
    /// # Errors
    ///
    /// [`OpenError`] if there is none.
    pub fn all(map: &MapRef, access: Access) -> Result<Vec<Self>, OpenError> {
        match map {
            MapRef::Name(name) => names::open_all(name, access),
            map => Self::open(map, access).map(|map| vec![map]),
        }
    }

    /// Opens the map that is pinned at `path`. Needs the file's rights, no capability.
    ///
    /// # Errors
    ///
    /// [`OpenError`]: nothing is there, it is not a map, or this user may not.
    pub fn open_pinned(path: impl AsRef<Path>, access: Access) -> Result<Self, OpenError> {
        let path = path.as_ref();
        let opened = match sys::get_pinned(path, access.raw()) {
            // A link opens for reading and writing alone (`bpf_obj_get_user` in `kernel/bpf/inode.c`): that it is one is
            // said below.
            Err(Errno(libc::EINVAL)) => sys::get_pinned(path, Access::ReadWrite.raw()),
            opened => opened,
        };
        let fd = opened.map_err(|errno| OpenError::of_pin(path, access, errno))?;
        let map = Self::new(fd, || path.display().to_string())?;
        Ok(Self { pin: Some(path.to_owned()), ..map })
    }

    /// Opens the map with this id. Needs `CAP_SYS_ADMIN` (`bpf_map_get_fd_by_id` in `kernel/bpf/syscall.c`).
    ///
    /// # Errors
    ///
    /// [`OpenError`]: there is no such map, or this user may not.
    pub fn open_id(id: u32, access: Access) -> Result<Self, OpenError> {
        let fd = sys::fd_by_id(sys::Kind::Map, id, access.raw()).map_err(|errno| OpenError::of_id(id, errno))?;
        Self::new(fd, || format!("map {id}"))
    }

    /// Takes up a map that the program has open already: aya's, libbpf-rs's, or any descriptor. It is duplicated, and
    /// what it may do stays as it is.
    ///
    /// # Errors
    ///
    /// [`OpenError`]: the descriptor is no map's, or there is none left in this process.
    pub fn from_fd(fd: impl AsFd) -> Result<Self, OpenError> {
        let fd = fd.as_fd();
        let what = || format!("descriptor {}", fd.as_raw_fd());
        let owned = fd.try_clone_to_owned().map_err(|error| OpenError::Unreadable { what: what(), error })?;
        Self::new(owned, what)
    }

    fn new(fd: OwnedFd, what: impl Fn() -> String) -> Result<Self, OpenError> {
        let unreadable = |error: io::Error| OpenError::Unreadable { what: what(), error };
        match sys::descriptor(fd.as_raw_fd()).map_err(unreadable)? {
            Descriptor::Map => {}
            found => return Err(OpenError::NotAMap { what: what(), found: found.to_string() }),
        }
        let raw = sys::map_info(fd.as_raw_fd()).map_err(|errno| unreadable(errno.into()))?;
        // SAFETY: the descriptor is a map's, and `raw` was just read from it.
        let fd = unsafe { MapFd::new(fd, &raw) }.map_err(unreadable)?;
        Ok(Self { fd, info: MapInfo::new(&raw), pin: None })
    }

    /// What the kernel said about the map when it was opened.
    #[must_use]
    pub const fn info(&self) -> &MapInfo {
        &self.info
    }

    /// The path of the pin that the map was opened by.
    #[must_use]
    pub fn pin(&self) -> Option<&Path> {
        self.pin.as_deref()
    }

    /// What the handle may do.
    ///
    /// # Errors
    ///
    /// If the descriptor is not open, which only unsafe code can bring about.
    pub fn access(&self) -> io::Result<Access> {
        descriptor::access(self.as_fd())
    }

    /// Bytes that a lookup reads: for a per-CPU map those of all possible processors, each at a multiple of 8.
    #[must_use]
    pub const fn value_bytes(&self) -> usize {
        self.fd.value_bytes()
    }

    /// The value for `key`; `Ok(None)` where there is none.
    ///
    /// # Errors
    ///
    /// [`OperationError`]: everything but absence.
    pub fn get_bytes(&self, key: &[u8]) -> Result<Option<Vec<u8>>, OperationError> {
        let mut value = vec![0; self.fd.value_bytes()];
        let found = self.fd.lookup_into(key, &mut value);
        Ok(self.present(key, found)?.map(|()| value))
    }

    /// Tells absence from failure.
    #[inline]
    pub(crate) fn present<T>(&self, key: &[u8], found: Result<T, Errno>) -> Result<Option<T>, OperationError> {
        match found {
            Ok(value) => Ok(Some(value)),
            Err(errno) => self.absent(key, errno),
        }
    }

    fn absent<T>(&self, key: &[u8], errno: Errno) -> Result<Option<T>, OperationError> {
        if self.is_absence(key, errno) { Ok(None) } else { Err(self.failed(Operation::Lookup, key, errno)) }
    }

    fn is_absence(&self, key: &[u8], errno: Errno) -> bool {
        errno == Errno(libc::ENOENT) && operation::absence(&self.info, key) == Meaning::Absent
    }

    pub(crate) fn insert_bytes(&self, key: &[u8], value: &[u8], flags: InsertFlags) -> Result<(), OperationError> {
        let operation = Operation::Insert(flags);
        self.fd.update(key, value, flags.raw()).map_err(|errno| self.failed(operation, key, errno))
    }

    pub(crate) fn remove_bytes(&self, key: &[u8]) -> Result<bool, OperationError> {
        match self.fd.delete(key) {
            Ok(()) => Ok(true),
            Err(errno) if self.is_absence(key, errno) => Ok(false),
            Err(errno) => Err(self.failed(Operation::Remove, key, errno)),
        }
    }

    /// Goes through all elements, in batches where the kernel has them.
    #[must_use]
    pub fn walk(&self) -> Walk<'_> {
        Walk::new(self)
    }

    /// The same, key by key, as [`walk`](Self::walk) does where the kernel has no batches: one element in memory at a
    /// time, at the price of two calls for each and of restarts.
    #[must_use]
    pub fn walk_by_keys(&self) -> Walk<'_> {
        Walk::by_keys(self)
    }

    #[inline]
    pub(crate) const fn raw(&self) -> &MapFd {
        &self.fd
    }

    #[cold]
    pub(crate) fn failed(&self, operation: Operation, key: &[u8], errno: Errno) -> OperationError {
        operation::explain(operation, &self.info, self.as_fd(), key, errno)
    }
}

impl AsFd for Map {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}
