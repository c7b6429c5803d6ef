//! An entry held against the wanted key, bit by bit.

use super::filter::load;
use crate::explain::shape::Fields;

/// In what an entry differs from the wanted key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Diff {
    /// In nothing.
    Same,
    /// In bits that no field has. `certain` unless a union's members leave it open.
    Padding { certain: bool },
    /// In one field, and perhaps in padding.
    OneField { leaf: usize, padding: bool },
    /// In more.
    Fields,
}

/// The wanted key in words.
pub(crate) struct Direct {
    words: Vec<Word>,
    /// The words that have padding, and its bits.
    padding: Vec<(usize, u64)>,
    /// The field of each bit, counted from the least significant one of each byte.
    owners: Vec<u32>,
}

/// The field of bits that no field has.
const NONE: u32 = u32::MAX;

/// Behind so many bytes of a key, what differs is in no field.
const MAX_OWNED: usize = 4096;

struct Word {
    wanted: u64,
    fields: u64,
    maybe_padding: u64,
}

impl Direct {
    pub(crate) fn new(wanted: &[u8], fields: &Fields) -> Self {
        let starts = || (0..wanted.len()).step_by(8);
        let word = |at| Word {
            wanted: load(wanted, at),
            // Behind the key's end the padding's mask has no bits; no entry has any there either.
            fields: !load(&fields.padding, at),
            maybe_padding: load(&fields.maybe_padding, at),
        };
        let padding = starts().map(|at| (at, load(&fields.padding, at))).filter(|&(_, mask)| mask != 0);
        let padding = padding.collect();
        let owner = |bit: usize| {
            fields.leaf_at(bit / 8, u32::try_from(bit % 8).ok()?).and_then(|leaf| u32::try_from(leaf).ok())
        };
        let owners = (0..wanted.len().min(MAX_OWNED) * 8).map(|bit| owner(bit).unwrap_or(NONE)).collect();
        Self { words: starts().map(word).collect(), padding, owners }
    }

    #[inline]
    pub(crate) fn diff(&self, entry: &[u8]) -> Diff {
        let (mut first, mut last) = (None, 0);
        let (mut padding, mut all_maybe) = (0, true);
        for (index, word) in self.words.iter().enumerate() {
            let at = index * 8;
            let differs = load(entry, at) ^ word.wanted;
            padding |= differs & !word.fields;
            let differs = differs & word.fields;
            if differs == 0 {
                continue;
            }
            all_maybe &= differs & !word.maybe_padding == 0;
            let start = *first.get_or_insert(at * 8 + differs.trailing_zeros() as usize);
            last = at * 8 + 63 - differs.leading_zeros() as usize;
            // Most entries differ in everything: two fields that differ are enough.
            if !all_maybe && self.owner(start) != self.owner(last) {
                return Diff::Fields;
            }
        }
        match first {
            None if padding == 0 => Diff::Same,
            None => Diff::Padding { certain: true },
            Some(_) if all_maybe => Diff::Padding { certain: false },
            Some(first) => match self.owner(first) {
                leaf if leaf != NONE && self.owner(last) == leaf => {
                    Diff::OneField { leaf: leaf as usize, padding: padding != 0 }
                }
                _ => Diff::Fields,
            },
        }
    }

    fn owner(&self, bit: usize) -> u32 {
        self.owners.get(bit).copied().unwrap_or(NONE)
    }

    /// Whether the entry itself has bits where no field is.
    #[inline]
    pub(crate) fn is_dirty(&self, entry: &[u8]) -> bool {
        self.padding.iter().any(|&(at, mask)| load(entry, at) & mask != 0)
    }
}
