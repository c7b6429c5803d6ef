//! Which of the variants an entry is, if it is any: told in a few nanoseconds that it is none.
//!
//! Variants with the same masks share a hash table. Before it stands a filter of 2048 bytes, asked with eight bytes of the
//! entry: those that differ most among the entries that were seen first. Tables that chose the same eight bytes under the
//! same mask share a filter, so that most entries cost a handful of loads however many variants there are.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use crate::explain::variant::VariantSet;

const WINDOW: usize = 8;

/// The filter has 2 to the power of this many bits.
const FILTER_BITS: u32 = 14;

const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;

/// At so many places is the best window looked for.
const MAX_PLACES: usize = 16;

pub(crate) struct Filter {
    windows: Vec<Window>,
    /// By mask.
    tables: Vec<Table>,
}

/// By a number that is mixed well enough by a multiplication: what is in the table follows from the wanted key, so that
/// nobody who fills a map can make its entries collide.
type Hashed<V> = HashMap<u64, V, BuildHasherDefault<Multiplied>>;

#[derive(Default)]
struct Multiplied(u64);

impl Hasher for Multiplied {
    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0 ^ number).wrapping_mul(MULTIPLIER);
        self.0 ^= self.0 >> 32;
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u64(byte.into()));
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Eight bytes of an entry.
struct Window {
    at: usize,
    mask: u64,
    filter: Box<[u64]>,
    /// The tables that have these eight bytes.
    tables: Hashed<Vec<usize>>,
}

/// The variants with one mask.
struct Table {
    /// The mask in words, zeros behind its end.
    words: Vec<u64>,
    /// By the hash of the entry's masked words.
    variants: Hashed<Vec<usize>>,
}

impl Filter {
    /// `sample` are some of the entries.
    pub(crate) fn new<'s>(set: &VariantSet, sample: impl Iterator<Item = &'s [u8]>) -> Self {
        let mut by_mask: Vec<Vec<usize>> = vec![Vec::new(); set.masks.len()];
        for (index, variant) in set.variants.iter().enumerate() {
            by_mask[variant.mask].push(index);
        }
        let sample: Vec<&[u8]> = sample.take(256).collect();
        let mut filter = Self { windows: Vec::new(), tables: Vec::new() };
        for (mask, variants) in by_mask.iter().enumerate() {
            let hard = &set.masks[mask].hard;
            let at = filter.best_place(set, hard, variants, &sample);
            filter.add(set, hard, variants, at);
        }
        filter
    }

    /// Where the fewest of the sample's entries would pass.
    fn best_place(&self, set: &VariantSet, hard: &[u8], variants: &[usize], sample: &[&[u8]]) -> usize {
        let last = set.size.saturating_sub(WINDOW);
        let step = (last / MAX_PLACES).max(4);
        let places = (0..last).step_by(step).chain([last]);
        let cost = |at: usize| {
            let mask = load(hard, at);
            let values: HashSet<u64> = variants.iter().map(|&variant| load(set.value(variant), at)).collect();
            let passed = sample.iter().filter(|entry| values.contains(&(load(entry, at) & mask))).count();
            let is_shared = self.windows.iter().any(|window| (window.at, window.mask) == (at, mask));
            (passed, u32::MAX - mask.count_ones() / 8, !is_shared)
        };
        places.min_by_key(|&at| cost(at)).unwrap_or(0)
    }

    fn add(&mut self, set: &VariantSet, hard: &[u8], variants: &[usize], at: usize) {
        let index = self.tables.len();
        let words: Vec<u64> = (0..hard.len()).step_by(WINDOW).map(|at| load(hard, at)).collect();
        let mut table = Table { words, variants: Hashed::default() };
        let mask = load(hard, at);
        let known = self.windows.iter().position(|window| (window.at, window.mask) == (at, mask));
        let window = known.unwrap_or_else(|| {
            let filter = vec![0; 1 << (FILTER_BITS - 6)].into_boxed_slice();
            self.windows.push(Window { at, mask, filter, tables: Hashed::default() });
            self.windows.len() - 1
        });
        let window = &mut self.windows[window];
        for &variant in variants {
            let value = set.value(variant);
            let key = load(value, at);
            let (word, bit) = filter_place(key);
            window.filter[word] |= bit;
            let tables = window.tables.entry(key).or_default();
            if tables.last() != Some(&index) {
                tables.push(index);
            }
            table.variants.entry(table.hash(value)).or_default().push(variant);
        }
        self.tables.push(table);
    }

    /// The simplest of the variants that `entry` is, by `cost` and then in the order of their making.
    #[inline]
    pub(crate) fn find(&self, set: &VariantSet, entry: &[u8], cost: impl Fn(usize) -> usize) -> Option<usize> {
        let mut found = None;
        for window in &self.windows {
            let key = load(entry, window.at) & window.mask;
            let (word, bit) = filter_place(key);
            if window.filter[word] & bit != 0 {
                found = smaller(found, self.look_up(set, window, key, entry, &cost));
            }
        }
        found.map(|(_, variant)| variant)
    }

    #[inline(never)] // hardly ever
    fn look_up(
        &self,
        set: &VariantSet,
        window: &Window,
        key: u64,
        entry: &[u8],
        cost: &impl Fn(usize) -> usize,
    ) -> Option<(usize, usize)> {
        let tables = window.tables.get(&key)?.iter().map(|&table| &self.tables[table]);
        let variants = tables.filter_map(|table| table.variants.get(&table.hash(entry)));
        let matching = variants.flatten().copied().filter(|&variant| set.matches(variant, entry));
        matching.map(|variant| (cost(variant), variant)).min()
    }
}

impl Table {
    fn hash(&self, entry: &[u8]) -> u64 {
        let words = self.words.iter().enumerate();
        words.fold(0, |hash: u64, (index, mask)| {
            (hash ^ (load(entry, index * WINDOW) & mask)).wrapping_mul(MULTIPLIER).rotate_left(29)
        })
    }
}

fn smaller<T: Ord>(a: Option<T>, b: Option<T>) -> Option<T> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

fn filter_place(key: u64) -> (usize, u64) {
    let hash = key.wrapping_mul(MULTIPLIER) >> (64 - FILTER_BITS);
    (usize::try_from(hash >> 6).unwrap_or(0), 1 << (hash & 63))
}

/// Eight bytes from `at`, zeros behind the end.
#[inline]
pub(super) fn load(bytes: &[u8], at: usize) -> u64 {
    match bytes.get(at..).and_then(|rest| rest.first_chunk::<WINDOW>()) {
        Some(chunk) => u64::from_le_bytes(*chunk),
        None => load_tail(bytes.get(at..).unwrap_or_default()),
    }
}

fn load_tail(rest: &[u8]) -> u64 {
    let mut chunk = [0; WINDOW];
    chunk[..rest.len()].copy_from_slice(rest);
    u64::from_le_bytes(chunk)
}
