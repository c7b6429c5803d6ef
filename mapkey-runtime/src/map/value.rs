//! Values: one for an element, or one for every processor.

use std::fmt;
use std::ops::Deref;

use bytemuck::{AnyBitPattern, NoUninit};

use crate::sys::{Errno, MapFd};

/// What can be read from a map as its values: every type of which any bytes are a value, and [`PerCpu`] of such. Integers
/// and arrays are such types; a struct is one by [`bytemuck`]'s derives.
///
/// ```
/// use bytemuck::{AnyBitPattern, NoUninit};
/// use mapkey_runtime::prelude::*;
///
/// #[derive(Clone, Copy, Debug, AnyBitPattern, NoUninit)]
/// #[repr(C)]
/// struct Stats {
///     packets: u64,
///     bytes: u64,
/// }
///
/// fn packets(flows: &CheckedMap<u32, Stats>, flow: u32) -> Result<u64, OperationError> {
///     Ok(flows.get(&flow)?.map_or(0, |stats| stats.packets))
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a map",
    label = "not every pattern of bytes is a value of this type, as far as is known",
    note = "a struct of integers becomes a value with `#[derive(Clone, Copy, bytemuck::AnyBitPattern)]` and `#[repr(C)]`, \
            where bytemuck has its feature `derive`",
    note = "`bool`, `char` and enums have invalid bytes, which the map may hold: read an integer and convert it"
)]
pub trait MapValue: sealed::Read {}

/// What can be written to a map as its values: every type without padding bytes, and [`PerCpu`] of such.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be written to a map",
    label = "this type can have padding bytes, which are not initialised",
    note = "a struct without padding becomes a value that can be written with `#[derive(bytemuck::NoUninit)]`"
)]
pub trait WriteValue: MapValue + sealed::Write {}

#[diagnostic::do_not_recommend]
impl<V: sealed::Read> MapValue for V {}
#[diagnostic::do_not_recommend]
impl<V: sealed::Read + sealed::Write> WriteValue for V {}

pub(super) mod sealed {
    use super::{Errno, MapFd};

    pub trait Read: Sized {
        /// Bytes of one value.
        const SIZE: usize;
        /// Whether there is one for each processor.
        const PER_CPU: bool;

        fn lookup(map: &MapFd, key: &[u8]) -> Result<Self, Errno>;

        /// Reads what a lookup wrote; `None` where the length is another.
        fn read(bytes: &[u8]) -> Option<Self>;
    }

    pub trait Write {
        /// The bytes that the kernel reads; `expected` is how many that are. `Err` with the values that were given and
        /// those that are expected.
        fn with_bytes<T>(&self, expected: usize, work: impl FnOnce(&[u8]) -> T) -> Result<T, (usize, usize)>;
    }
}

impl<V: AnyBitPattern> sealed::Read for V {
    const SIZE: usize = size_of::<V>();
    const PER_CPU: bool = false;

    #[inline]
    fn lookup(map: &MapFd, key: &[u8]) -> Result<Self, Errno> {
        map.lookup(key)
    }

    #[inline]
    fn read(bytes: &[u8]) -> Option<Self> {
        bytemuck::try_pod_read_unaligned(bytes).ok()
    }
}

impl<V: NoUninit> sealed::Write for V {
    #[inline]
    fn with_bytes<T>(&self, _: usize, work: impl FnOnce(&[u8]) -> T) -> Result<T, (usize, usize)> {
        Ok(work(bytemuck::bytes_of(self)))
    }
}

/// The values of an element of a per-CPU map, one for every *possible* processor, online or not, in the order of their
/// numbers.
///
/// ```
/// use mapkey_runtime::map::PerCpu;
///
/// let packets = PerCpu::from(vec![7u64, 5]);
/// assert_eq!(packets.iter().sum::<u64>(), 12);
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PerCpu<V>(Box<[V]>);

impl<V> FromIterator<V> for PerCpu<V> {
    fn from_iter<I: IntoIterator<Item = V>>(values: I) -> Self {
        Self(values.into_iter().collect())
    }
}

impl<V> From<Vec<V>> for PerCpu<V> {
    fn from(values: Vec<V>) -> Self {
        Self(values.into_boxed_slice())
    }
}

impl<V> Deref for PerCpu<V> {
    type Target = [V];

    fn deref(&self) -> &[V] {
        &self.0
    }
}

impl<V: fmt::Debug> fmt::Debug for PerCpu<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Bytes from one processor's value to the next (`bpf_percpu_hash_copy` in `kernel/bpf/hashtab.c`).
pub(super) const fn stride<V>() -> usize {
    size_of::<V>().next_multiple_of(8)
}

impl<V: AnyBitPattern> sealed::Read for PerCpu<V> {
    const SIZE: usize = size_of::<V>();
    const PER_CPU: bool = true;

    fn lookup(map: &MapFd, key: &[u8]) -> Result<Self, Errno> {
        let mut bytes = vec![0; map.value_bytes()];
        map.lookup_into(key, &mut bytes)?;
        Self::read(&bytes).ok_or(Errno(libc::EINVAL))
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        if stride::<V>() == 0 {
            return None;
        }
        let values = bytes.chunks(stride::<V>()).map(|value| <V as sealed::Read>::read(value.get(..size_of::<V>())?));
        values.collect::<Option<Vec<_>>>().map(Self::from)
    }
}

impl<V: NoUninit> sealed::Write for PerCpu<V> {
    fn with_bytes<T>(&self, expected: usize, work: impl FnOnce(&[u8]) -> T) -> Result<T, (usize, usize)> {
        let stride = stride::<V>();
        if self.len().checked_mul(stride) != Some(expected) {
            return Err((self.len(), expected.checked_div(stride).unwrap_or(0)));
        }
        let mut bytes = vec![0; expected];
        for (place, value) in bytes.chunks_mut(stride).zip(&*self.0) {
            place[..size_of::<V>()].copy_from_slice(bytemuck::bytes_of(value));
        }
        Ok(work(&bytes))
    }
}
