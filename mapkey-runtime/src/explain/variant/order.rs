//! Fields in the other byte order.

use super::{Changed, Leaf, LeafKind, Mistake, Mistakes, Step};

/// Up to so many fields every combination is tried.
const MAX_COMBINED: usize = 6;

/// Up to so many fields every pair is tried.
const MAX_PAIRED: usize = 24;

/// Which bytes of a field change places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SwapKind {
    /// All.
    Whole,
    /// Those of each 16 bits.
    Each16,
    /// Those of each 32 bits.
    Each32,
    /// Those of the lowest 16 bits, of a number that has no more.
    Low16,
    /// Those of the lowest 32 bits, of a number that has no more.
    Low32,
    /// The two halves of 32 bits: 16 bits swapped, and then all 32.
    Halves,
}

impl Mistakes<'_> {
    pub(super) fn swapped(&self, key: &[u8]) -> Vec<Changed> {
        let mut all = Vec::new();
        let mut whole: Vec<u16> = Vec::new();
        for (index, leaf) in self.indexed() {
            for kind in kinds(leaf) {
                let mut changed = key.to_vec();
                if swap(leaf, *kind, &mut changed) && changed != key {
                    let step = Step { mistake: Mistake::Swapped(*kind), leaves: vec![index] };
                    all.push(Changed { key: changed, step });
                    if is_main(leaf, *kind) {
                        whole.push(index);
                    }
                }
            }
        }
        for leaves in self.combinations(&whole) {
            let mut changed = key.to_vec();
            for &index in &leaves {
                let leaf = &self.candidates[usize::from(index)];
                swap(leaf, main_kind(leaf), &mut changed);
            }
            all.push(Changed { key: changed, step: Step { mistake: Mistake::Swapped(SwapKind::Whole), leaves } });
        }
        all
    }

    /// Which fields may be swapped together, two or more.
    fn combinations(&self, whole: &[u16]) -> Vec<Vec<u16>> {
        let leaf = |index: u16| &self.candidates[usize::from(index)];
        if self.is_raw {
            // Guesses share their bytes: only those of one size stand beside each other.
            let of_size = |size| whole.iter().copied().filter(|&index| leaf(index).bit_size == size).collect();
            let groups: Vec<Vec<u16>> =
                [16, 32, 64].map(of_size).into_iter().filter(|all: &Vec<u16>| all.len() > 1).collect();
            return groups;
        }
        let mut groups: Vec<Vec<u16>> = Vec::new();
        let mut push = |group: Vec<u16>| {
            if group.len() > 1 && !groups.contains(&group) {
                groups.push(group);
            }
        };
        if whole.len() <= MAX_COMBINED {
            for set in 0u32..1 << whole.len() {
                push((0..).zip(whole).filter(|(bit, _)| set >> bit & 1 == 1).map(|(_, &index)| index).collect());
            }
            return groups;
        }
        push(whole.to_vec());
        for size in [16, 32, 64] {
            push(whole.iter().copied().filter(|&index| leaf(index).bit_size == size).collect());
        }
        for &first in whole {
            push(whole.iter().copied().filter(|&index| leaf(index).unit == leaf(first).unit).collect());
        }
        if whole.len() <= MAX_PAIRED {
            for (at, &first) in whole.iter().enumerate() {
                whole[at + 1..].iter().for_each(|&second| push(vec![first, second]));
            }
        }
        groups
    }
}

/// The ways in which a field's bytes are swapped, the common one first.
fn kinds(leaf: &Leaf) -> &'static [SwapKind] {
    use SwapKind::{Each16, Each32, Halves, Low16, Low32, Whole};
    let is_bytes = matches!(leaf.kind, LeafKind::Address | LeafKind::Bytes);
    match leaf.bit_size {
        _ if !leaf.is_whole() => &[],
        16 if leaf.is_integer() => &[Whole],
        32 if leaf.is_integer() => &[Whole, Low16, Halves, Each16],
        64 if leaf.is_integer() => &[Whole, Low32, Low16, Each32],
        32 if is_bytes && (leaf.kind == LeafKind::Address || leaf.is_called_address || leaf.path.ends_with("data")) => {
            &[Whole]
        }
        128 if is_bytes && (leaf.kind == LeafKind::Address || leaf.is_called_address) => &[Each32],
        _ => &[],
    }
}

fn main_kind(leaf: &Leaf) -> SwapKind {
    if leaf.bit_size == 128 { SwapKind::Each32 } else { SwapKind::Whole }
}

fn is_main(leaf: &Leaf, kind: SwapKind) -> bool {
    kind == main_kind(leaf)
}

/// Swaps in place. `false` where the swap has no meaning for this value.
pub(crate) fn swap(leaf: &Leaf, kind: SwapKind, key: &mut [u8]) -> bool {
    let Some(bytes) = key.get_mut(leaf.range()) else { return false };
    let is_big = leaf.is_big();
    match kind {
        SwapKind::Whole => bytes.reverse(),
        SwapKind::Each16 => bytes.chunks_exact_mut(2).for_each(<[u8]>::reverse),
        SwapKind::Each32 => bytes.chunks_exact_mut(4).for_each(<[u8]>::reverse),
        SwapKind::Halves => bytes.rotate_left(2),
        SwapKind::Low16 => return swap_low(bytes, 2, is_big),
        SwapKind::Low32 => return swap_low(bytes, 4, is_big),
    }
    true
}

fn swap_low(bytes: &mut [u8], count: usize, is_big: bool) -> bool {
    let (low, high) = if is_big {
        let (high, low) = bytes.split_at_mut(bytes.len() - count);
        (low, high)
    } else {
        bytes.split_at_mut(count)
    };
    low.reverse();
    high.iter().all(|&byte| byte == 0)
}
