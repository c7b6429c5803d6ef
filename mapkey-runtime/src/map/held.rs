//! Maps whose values are things of the kernel's: written as descriptors, read as ids.

use std::os::fd::{AsFd, AsRawFd};

use mapkey_ebpf::MapKey;

use super::{Access, CheckedMap, InsertFlags, Map, MapType, Meaning, OpenError, Operation, OperationError};

/// Why a map within a map cannot be had.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum InnerMapError {
    /// The outer map's lookup failed.
    #[error(transparent)]
    Operation(#[from] OperationError),
    /// The inner map does not open.
    #[error(transparent)]
    Open(#[from] OpenError),
}

impl<K: MapKey> CheckedMap<K, u32> {
    /// The map that the element with `key` is; `Ok(None)` where there is none. What a lookup reads is an id, and opening
    /// it needs `CAP_SYS_ADMIN`.
    ///
    /// # Errors
    ///
    /// [`InnerMapError`]: the lookup failed, or this user may not open maps by their ids.
    pub fn get_map(&self, key: &K) -> Result<Option<Map>, InnerMapError> {
        if !matches!(self.info().map_type, MapType::ARRAY_OF_MAPS | MapType::HASH_OF_MAPS) {
            return Err(self.not_of_descriptors(Operation::Lookup).into());
        }
        match self.get(key)? {
            Some(id) => Ok(Some(Map::open_id(id, Access::ReadWrite)?)),
            None => Ok(None),
        }
    }
}

impl<K: MapKey, V> CheckedMap<K, V> {
    /// Puts what `held` is into the map: a map into a map of maps, a program into a `prog_array`, a socket into a
    /// `sockmap`. The map holds it from then on.
    ///
    /// # Errors
    ///
    /// [`OperationError`]: the map holds no such things, is full or frozen; the element is there, or is not, against
    /// `flags`.
    pub fn insert_fd(&self, key: &K, held: impl AsFd, flags: InsertFlags) -> Result<(), OperationError> {
        if !self.info().map_type.takes_descriptors() {
            return Err(self.not_of_descriptors(Operation::Insert(flags)));
        }
        let fd = held.as_fd().as_raw_fd();
        // Maps of sockets have values of 4 or of 8 bytes.
        if self.value_bytes() == size_of::<u64>() {
            self.insert_bytes(key.as_bytes(), &i64::from(fd).to_ne_bytes(), flags)
        } else {
            self.insert_bytes(key.as_bytes(), &fd.to_ne_bytes(), flags)
        }
    }

    #[cold]
    fn not_of_descriptors(&self, operation: Operation) -> OperationError {
        OperationError::without_asking(operation, self.info(), Meaning::NotOfDescriptors)
    }
}
