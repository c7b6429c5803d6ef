//! Elements of a map. A [`MapFd`] knows how many bytes the kernel reads and writes for its map, so that no caller can
//! hand it a buffer of another length.

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

use bytemuck::AnyBitPattern;

use super::attr::{BatchAttr, Element, RawMapInfo, address};
use super::{Command, Errno, call, cpus};
use crate::map::MapType;

/// A descriptor of a map, with the sizes that the kernel has for it.
#[derive(Debug)]
pub struct MapFd {
    fd: OwnedFd,
    key_size: usize,
    /// Bytes that a lookup writes.
    value_bytes: usize,
}

impl MapFd {
    /// Takes a map's descriptor, and `info`, which the kernel gave for it.
    ///
    /// # Safety
    ///
    /// `fd` is a map's, and `info` is what [`map_info`](super::map_info) returned for it.
    pub(crate) unsafe fn new(fd: OwnedFd, info: &RawMapInfo) -> io::Result<Self> {
        let too_large = |_| io::Error::from(io::ErrorKind::FileTooLarge);
        let key_size = usize::try_from(info.key_size).map_err(too_large)?;
        let value_size = usize::try_from(info.value_size).map_err(too_large)?;
        let map_type = MapType::from_raw(info.map_type);
        // `bpf_map_value_size` in kernel/bpf/syscall.c.
        let value_bytes = if map_type.is_per_cpu() {
            let each = value_size.checked_next_multiple_of(8);
            each.and_then(|each| each.checked_mul(cpus::possible().ok()?)).ok_or(io::ErrorKind::FileTooLarge)?
        } else if map_type.holds_descriptors() {
            size_of::<u32>()
        } else {
            value_size
        };
        Ok(Self { fd, key_size, value_bytes })
    }

    /// Bytes of a key.
    pub(crate) const fn key_size(&self) -> usize {
        self.key_size
    }

    /// Bytes that a lookup writes: for per-CPU maps those of all possible processors.
    pub(crate) const fn value_bytes(&self) -> usize {
        self.value_bytes
    }

    fn element(&self, key: &[u8]) -> Result<Element, Errno> {
        if key.len() != self.key_size {
            return Err(Errno(libc::EINVAL));
        }
        // A map without keys wants no address (`___bpf_copy_key`).
        let key = if key.is_empty() { 0 } else { address(key.as_ptr()) };
        Ok(Element { map_fd: self.fd.as_raw_fd().cast_unsigned(), key, ..Default::default() })
    }

    /// `BPF_MAP_LOOKUP_ELEM` into a value of its own. EINVAL, without a call, if the lengths are not the map's.
    #[inline]
    pub(crate) fn lookup<V: AnyBitPattern>(&self, key: &[u8]) -> Result<V, Errno> {
        let mut value = V::zeroed();
        if size_of::<V>() != self.value_bytes {
            return Err(Errno(libc::EINVAL));
        }
        let mut attr = Element { value: address(&raw mut value), ..self.element(key)? };
        // SAFETY: the kernel reads `key_size` bytes at `key` and writes `value_bytes` at `value`, a `V` of that size
        // of which any bytes are a value; both lengths were compared above.
        unsafe { call(Command::MapLookup, &mut attr) }.map(|_| value)
    }

    /// `BPF_MAP_LOOKUP_ELEM` into a buffer of [`value_bytes`](Self::value_bytes).
    pub(crate) fn lookup_into(&self, key: &[u8], value: &mut [u8]) -> Result<(), Errno> {
        if value.len() != self.value_bytes {
            return Err(Errno(libc::EINVAL));
        }
        let mut attr = Element { value: address(value.as_mut_ptr()), ..self.element(key)? };
        // SAFETY: the kernel reads `key_size` bytes at `key` and writes `value_bytes` at `value`; both lengths were
        // compared above.
        unsafe { call(Command::MapLookup, &mut attr) }.map(|_| ())
    }

    /// `BPF_MAP_UPDATE_ELEM` from a buffer of [`value_bytes`](Self::value_bytes).
    pub(crate) fn update(&self, key: &[u8], value: &[u8], flags: u64) -> Result<(), Errno> {
        if value.len() != self.value_bytes {
            return Err(Errno(libc::EINVAL));
        }
        let mut attr = Element { value: address(value.as_ptr()), flags, ..self.element(key)? };
        // SAFETY: the kernel reads `key_size` bytes at `key` and `value_bytes` at `value`; both lengths were compared
        // above.
        unsafe { call(Command::MapUpdate, &mut attr) }.map(|_| ())
    }

