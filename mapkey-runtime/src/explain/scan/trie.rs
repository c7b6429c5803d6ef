//! Keys of a longest-prefix-match trie: an entry is found by every key that has its prefix.

use super::found::{Found, Soft};
use crate::explain::shape::Fields;
use crate::explain::variant::VariantSet;

/// The data stands behind the prefix's length, a native u32 (`struct bpf_lpm_trie_key_u8` in `include/uapi/linux/bpf.h`).
pub(super) const DATA: usize = 4;

/// Every entry is held against so many variants at most.
const MAX_VARIANTS: usize = 256;

pub(super) struct Trie {
    /// The bits of the data that fields have.
    fields: Vec<u8>,
    /// The field of the prefix's length.
    length: Option<usize>,
    variants: usize,
}

/// How many bits of the data count.
pub(crate) fn prefix_len(key: &[u8]) -> u32 {
    key.first_chunk().map_or(0, |bytes| u32::from_ne_bytes(*bytes))
}

impl Trie {
    pub(super) fn new(wanted: &[u8], fields: &Fields, variants: &VariantSet) -> Self {
        let length = fields.leaves.iter().position(|leaf| leaf.range() == (0..DATA));
        let fields = fields.padding[DATA..wanted.len()].iter().map(|padding| !padding).collect();
        Self { fields, length, variants: variants.variants.len().min(MAX_VARIANTS) }
    }

    pub(super) fn hold(&self, entry: &[u8], wanted: &[u8], variants: &VariantSet, found: &mut Found) {
        let (bits, wanted_bits) = (prefix_len(entry), prefix_len(wanted));
        let data = &entry[DATA..];
        if bits <= wanted_bits {
            if has_prefix(data, &wanted[DATA..], bits, |_| 0xff) {
                found.same += 1;
            } else if has_prefix(data, &wanted[DATA..], bits, |at| self.fields[at]) {
                found.padding(true, entry);
            } else {
                let matches = |&variant: &usize| {
                    let hard = &variants.masks_of(variant).hard;
                    has_prefix(data, &variants.value(variant)[DATA..], bits, |at| hard[DATA + at])
                };
                if let Some(variant) = (0..self.variants).find(matches) {
                    found.variant(variant, Soft::default(), None, entry);
                }
            }
        } else if let Some(length) = self.length
            && has_prefix(data, &wanted[DATA..], bits, |at| self.fields[at])
        {
            found.near(length, (bits - wanted_bits).into(), entry);
        }
    }
}

/// Whether the first `bits` bits are equal as far as the mask has them.
fn has_prefix(a: &[u8], b: &[u8], bits: u32, mask: impl Fn(usize) -> u8) -> bool {
    let mut left = bits;
    for (at, (a, b)) in a.iter().zip(b).enumerate() {
        if left == 0 {
            return true;
        }
        let counted = if left >= 8 { 0xff } else { 0xffu8 << (8 - left) };
        if (a ^ b) & counted & mask(at) != 0 {
            return false;
        }
        left = left.saturating_sub(8);
    }
    true
}

/// Whether a lookup of `key` may find `entry`: its prefix is no longer, and the bits in it are equal.
pub(crate) fn fits(entry: &[u8], key: &[u8]) -> bool {
    let bits = prefix_len(entry);
    let (Some(data), Some(wanted)) = (entry.get(DATA..), key.get(DATA..)) else { return false };
    bits <= prefix_len(key) && has_prefix(data, wanted, bits, |_| 0xff)
}

/// The bits of a trie's entry that had to match.
pub(crate) fn counted(entry: &[u8]) -> Vec<u8> {
    let mut mask = vec![0; entry.len()];
    let mut left = prefix_len(entry) as usize;
    for mask in mask.iter_mut().skip(DATA) {
        *mask = if left >= 8 { 0xff } else { !(0xffu8 >> left) };
        left = left.saturating_sub(8);
    }
    mask
}
