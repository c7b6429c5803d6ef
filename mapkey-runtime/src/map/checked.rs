//! Typed handles of maps whose layout is proven.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::os::fd::{AsFd, BorrowedFd};
use std::path::Path;

use mapkey_ebpf::MapKey;

use super::{
    Access, CheckError, InsertFlags, Iter, Map, MapValue, Meaning, Operation, OperationError, PerCpu, Proof,
    WriteValue, proof, value,
};

/// A map with keys `K` and values `V`: a handle exists only where the map's type takes such keys, the sizes are right,
/// and the key's layout is proven field by field.
///
/// It is made from a pin, an id, or anything that has a descriptor: aya's maps, libbpf-rs's, plain ones.
///
/// ```no_run
/// use mapkey_runtime::prelude::*;
///
/// # #[derive(Clone, Copy, MapKey)]
/// # #[repr(C)]
/// # struct FlowKey { saddr: Be<u32>, daddr: Be<u32> }
/// let flows = CheckedMap::<FlowKey, u64>::open_pinned("/sys/fs/bpf/flows")?;
/// let key = FlowKey::new(Be::new(0xc000_0201), Be::new(0xc000_0202));
/// match flows.get(&key)? {
///     Some(packets) => println!("{packets} packets"),
///     None => println!("no such flow"),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The values' layout is not held against anything but their size: a value type takes any bytes.
pub struct CheckedMap<K, V> {
    map: Map,
    proof: Proof,
    types: PhantomData<fn(K) -> V>,
}

/// Ways to one. The bounds stand at each, so that a type that cannot be a key or a value is an error that says why.
impl<K, V> CheckedMap<K, V> {
    /// Opens the map that is pinned at `path` for reading and writing, and proves it by its BTF. A program that only reads
    /// goes through [`Map::open_pinned`], which needs no more than the right to read the file:
    ///
    /// ```no_run
    /// use mapkey_runtime::{Map, prelude::*};
    ///
    /// let packets: CheckedMap<u32, u64> = Map::open_pinned("/sys/fs/bpf/packets", Access::ReadOnly)?.check()?;
    /// # Ok::<(), CheckError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`CheckError`].
    pub fn open_pinned(path: impl AsRef<Path>) -> Result<Self, CheckError>
    where
        K: MapKey,
        V: MapValue,
    {
        Map::open_pinned(path, Access::ReadWrite)?.check()
    }

    /// Opens the map with this id, and proves it by its BTF. Needs `CAP_SYS_ADMIN`.
    ///
    /// # Errors
    ///
    /// [`CheckError`].
    pub fn open_id(id: u32) -> Result<Self, CheckError>
    where
        K: MapKey,
        V: MapValue,
    {
        Map::open_id(id, Access::ReadWrite)?.check()
    }

    /// Takes up a map that the program has open already, and proves it by its BTF. aya's and libbpf-rs's own access to
    /// the map goes on beside it.
    ///
    /// With aya:
    ///
    /// ```no_run
    /// # use aya::{Ebpf, maps::Map};
    /// # use mapkey_runtime::prelude::*;
    /// # #[derive(Clone, Copy, MapKey)]
    /// # #[repr(C)]
    /// # struct FlowKey { saddr: Be<u32>, daddr: Be<u32> }
    /// let loaded = Ebpf::load_file("flow.bpf.o")?;
    /// let Some(Map::LruHashMap(flows)) = loaded.map("flows") else { return Err("no such map".into()) };
    /// let flows = CheckedMap::<FlowKey, u64>::from_fd(flows.fd())?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// With libbpf-rs, whose maps are descriptors themselves:
    ///
    /// ```ignore
    /// let loaded = ObjectBuilder::default().open_file("flow.bpf.o")?.load()?;
    /// let flows = loaded.maps().find(|map| map.name() == "flows").ok_or("no such map")?;
    /// let flows = CheckedMap::<FlowKey, u64>::from_fd(&flows)?;
    /// ```
    ///
    /// # Errors
    ///
    /// [`CheckError`].
    pub fn from_fd(fd: impl AsFd) -> Result<Self, CheckError>
    where
        K: MapKey,
        V: MapValue,
    {
        Map::from_fd(fd)?.check()
    }
}

impl<K: MapKey, V: MapValue> CheckedMap<K, V> {
    /// What proves the layout of the keys.
    #[must_use]
    pub const fn proof(&self) -> &Proof {
        &self.proof
    }

    /// The value for `key`; `Ok(None)` where there is none. On a trie this is the value of the longest prefix that
    /// fits, not the entry with this very prefix.
    ///
    /// One call of the kernel; without an allocation, but for [`PerCpu`] values.
    ///
    /// # Errors
    ///
    /// [`OperationError`]: everything but absence.
    #[inline]
    pub fn get(&self, key: &K) -> Result<Option<V>, OperationError> {
        let bytes = key.as_bytes();
        self.map.present(bytes, V::lookup(self.map.raw(), bytes))
    }