    /// `BPF_MAP_DELETE_ELEM`.
    pub(crate) fn delete(&self, key: &[u8]) -> Result<(), Errno> {
        let mut attr = self.element(key)?;
        // SAFETY: the kernel reads `key_size` bytes at `key`, whose length was compared.
        unsafe { call(Command::MapDelete, &mut attr) }.map(|_| ())
    }

    /// `BPF_MAP_GET_NEXT_KEY`: the key behind `key`, or the first one. ENOENT at the end.
    pub(crate) fn next_key(&self, key: Option<&[u8]>, next: &mut [u8]) -> Result<(), Errno> {
        if next.len() != self.key_size || next.is_empty() {
            return Err(Errno(libc::EINVAL));
        }
        let mut attr = match key {
            Some(key) => self.element(key)?,
            None => Element { map_fd: self.fd.as_raw_fd().cast_unsigned(), ..Default::default() },
        };
        attr.value = address(next.as_mut_ptr());
        // SAFETY: the kernel reads `key_size` bytes at `key`, unless it is null, and writes as many at `next_key`; both
        // lengths were compared.
        unsafe { call(Command::MapNextKey, &mut attr) }.map(|_| ())
    }

    /// `BPF_MAP_LOOKUP_BATCH`: the elements behind `cursor`, as many as the buffers have room for.
    pub(crate) fn lookup_batch(&self, cursor: &mut Cursor, batch: &mut Batch) -> Result<BatchEnd, Errno> {
        let count = batch.room;
        if batch.keys.len() != count * self.key_size || batch.values.len() != count * self.value_bytes {
            return Err(Errno(libc::EINVAL));
        }
        let cursor_len = self.key_size.max(size_of::<u32>());
        cursor.at.resize(cursor_len, 0);
        cursor.next.resize(cursor_len, 0);
        let mut attr = BatchAttr {
            in_batch: if cursor.started { address(cursor.at.as_ptr()) } else { 0 },
            out_batch: address(cursor.next.as_mut_ptr()),
            keys: address(batch.keys.as_mut_ptr()),
            values: address(batch.values.as_mut_ptr()),
            count: u32::try_from(count).map_err(|_| Errno(libc::E2BIG))?,
            map_fd: self.fd.as_raw_fd().cast_unsigned(),
            ..Default::default()
        };
        // SAFETY: the kernel writes at most `count` keys and values, for which there is room. What it reads at
        // `in_batch` and writes at `out_batch` is a bucket's number of 32 bits (`__htab_map_lookup_and_delete_batch`)
        // or a key (`generic_map_lookup_batch`): both fit into `cursor_len` bytes.
        let result = unsafe { call(Command::MapLookupBatch, &mut attr) };
        let end = match result {
            Ok(_) => BatchEnd::More,
            Err(Errno(libc::ENOENT)) => BatchEnd::Last,
            Err(errno) => return Err(errno),
        };
        batch.filled = (attr.count as usize).min(count);
        std::mem::swap(&mut cursor.at, &mut cursor.next);
        cursor.started = true;
        Ok(end)
    }
}

impl AsFd for MapFd {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

/// Where a batch ended: opaque, the kernel's.
#[derive(Debug, Default)]
pub(crate) struct Cursor {
    at: Vec<u8>,
    next: Vec<u8>,
    started: bool,
}

impl Cursor {
    /// Whether there was a batch.
    pub(crate) const fn has_started(&self) -> bool {
        self.started
    }
}

/// Whether more elements may follow a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BatchEnd {
    More,
    Last,
}

/// Room for the elements of a batch.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    keys: Vec<u8>,
    values: Vec<u8>,
    room: usize,
    filled: usize,
}

impl Batch {
    /// Room for `count` elements of `map`.
    pub(crate) fn with_room_for(count: usize, map: &MapFd) -> Self {
        Self { keys: vec![0; count * map.key_size], values: vec![0; count * map.value_bytes], room: count, filled: 0 }
    }

    /// How many elements there is room for.
    pub(crate) const fn room(&self) -> usize {
        self.room
    }

    /// How many elements the last call wrote.
    #[inline]
    pub(crate) const fn len(&self) -> usize {
        self.filled
    }

    /// The key and the value of an element that the last call wrote.
    #[inline]
    pub(crate) fn element(&self, index: usize, map: &MapFd) -> Option<(&[u8], &[u8])> {
        if index >= self.filled {
            return None;
        }
        let (key, value) = (index * map.key_size, index * map.value_bytes);
        Some((self.keys.get(key..key + map.key_size)?, self.values.get(value..value + map.value_bytes)?))
    }
}
