//! How much a coincidence means, in a map with these entries.
//!
//! Two keys that agree in a byte which half of the map's keys have agree by chance; two that agree in a whole address do
//! not. The unit is the bit: a match of so many bits is seen by chance once in two to the power of them.

use super::sample::Sample;
use crate::explain::shape::Fields;

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
        let mut rest = mask.to_vec();
        let mut bits = 0.0;
        for leaf in &self.fields.leaves {
            let mut own = vec![0; leaf.range().len()];
            let range = leaf.range();
            let mut whole = vec![0; mask.len()];
            leaf.mark(&mut whole);
            own.copy_from_slice(&whole[range.clone()]);
            let is_whole = own.iter().zip(&mask[range.clone()]).all(|(own, mask)| own & !mask == 0);
            if is_whole {
                bits += leaf_bits(&others, entry, range.start, &own);
                rest[range].iter_mut().zip(&own).for_each(|(rest, own)| *rest &= !own);
            }
        }
        bits + (0..mask.len()).map(|at| byte_bits(&others, entry, at, rest[at])).sum::<f64>()
    }
}

/// A field as a whole: its bytes depend on each other.
fn leaf_bits(others: &[&[u8]], entry: &[u8], start: usize, own: &[u8]) -> f64 {
    let bytes: f64 = own.iter().enumerate().map(|(at, &mask)| byte_bits(others, entry, start + at, mask)).sum();
    let is_equal =
        |other: &&&[u8]| own.iter().enumerate().all(|(at, mask)| (other[start + at] ^ entry[start + at]) & mask == 0);
    let equal = others.iter().filter(is_equal).count();
    if equal == 0 { bytes } else { bytes.min(((others.len() + 1) as f64 / (equal + 1) as f64).log2()) }
}

fn byte_bits(others: &[&[u8]], entry: &[u8], at: usize, mask: u8) -> f64 {
    if mask == 0 {
        return 0.0;
    }
    let byte = entry[at] & mask;
    let equal = others.iter().filter(|other| other[at] & mask == byte).count();
    let guess = guess(byte).powf(f64::from(mask.count_ones()) / 8.0);
    let share = (equal as f64 + WEIGHT_OF_GUESS * guess) / (others.len() as f64 + WEIGHT_OF_GUESS);
    -share.log2()
}

/// What a match of this byte means in a place of which nothing is known.
pub(crate) fn unseen_bits(byte: u8) -> f64 {
    -guess(byte).log2()
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
