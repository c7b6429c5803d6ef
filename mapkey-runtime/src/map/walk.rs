//! All elements of a map, as bytes.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasher, RandomState};

use super::{KeyRule, Map, MapType, Meaning, Operation, OperationError};
use crate::sys::{Batch, BatchEnd, Cursor, ENOTSUPP, Errno};

/// How much memory a batch takes at first, in bytes.
const BATCH_BYTES: usize = 1 << 18;

/// How often a batch is tried again that the kernel broke off, and how often a walk may start over.
const MAX_RETRIES: usize = 64;

/// A walk over all elements of a map. Elements that programs insert or remove meanwhile may be seen or not: no walk
/// over a map is atomic.
///
/// It starts from the null key and never from a key of zeros, which could be an element. Hash tables and arrays are
/// read in batches, which never start over. Where the kernel has no batches for the map (before Linux 5.6, and for
/// some types), a key that was removed before its successor was asked for makes the kernel begin again
/// (`htab_map_get_next_key`); then elements that were seen already are left out, and [`restarts`](Self::restarts)
/// counts.
pub struct Walk<'m> {
    map: &'m Map,
    steps: Steps,
    seen: Option<Seen>,
}

/// An element of a [`Walk`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Element<'w> {
    /// The key's bytes.
    pub key: &'w [u8],
    /// The value's bytes; `None` where user space cannot read values of this type of map.
    pub value: Option<&'w [u8]>,
}

enum Steps {
    Batches(Batches),
    Keys(Keys),
    Done,
}

struct Batches {
    cursor: Cursor,
    batch: Batch,
    /// The next element in the batch.
    next: usize,
    more: bool,
    retries: usize,
}

struct Keys {
    key: Vec<u8>,
    next: Vec<u8>,
    value: Vec<u8>,
    started: bool,
    /// Whether lookups work.
    readable: bool,
}

/// Hashes of the keys that were seen, each with the pass that saw it last: a key that one pass sees twice tells that the
/// kernel began again.
struct Seen {
    hasher: RandomState,
    passes: HashMap<u64, usize>,
    pass: usize,
}

impl<'m> Walk<'m> {
    pub(super) fn new(map: &'m Map) -> Self {
        let raw = map.raw();
        let each = raw.key_size().saturating_add(raw.value_bytes()).max(1);
        let most = usize::try_from(map.info().max_entries).unwrap_or(usize::MAX).max(1);
        let room = (BATCH_BYTES / each).clamp(1, most);
        let batches = Batches {
            cursor: Cursor::default(),
            batch: Batch::with_room_for(room, raw),
            next: 0,
            more: true,
            retries: 0,
        };
        // Batches of a trie go on from a key as well (`generic_map_lookup_batch`).
        let seen = (map.info().map_type == MapType::LPM_TRIE).then(Seen::new);
        Self { map, steps: Steps::Batches(batches), seen }
    }

    pub(super) fn by_keys(map: &'m Map) -> Self {
        let seen = (!map.info().map_type.is_array()).then(Seen::new);
        Self { map, steps: Steps::Keys(Keys::new(map)), seen }
    }

    /// The next element; `None` at the end.
    ///
    /// # Errors
    ///
    /// [`OperationError`]: the handle may not read, the map's type cannot be walked over, or the walk began again too
    /// often because elements are removed too fast.
    #[allow(clippy::should_implement_trait)] // the element borrows the walk
    #[inline]
    pub fn next(&mut self) -> Result<Option<Element<'_>>, OperationError> {
        if self.goes_on_in_the_batch() || self.goes_on()? { Ok(self.element()) } else { Ok(None) }
    }

    /// Goes to the next element of those that were read already.
    #[inline]
    fn goes_on_in_the_batch(&mut self) -> bool {
        match &mut self.steps {
            Steps::Batches(batches) if self.seen.is_none() && batches.next < batches.batch.len() => {
                batches.next += 1;
                true
            }
            _ => false,
        }
    }

    /// Goes to the next element that was not seen.
    fn goes_on(&mut self) -> Result<bool, OperationError> {
        if self.map.info().map_type.key_rule() == KeyRule::None {
            return Err(self.failed(Meaning::NotSupported));
        }
        while self.step()? {
            if self.is_new()? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// How often the kernel began again.
    #[must_use]
    pub const fn restarts(&self) -> usize {
        match &self.seen {
            Some(seen) => seen.pass,
            None => 0,
        }
    }

    #[cold]
    fn failed(&self, meaning: Meaning) -> OperationError {
        OperationError::without_asking(Operation::Iterate, self.map.info(), meaning)
    }

    #[inline]
    fn element(&self) -> Option<Element<'_>> {
        match &self.steps {
            Steps::Batches(batches) => {
                let (key, value) = batches.batch.element(batches.next.checked_sub(1)?, self.map.raw())?;
                Some(Element { key, value: Some(value) })
            }
            Steps::Keys(keys) => Some(Element { key: &keys.key, value: keys.readable.then_some(&keys.value) }),
            Steps::Done => None,
        }
    }

    /// Goes to the next element, whether it was seen or not.
    fn step(&mut self) -> Result<bool, OperationError> {
        loop {
            let stepped = match &mut self.steps {
                Steps::Done => return Ok(false),
                Steps::Batches(batches) => batches.step(self.map),
                Steps::Keys(keys) => keys.step(self.map),
            };
            match stepped {
                Ok(true) => return Ok(true),
                Ok(false) => self.steps = Steps::Done,
                Err(Errno(libc::EINVAL | ENOTSUPP | libc::EOPNOTSUPP)) if self.is_before_the_first_batch() => {
                    *self = Self::by_keys(self.map);
                }
                Err(errno) => {
                    self.steps = Steps::Done;
                    return Err(self.map.failed(Operation::Iterate, &[], errno));
                }
            }
        }
    }

    fn is_before_the_first_batch(&self) -> bool {
        matches!(&self.steps, Steps::Batches(batches) if !batches.cursor.has_started())
    }

    /// Whether the element was not seen before.
    fn is_new(&mut self) -> Result<bool, OperationError> {
        let Some(mut seen) = self.seen.take() else { return Ok(true) };
        let is_new = self.element().is_none_or(|element| seen.is_new(element.key));
        let restarts = seen.pass;
        self.seen = Some(seen);
        if restarts > MAX_RETRIES {
            self.steps = Steps::Done;
            return Err(self.failed(Meaning::Interrupted));
        }
        Ok(is_new)
    }
}