    /// Whether the map has `key` at this moment: programs and other processes may change that before this returns. On a
    /// trie all entries are gone through, for a lookup there finds shorter prefixes too.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn contains(&self, key: &K) -> Result<bool, OperationError> {
        let is_found = self.get(key)?.is_some();
        if !is_found || self.map.info().map_type != super::MapType::LPM_TRIE {
            return Ok(is_found);
        }
        let rule = self.map.info().map_type.key_rule();
        let wanted = proof::canonical(rule, key.as_bytes());
        let mut walk = self.map.walk();
        while let Some(element) = walk.next()? {
            if proof::canonical(rule, element.key) == wanted {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Writes the value for `key`.
    ///
    /// # Errors
    ///
    /// [`OperationError`]: the map is full, frozen, read-only; the element is there, or is not, against `flags`.
    pub fn insert(&self, key: &K, value: &V, flags: InsertFlags) -> Result<(), OperationError>
    where
        V: WriteValue,
    {
        let insert = |value: &[u8]| self.map.insert_bytes(key.as_bytes(), value, flags);
        match value.with_bytes(self.map.value_bytes(), insert) {
            Ok(inserted) => inserted,
            Err((found, expected)) => {
                let meaning = Meaning::ValueCount { found, expected };
                Err(OperationError::without_asking(Operation::Insert(flags), self.map.info(), meaning))
            }
        }
    }

    /// Removes the element with `key`; whether there was one.
    ///
    /// # Errors
    ///
    /// [`OperationError`]: the map is an array, frozen, read-only.
    pub fn remove(&self, key: &K) -> Result<bool, OperationError> {
        self.map.remove_bytes(key.as_bytes())
    }

    /// All elements; see [`Walk`](super::Walk) for what is seen while programs write.
    #[must_use]
    pub fn iter(&self) -> Iter<'_, K, V> {
        Iter::new(self.map.walk())
    }

    /// The untyped handle.
    #[must_use]
    pub fn into_map(self) -> Map {
        self.map
    }
}

impl<K, V> CheckedMap<K, PerCpu<V>> {
    /// How many values an element has: one for each possible processor, which can be more than are online.
    ///
    /// ```no_run
    /// use mapkey_runtime::prelude::*;
    ///
    /// let packets = CheckedMap::<u32, PerCpu<u64>>::open_pinned("/sys/fs/bpf/packets")?;
    /// packets.insert(&7, &vec![0; packets.processors()].into(), InsertFlags::Any)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn processors(&self) -> usize {
        match self.map.value_bytes().checked_div(value::stride::<V>()) {
            Some(processors) => processors,
            None => 0,
        }
    }
}

impl<'m, K: MapKey, V: MapValue> IntoIterator for &'m CheckedMap<K, V> {
    type Item = <Iter<'m, K, V> as Iterator>::Item;
    type IntoIter = Iter<'m, K, V>;

    fn into_iter(self) -> Iter<'m, K, V> {
        self.iter()
    }
}

/// What can be done without types: `info`, `verify`, `len`, `walk`.
impl<K, V> Deref for CheckedMap<K, V> {
    type Target = Map;

    fn deref(&self) -> &Map {
        &self.map
    }
}

impl<K, V> AsFd for CheckedMap<K, V> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.map.as_fd()
    }
}

impl<K: MapKey, V> fmt::Debug for CheckedMap<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CheckedMap").field("map", self.map.info()).field("proof", &self.proof).finish_non_exhaustive()
    }
}

impl Map {
    /// Proves that the map's keys are `K`, by the map's own BTF, and that its values have `V`'s size.
    ///
    /// # Errors
    ///
    /// [`CheckError`]: [`Mismatch`](CheckError::Mismatch) draws both sides; [`NotProven`](CheckError::NotProven) where
    /// there is no BTF, or no right to read it.
    pub fn check<K: MapKey, V: MapValue>(self) -> Result<CheckedMap<K, V>, CheckError> {
        self.checked(proof::by_btf)
    }

    /// Compares type and sizes alone, and goes on where nothing proves the keys' layout. The handle keeps the
    /// verdict: [`CheckedMap::proof`] is [`Proof::None`] with the reason. A map that has BTF which contradicts is
    /// refused.
    ///
    /// # Errors
    ///
    /// [`CheckError`].
    pub fn check_without_proof<K: MapKey, V: MapValue>(self) -> Result<CheckedMap<K, V>, CheckError> {
        self.checked(proof::or_none)
    }

    pub(super) fn checked<K: MapKey, V: MapValue>(
        self,
        prove: impl FnOnce(&Self, &'static mapkey_layout::Layout) -> Result<Proof, CheckError>,
    ) -> Result<CheckedMap<K, V>, CheckError> {
        let key = const { &K::LAYOUT };
        proof::takes_such_keys(&self, key)?;
        let proof = prove(&self, key)?;
        proof::sizes(&self, key, V::SIZE, V::PER_CPU)?;
        Ok(CheckedMap { map: self, proof, types: PhantomData })
    }
}
