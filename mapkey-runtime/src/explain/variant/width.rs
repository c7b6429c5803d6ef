//! Numbers that went through a narrower type.

use super::{Changed, Leaf, Mistake, Mistakes, Relation, Step};
use crate::explain::shape::is_pair;

impl Mistakes<'_> {
    pub(super) fn widths(&self, key: &[u8]) -> Vec<Changed> {
        let mut all = Vec::new();
        for (index, leaf) in self.indexed().filter(|(_, leaf)| leaf.is_integer() && !self.is_raw) {
            let value = leaf.value(key);
            // Where several lead to the same number, the widest has lost the least.
            for bits in [32, 16, 8] {
                for signed in [false, true] {
                    let changed = through(value, bits, signed, leaf.len());
                    let is_half_of_a_pair = bits == 32 && is_pair(&leaf.path);
                    if bits < leaf.len() && changed != value && changed != 0 && !is_half_of_a_pair {
                        let mut key = key.to_vec();
                        leaf.set(&mut key, changed);
                        all.push(Changed {
                            key,
                            step: Step { mistake: Mistake::Width { bits, signed }, leaves: vec![index] },
                        });
                    }
                }
            }
        }
        all
    }
}

/// `value` cut to `bits` bits and extended to `len` again.
fn through(value: u64, bits: u32, signed: bool, len: u32) -> u64 {
    let cut = value & ((1 << bits) - 1);
    let is_negative = signed && cut >> (bits - 1) & 1 == 1;
    let extended = if is_negative { cut | u64::MAX << bits } else { cut };
    if len == 64 { extended } else { extended & ((1 << len) - 1) }
}

/// The wanted number is what is left of the entry's behind a narrower type.
pub(crate) fn relate(leaf: &Leaf, wanted: u64, entry: u64) -> Option<Relation> {
    if !leaf.is_integer() || wanted == 0 {
        return None;
    }
    [(32, false), (16, false), (32, true), (16, true)].into_iter().find_map(|(bits, signed)| {
        let is_cut = bits < leaf.len() && entry != wanted && through(entry, bits, signed, leaf.len()) == wanted;
        is_cut.then_some(Relation { mistake: Mistake::Width { bits, signed }, matched: (1 << bits) - 1 })
    })
}
