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
}

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
        Self { words: starts().map(word).collect(), padding: padding.collect() }
    }

    #[inline]
    pub(crate) fn diff(&self, entry: &[u8], fields: &Fields) -> Diff {
        let (mut first, mut last) = (None, (0, 0));
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
            first = first.or(Some((at, differs.trailing_zeros())));
            last = (at, 63 - differs.leading_zeros());
            // Most entries differ in everything: two fields that differ are enough.
            if !all_maybe && first.is_some_and(|first| leaf(first, fields) != leaf(last, fields)) {
                return Diff::Fields;
            }
        }
        match first {
            None if padding == 0 => Diff::Same,
            None => Diff::Padding { certain: true },
            Some(_) if all_maybe => Diff::Padding { certain: false },
            Some(first) => match leaf(first, fields) {
                Some(index) if leaf(last, fields) == Some(index) => Diff::OneField { leaf: index, padding: padding != 0 },
                _ => Diff::Fields,
            },
        }
    }

    /// Whether the entry itself has bits where no field is.
    #[inline]
    pub(crate) fn is_dirty(&self, entry: &[u8]) -> bool {
        self.padding.iter().any(|&(at, mask)| load(entry, at) & mask != 0)
    }
}

fn leaf((at, bit): (usize, u32), fields: &Fields) -> Option<usize> {
    fields.leaf_at(at + bit as usize / 8, bit % 8)
}