impl Batches {
    fn step(&mut self, map: &Map) -> Result<bool, Errno> {
        while self.next >= self.batch.len() {
            if !self.more {
                return Ok(false);
            }
            match map.raw().lookup_batch(&mut self.cursor, &mut self.batch) {
                Ok(end) => {
                    self.more = end == BatchEnd::More;
                    self.next = 0;
                    self.retries = 0;
                }
                Err(errno @ Errno(libc::ENOSPC)) => self.grow(map, errno)?,
                Err(Errno(libc::EINTR | libc::EAGAIN)) if self.retries < MAX_RETRIES => self.retries += 1,
                Err(errno) => return Err(errno),
            }
        }
        self.next += 1;
        Ok(true)
    }

    /// A bucket of the hash table has more elements than there is room for.
    fn grow(&mut self, map: &Map, errno: Errno) -> Result<(), Errno> {
        let most = usize::try_from(map.info().max_entries).unwrap_or(usize::MAX);
        let room = self.batch.room();
        if room >= most {
            return Err(errno);
        }
        self.batch = Batch::with_room_for(room.saturating_mul(2).min(most), map.raw());
        self.next = 0;
        Ok(())
    }
}

impl Keys {
    fn new(map: &Map) -> Self {
        let key = vec![0; map.raw().key_size()];
        let value = vec![0; map.raw().value_bytes()];
        Self { next: key.clone(), key, value, started: false, readable: true }
    }

    fn step(&mut self, map: &Map) -> Result<bool, Errno> {
        loop {
            let from = self.started.then_some(self.key.as_slice());
            match map.raw().next_key(from, &mut self.next) {
                Ok(()) => {}
                Err(Errno(libc::ENOENT)) => return Ok(false),
                Err(errno) => return Err(errno),
            }
            std::mem::swap(&mut self.key, &mut self.next);
            self.started = true;
            if !self.readable {
                return Ok(true);
            }
            match map.raw().lookup_into(&self.key, &mut self.value) {
                Ok(()) => return Ok(true),
                // Removed meanwhile, or a slot without an element.
                Err(Errno(libc::ENOENT)) => {}
                Err(Errno(ENOTSUPP | libc::EOPNOTSUPP | libc::EINVAL | libc::ENOSPC)) => {
                    self.readable = false;
                    return Ok(true);
                }
                Err(errno) => return Err(errno),
            }
        }
    }
}

impl Seen {
    fn new() -> Self {
        Self { hasher: RandomState::new(), passes: HashMap::new(), pass: 0 }
    }

    fn is_new(&mut self, key: &[u8]) -> bool {
        match self.passes.entry(self.hasher.hash_one(key)) {
            Entry::Vacant(vacant) => {
                vacant.insert(self.pass);
                true
            }
            Entry::Occupied(mut last) => {
                if *last.get() == self.pass {
                    self.pass += 1;
                }
                last.insert(self.pass);
                false
            }
        }
    }
}

impl Map {
    /// How many elements there are, by walking over them all: the kernel has no call that tells.
    ///
    /// # Errors
    ///
    /// As [`Walk::next`].
    pub fn len(&self) -> Result<usize, OperationError> {
        let mut walk = self.walk();
        let mut count = 0;
        while walk.next()?.is_some() {
            count += 1;
        }
        Ok(count)
    }

    /// Whether there is no element.
    ///
    /// # Errors
    ///
    /// As [`Walk::next`].
    pub fn is_empty(&self) -> Result<bool, OperationError> {
        Ok(self.walk().next()?.is_none())
    }
}
