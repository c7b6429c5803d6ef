//! How much a coincidence means, in a map with these entries.
//!
//! Two keys that agree in a byte which half of the map's keys have agree by chance; two that agree in a whole address do
//! not. The unit is the bit: a match of so many bits is seen by chance once in two to the power of them.

use super::sample::Sample;
use crate::explain::shape::{Fields, Leaf};
use crate::explain::words::runs;

/// What is usual in a map.
pub(crate) struct Evidence<'a> {
    sample: Vec<&'a [u8]>,
    fields: &'a Fields,
    entries: u64,
}

/// How many entries of its own a guess about a byte weighs as much as.
const WEIGHT_OF_GUESS: f64 = 12.0;

impl<'a> Evidence<'a> {
    pub(crate) fn new(sample: &'a Sample, fields: &'a Fields, entries: u64) -> Self {
        Self { sample: sample.entries().collect(), fields, entries }
    }

    /// How many keys of a map like this one would match by chance, when `entry` matched in the bits of `mask` and so many
    /// other ways to match were tried.
    pub(crate) fn chance(&self, entry: &[u8], mask: &[u8], tried: usize) -> f64 {
        let tries = self.entries.max(1) as f64 * tried.max(1) as f64;
        (tries.log2() - self.bits(entry, mask)).exp2()
    }

    /// What the match of `entry` in `mask` means, in bits.
    pub(crate) fn bits(&self, entry: &[u8], mask: &[u8]) -> f64 {
        // Entries that match as well are the same finding, and say nothing about what is usual.
        let is_same = |other: &&&[u8]| other.iter().zip(entry).zip(mask).all(|((a, b), mask)| (a ^ b) & mask == 0);
        let others: Vec<&[u8]> = self.sample.iter().filter(|other| !is_same(other)).copied().collect();
        bits_among(&others, self.fields, entry, mask)
    }

    /// How many keys like the wanted one would match by chance, when `count` entries match it in the bits of `mask`, as it
    /// stands: a value that many keys have in this place is found in another one too.
    pub(crate) fn chance_of_wanted(&self, wanted: &[u8], mask: &[u8], tried: usize, count: u64) -> f64 {
        let others = if count > 1 { self.entries.max(1) as f64 / count as f64 } else { 1.0 };
        let tries = others * tried.max(1) as f64;
        (tries.log2() - bits_among(&self.sample, self.fields, wanted, mask)).exp2()
    }
}

fn bits_among(others: &[&[u8]], fields: &Fields, key: &[u8], mask: &[u8]) -> f64 {
    let mut rest = mask.to_vec();
    let mut bits = 0.0;
    for leaf in &fields.leaves {
        let range = leaf.range();
        let mut whole = vec![0; mask.len()];
        leaf.mark(&mut whole);
        let own = &whole[range.clone()];
        if own.iter().zip(&mask[range.clone()]).all(|(own, mask)| own & !mask == 0) {
            bits += chain_bits(others, key, &whole, &in_weight(leaf), leaf.is_integer());
            rest[range.clone()].iter_mut().zip(own).for_each(|(rest, own)| *rest &= !own);
        }
    }
    // Parts of fields, each run of bytes by itself.
    for run in runs(rest.len(), |at| rest[at] != 0) {
        bits += chain_bits(others, key, &rest, &run.collect::<Vec<_>>(), false);
    }
    bits
}

/// The bytes of a field from the one that weighs most: those that are usual stand first, zeros and signs.
fn in_weight(leaf: &Leaf) -> Vec<usize> {
    if leaf.is_big() || !leaf.is_integer() { leaf.range().collect() } else { leaf.range().rev().collect() }
}

/// Bytes that depend on each other, in the order of `places`: each is held against those keys that are equal so far.
fn chain_bits(others: &[&[u8]], key: &[u8], mask: &[u8], places: &[usize], is_number: bool) -> f64 {
    let mut alike = others.to_vec();
    let mut before = Before::Start;
    let mut bits = 0.0;
    for &at in places {
        let (byte, mask) = (key[at] & mask[at], mask[at]);
        let guess = before.guess(byte, is_number).powf(f64::from(mask.count_ones()) / 8.0);
        let equal = others.iter().filter(|other| other[at] & mask == byte).count();
        let all = alike.len();
        alike.retain(|other| other[at] & mask == byte);
        bits -= share(alike.len(), all, share(equal, others.len(), guess).max(guess)).log2();
        before = before.then(byte);
    }
    if alike.is_empty() { bits } else { bits.min(((others.len() + 1) as f64 / (alike.len() + 1) as f64).log2()) }
}

/// How likely what `equal` of `all` keys have is, where it was guessed to be as likely as `guess`.
fn share(equal: usize, all: usize, guess: f64) -> f64 {
    (equal as f64 + WEIGHT_OF_GUESS * guess) / (all as f64 + WEIGHT_OF_GUESS)
}

/// What the bits of a field mean in a place of which nothing is known.
pub(crate) fn unseen_leaf_bits(leaf: &Leaf, key: &[u8]) -> f64 {
    let mut mask = vec![0; key.len()];
    leaf.mark(&mut mask);
    chain_bits(&[], key, &mask, &in_weight(leaf), leaf.is_integer())
}

/// What a match of this byte means in a place of which nothing is known.
pub(crate) fn unseen_bits(byte: u8) -> f64 {
    -guess(byte).log2()
}

/// The bytes that weigh more.
#[derive(Clone, Copy)]
enum Before {
    Start,
    /// Nothing but zeros.
    Zeros,
    /// Nothing but the bits of a negative number's sign.
    Signs,
    Digits,
}

impl Before {
    fn then(self, byte: u8) -> Self {
        match (self, byte) {
            (Self::Start | Self::Zeros, 0) => Self::Zeros,
            (Self::Start | Self::Signs, 0xff) => Self::Signs,
            _ => Self::Digits,
        }
    }

    /// How likely a byte is behind those, before the map was looked at.
    fn guess(self, byte: u8, is_number: bool) -> f64 {
        match (self, byte) {
            // Zeros come together, and so do the bytes of -1.
            (Self::Zeros, 0) => 0.85,
            (Self::Signs, 0xff) => 0.8,
            // Round numbers are rarer than small ones.
            (Self::Digits | Self::Signs, 0) if is_number => 1.0 / 16.0,
            _ => guess(byte),
        }
    }
}

/// How likely a byte of a key is this one, before the map was looked at: keys are mostly zeros and small numbers.
fn guess(byte: u8) -> f64 {
    match byte {
        0 => 0.7,
        1 => 1.0 / 8.0,
        2..=15 | 0xff => 1.0 / 16.0,
        _ => 1.0 / 64.0,
    }
}
