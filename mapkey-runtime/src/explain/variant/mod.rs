//! What the wanted key would be had something gone wrong with it: every known mistake, alone and in pairs.

mod exchange;
mod halves;
mod order;
mod place;
mod set;
mod width;

use super::CauseKind;
use super::shape::{Fields, Leaf, LeafKind, TwinKind};

pub(crate) use halves::{Relation, relate as relate_halves};
pub(crate) use order::SwapKind;
pub(crate) use set::VariantSet;
pub(crate) use width::relate as relate_width;

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) mistake: Mistake,
    /// The fields that it changes, as indices of the [`candidates`].
    pub(crate) leaves: Vec<u16>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mistake {
    Swapped(SwapKind),
    Exchanged,
    /// The halves of 64 bits the other way round.
    HalvesExchanged,
    /// Only the upper half, in the place of the lower one.
    UpperHalf,
    /// Only the lower half.
    LowerHalf,
    /// Cut to so many bits and extended again.
    Width {
        bits: u32,
        signed: bool,
    },
    /// The index of a twin in [`Fields::twins`].
    Twin {
        index: usize,
        kind: TwinKind,
    },
    /// Moved towards the end by so many bytes, or towards the start.
    Shifted(isize),
}

impl Mistake {
    pub(crate) fn kind(self) -> CauseKind {
        match self {
            Self::Swapped(_) => CauseKind::ByteOrder,
            Self::Exchanged => CauseKind::ExchangedFields,
            Self::HalvesExchanged | Self::UpperHalf | Self::LowerHalf => CauseKind::SwappedHalves,
            Self::Width { .. } => CauseKind::SignOrWidth,
            Self::Twin { .. } => CauseKind::LayoutTwin,
            Self::Shifted(_) => CauseKind::Shifted,
        }
    }
}

/// A key as a mistake leaves it.
#[derive(Clone, Debug)]
pub(crate) struct Changed {
    pub(crate) key: Vec<u8>,
    pub(crate) step: Step,
}

/// What can go wrong with a field's value, in its place.
pub(crate) struct Mistakes<'a> {
    /// The fields that a mistake can be in.
    pub(crate) candidates: &'a [Leaf],
    /// Nothing is known about the fields: the candidates are guesses that share their bytes.
    pub(crate) is_raw: bool,
}

impl Mistakes<'_> {
    /// All keys that one mistake in place makes of `key`.
    fn all(&self, key: &[u8]) -> Vec<Changed> {
        let mut all = self.swapped(key);
        all.extend(self.exchanged(key));
        all.extend(self.halves(key));
        all.extend(self.widths(key));
        all
    }

    /// Whether both can be in one key. Guesses share their bytes, and two of them in the same bytes are one mistake with two
    /// names, or none.
    fn may_follow(&self, first: &Step, second: &Step) -> bool {
        let range = |index: &u16| self.candidates[usize::from(*index)].range();
        let mut firsts = first.leaves.iter().map(range);
        let touches = |one: std::ops::Range<usize>| {
            second.leaves.iter().map(range).any(|other| one.start < other.end && other.start < one.end)
        };
        !self.is_raw || !firsts.any(touches)
    }

    fn indexed(&self) -> impl Iterator<Item = (u16, &Leaf)> {
        // Fields beyond these are in keys that nobody writes by hand.
        (0..u16::MAX).zip(self.candidates)
    }
}

/// Where mistakes are looked for: the fields, or, where nothing is known of them, every place where a number of 2, 4 or 8
/// bytes may be.
pub(crate) fn candidates(fields: &Fields) -> Vec<Leaf> {
    if !fields.is_raw {
        return fields.leaves.clone();
    }
    let mut guesses = Vec::new();
    for size in [2, 4, 8] {
        for start in (0..fields.size.min(MAX_GUESSED)).step_by(size).filter(|start| start + size <= fields.size) {
            guesses.push(raw_leaf(start, size, LeafKind::Unsigned));
        }
    }
    guesses
}

/// Behind so many bytes of a key without a type nothing is guessed.
const MAX_GUESSED: usize = 128;

/// Some bytes of a key without a type, as a field.
pub(crate) fn raw_leaf(start: usize, size: usize, kind: LeafKind) -> Leaf {
    Leaf {
        path: format!("[{start}..{}]", start + size),
        type_name: format!("{size} bytes"),
        bit_offset: start * 8,
        bit_size: size * 8,
        kind,
        order: mapkey_layout::ByteOrder::Native,
        is_called_address: false,
        unit: start,
    }
}
