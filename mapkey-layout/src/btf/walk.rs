//! The one walk over all records.
//!
//! A kernel has more than a hundred thousand of them, so what is done to each is little: its length is looked up, and
//! where its kind can have a wanted name, the name's first two bytes are looked at.

use super::kinds::{self, HEAD, KindSet};
use super::raw::{Records, word};
use super::strings::{Strings, name_len};
use super::{BtfError, flavour};

/// How many ids share an entry of [`Walk::offsets`].
pub(super) const STRIDE: u32 = 16;

/// What the walk found.
pub(super) struct Walk {
    /// Where the last record of every [`STRIDE`] ids starts in the type section: of 0 to 15, of 16 to 31.
    pub(super) offsets: Vec<u32>,
    /// How many records there are.
    pub(super) count: u32,
    /// In the order of their ids.
    pub(super) hits: Vec<Hit>,
}

/// A record with a wanted name.
#[derive(Clone, Copy)]
pub(super) struct Hit {
    /// The index of the wanted name.
    pub(super) wanted: usize,
    pub(super) id: u32,
    pub(super) kind: u8,
    /// Not the name itself but a flavour of it.
    pub(super) flavour: bool,
}

/// The names that the walk looks for.
pub(super) struct Wanted {
    names: Vec<Box<[u8]>>,
    /// A bit for each pair of low six bits of a name's first two bytes.
    filter: [u64; 64],
}

impl Wanted {
    pub(super) fn new(names: &[&str]) -> Self {
        let mut filter = [0; 64];
        for name in names {
            match *name.as_bytes() {
                [] => {}
                [first] => {
                    filter[usize::from(first & 63)] |= 1; // the NUL byte
                    filter[usize::from(first & 63)] |= 1 << (b'_' & 63); // a flavour
                }
                [first, second, ..] => filter[usize::from(first & 63)] |= 1 << (second & 63),
            }
        }
        Self { names: names.iter().map(|name| name.as_bytes().into()).collect(), filter }
    }

    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|wanted| **wanted == *name.as_bytes())
    }

    /// Whether a name that starts with these bytes may be wanted.
    #[inline(always)]
    fn may_match(&self, first: u8, second: u8) -> bool {
        self.filter[usize::from(first & 63)] >> (second & 63) & 1 == 1
    }

    /// The wanted names that the first one in `rest` is, or is a flavour of.
    fn matches(&self, rest: &[u8]) -> impl Iterator<Item = (usize, bool)> {
        self.names.iter().enumerate().filter_map(move |(index, wanted)| {
            let behind = rest.strip_prefix(&**wanted)?;
            match behind.first() {
                _ if wanted.is_empty() => None,
                None | Some(0) => Some((index, false)),
                Some(b'_') => {
                    let name = &rest[..name_len(rest)?];
                    (flavour::essential_len(name) == wanted.len()).then_some((index, true))
                }
                Some(_) => None,
            }
        })
    }
}

/// Walks over all records. Their ids go on behind `base`.
pub(super) fn walk(records: &Records<'_>, strings: Strings<'_>, wanted: &Wanted, base: u32) -> Result<Walk, BtfError> {
    let walk = if records.swapped { walk_in::<true> } else { walk_in::<false> };
    walk(records, strings, wanted, base)
}

/// How many records with names are put off, to be looked at together: whether the next one has a name cannot be
/// foreseen, and the names are far from the records, so that the processor fetches many at once.
const BATCH: usize = 128;

/// A record whose name is still to be looked at.
#[derive(Clone, Copy, Default)]
struct PutOff {
    name_off: u32,
    id: u32,
    /// Where the record starts in the type section.
    at: u32,
}

