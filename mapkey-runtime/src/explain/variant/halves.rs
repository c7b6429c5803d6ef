//! Two numbers of 32 bits in one of 64, the other way round or one of them alone.

use super::{Changed, Leaf, Mistake, Mistakes, Step};
use crate::explain::shape::is_pair;

const LOW: u64 = 0xffff_ffff;

/// How an entry's field follows from the wanted one, with some of its bits free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Relation {
    pub(crate) mistake: Mistake,
    /// The bits of the number that had to match.
    pub(crate) matched: u64,
}

impl Mistakes<'_> {
    pub(super) fn halves(&self, key: &[u8]) -> Vec<Changed> {
        let mut all = Vec::new();
        for (index, leaf) in self.indexed().filter(|(_, leaf)| leaf.is_integer() && leaf.bit_size == 64) {
            let value = leaf.value(key);
            let mut options = vec![(Mistake::HalvesExchanged, value.rotate_left(32))];
            if is_pair(&leaf.path) {
                options.extend([(Mistake::UpperHalf, value >> 32), (Mistake::LowerHalf, value & LOW)]);
            } else if value >> 32 != value & LOW {
                // Of two equal halves the lower one is left, by a width: -1.
                options.push((Mistake::UpperHalf, value >> 32));
            }
            for (mistake, changed) in options.into_iter().filter(|&(_, changed)| changed != value && changed != 0) {
                let mut key = key.to_vec();
                leaf.set(&mut key, changed);
                all.push(Changed { key, step: Step { mistake, leaves: vec![index] } });
            }
        }
        all
    }
}

/// The wanted number is one half of a pair that the map has as a whole.
pub(crate) fn relate(leaf: &Leaf, wanted: u64, entry: u64) -> Option<Relation> {
    if leaf.bit_size != 64 || !leaf.is_integer() || wanted == 0 || wanted > LOW || entry <= LOW {
        return None;
    }
    if entry >> 32 == wanted && entry & LOW != 0 {
        return Some(Relation { mistake: Mistake::UpperHalf, matched: !LOW });
    }
    let is_lower = is_pair(&leaf.path) && entry & LOW == wanted;
    is_lower.then_some(Relation { mistake: Mistake::LowerHalf, matched: LOW })
}
