//! Records as they lie in the type section.

use super::BtfError;
use super::kinds::{self, HEAD, Sizes};

/// The type section.
#[derive(Clone)]
pub(super) struct Records<'d> {
    pub(super) bytes: &'d [u8],
    /// Whether the byte order is not this machine's.
    pub(super) swapped: bool,
    pub(super) sizes: Sizes,
    /// Where the section starts in the data.
    pub(super) origin: usize,
}

/// A record whose bytes are all there.
#[derive(Clone, Copy)]
pub(super) struct Record<'d> {
    pub(super) id: u32,
    /// Where it starts in the data.
    pub(super) offset: usize,
    pub(super) name_off: u32,
    pub(super) info: u32,
    /// The third word: the size or the type, by the kind.
    pub(super) size_or_type: u32,
    /// What is behind the first three words.
    body: &'d [u8],
    swapped: bool,
}

/// A word in the byte order of the BTF.
#[inline(always)]
pub(super) fn word(bytes: [u8; 4], swapped: bool) -> u32 {
    let word = u32::from_ne_bytes(bytes);
    if swapped { word.swap_bytes() } else { word }
}

impl<'d> Records<'d> {
    /// The record that starts `at` bytes into the section, and where the next one starts.
    pub(super) fn at(&self, at: usize, id: u32) -> Result<(Record<'d>, usize), BtfError> {
        let offset = self.origin + at;
        let rest = self.bytes.get(at..).unwrap_or_default();
        let Some((head, _)) = rest.split_first_chunk::<HEAD>() else {
            return Err(self.cut_off(at, HEAD as u64));
        };
        let (words, _) = head.as_chunks::<4>();
        let [name_off, info, size_or_type] = [words[0], words[1], words[2]].map(|bytes| word(bytes, self.swapped));
        let Some(size) = self.sizes.of(info) else {
            return Err(BtfError::UnknownKind { kind: kinds::kind(info), id, offset });
        };
        let Some(body) = usize::try_from(size).ok().and_then(|size| rest.get(HEAD..size)) else {
            return Err(self.cut_off(at, size));
        };
        let record = Record { id, offset, name_off, info, size_or_type, body, swapped: self.swapped };
        Ok((record, at + HEAD + body.len()))
    }

    /// Where the record behind the one at `at` starts.
    pub(super) fn next(&self, at: usize, id: u32) -> Result<usize, BtfError> {
        let info = self.bytes.get(at..).and_then(|rest| rest.get(4..)?.first_chunk());
        let size = info.and_then(|&info| self.sizes.of(word(info, self.swapped)));
        match size.and_then(|size| at.checked_add(usize::try_from(size).ok()?)) {
            Some(next) => Ok(next),
            None => self.at(at, id).map(|(_, next)| next),
        }
    }

    #[cold]
    pub(super) fn cut_off(&self, at: usize, needed: u64) -> BtfError {
        let found = self.bytes.len().saturating_sub(at) as u64;
        BtfError::Truncated { what: "type record", offset: self.origin + at, needed, found }
    }
}

impl Record<'_> {
    pub(super) fn kind(&self) -> u8 {
        kinds::kind(self.info)
    }

    pub(super) fn kind_flag(&self) -> bool {
        kinds::kind_flag(self.info)
    }

    /// The words behind the head in rows of `N`.
    pub(super) fn rows<const N: usize>(&self) -> impl ExactSizeIterator<Item = [u32; N]> {
        let swapped = self.swapped;
        let (words, _) = self.body.as_chunks::<4>();
        let (rows, _) = words.as_chunks::<N>();
        rows.iter().map(move |row| row.map(|bytes| word(bytes, swapped)))
    }

    /// The first `N` words behind the head.
    pub(super) fn words<const N: usize>(&self) -> Result<[u32; N], BtfError> {
        self.rows().next().ok_or(BtfError::Truncated {
            what: "type record",
            offset: self.offset,
            needed: (HEAD + 4 * N) as u64,
            found: (HEAD + self.body.len()) as u64,
        })
    }

    /// Where a row of `N` words starts in the data.
    pub(super) fn row_offset<const N: usize>(&self, row: usize) -> usize {
        self.offset + HEAD + row * N * 4
    }
}