#[allow(clippy::cast_possible_truncation)] // offsets in a section whose length is a u32; a record has 12 bytes or more
fn walk_in<const SWAPPED: bool>(
    records: &Records<'_>,
    strings: Strings<'_>,
    wanted: &Wanted,
    base: u32,
) -> Result<Walk, BtfError> {
    let bytes = records.bytes;
    let named = if wanted.names.is_empty() { KindSet::NONE } else { KindSet::NAMED };
    // As many entries as there can be records: that is less than the section takes by far, whatever it holds.
    let mut offsets = vec![0; bytes.len() / (HEAD * STRIDE as usize) + 1];
    let mut hits = Vec::new();
    let (mut batch, mut filled) = ([PutOff::default(); BATCH], 0);
    let (mut at, mut id) = (0, 0);
    while at < bytes.len() as u64 {
        id += 1;
        let start = at as u32;
        let Some(head) = bytes.get(at as usize..).and_then(|rest| rest.first_chunk::<HEAD>()) else {
            return Err(records.cut_off(at as usize, HEAD as u64));
        };
        // The last record of an entry stays: asking whether this is it would cost more than to write.
        offsets[(id / STRIDE) as usize] = start;
        let [name_off, info, _] = u32s::<SWAPPED>(head);
        let kind = kinds::kind(info);
        // Nearly half of a kernel's records, and a quarter. The length of the former does not depend on what is loaded
        // here, so that the processor can go on before it is.
        if kind == kinds::FUNC {
            at += HEAD as u64;
            continue;
        }
        if kind == kinds::FUNC_PROTO {
            at += HEAD as u64 + 8 * u64::from(kinds::vlen(info));
            continue;
        }
        let Some(size) = records.sizes.of(info) else {
            return Err(BtfError::UnknownKind {
                kind,
                id: base.saturating_add(id),
                offset: records.origin + start as usize,
            });
        };
        at += size;
        batch[filled] = PutOff { name_off, id: base.wrapping_add(id), at: start };
        filled += usize::from(named.contains(kind));
        if filled == BATCH {
            look(&batch, records, strings, wanted, &mut hits)?;
            filled = 0;
        }
    }
    offsets.truncate((id / STRIDE) as usize + 1);
    if at > bytes.len() as u64 {
        let last = offsets[(id / STRIDE) as usize];
        return Err(records
            .at(last as usize, base.saturating_add(id))
            .err()
            .unwrap_or_else(|| records.cut_off(last as usize, at)));
    }
    look(&batch[..filled], records, strings, wanted, &mut hits)?;
    Ok(Walk { offsets, count: id, hits })
}

#[inline(always)]
fn u32s<const SWAPPED: bool>(head: &[u8; HEAD]) -> [u32; 3] {
    let (words, _) = head.as_chunks::<4>();
    [words[0], words[1], words[2]].map(|bytes| word(bytes, SWAPPED))
}

/// Looks at the names that were put off.
#[inline(never)] // the walk has no registers left for it
fn look(
    batch: &[PutOff],
    records: &Records<'_>,
    strings: Strings<'_>,
    wanted: &Wanted,
    hits: &mut Vec<Hit>,
) -> Result<(), BtfError> {
    // A loop that does nothing but fetch keeps many fetches under way.
    let mut starts = [[0; 2]; BATCH];
    for (start, record) in starts.iter_mut().zip(batch) {
        *start = strings.pair(record.name_off).unwrap_or(Strings::NO_PAIR);
    }
    for (&[first, second], record) in starts.iter().zip(batch) {
        if wanted.may_match(first, second) || [first, second] == Strings::NO_PAIR {
            let (record, _) = records.at(record.at as usize, record.id)?;
            let (id, kind) = (record.id, record.kind());
            let name = strings.from(record.name_off, || record.offset)?;
            hits.extend(wanted.matches(name).map(|(wanted, flavour)| Hit { wanted, id, kind, flavour }));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Wanted;

    #[test]
    fn a_name_ends_at_its_nul_byte() {
        let wanted = Wanted::new(&["sk", "sk_buff", "s"]);
        let found = |rest: &[u8]| wanted.matches(rest).collect::<Vec<_>>();
        assert_eq!(found(b"sk\0sk_buff\0"), [(0, false)]);
        assert_eq!(found(b"sk___v2\0"), [(0, true)]);
        assert_eq!(found(b"sk_buff\0"), [(1, false)]);
        assert_eq!(found(b"sk_buff_list\0"), []);
        assert_eq!(found(b"s"), [(2, false)]);
        assert!(wanted.may_match(b's', 0) && wanted.may_match(b's', b'_') && wanted.may_match(b's', b'k'));
        assert!(!wanted.may_match(b's', b'o') && !wanted.may_match(b't', b'k'));
    }
}
