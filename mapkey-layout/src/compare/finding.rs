//! What a comparison finds.

use super::place::{Names, Path};
use crate::ByteOrder;
use crate::layout::Layout;
use crate::report::DifferenceKind;
use crate::types::{TypeIndex, TypeUse};

/// One thing in which two values differ, before it has a place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Finding<'a> {
    pub(super) kind: DifferenceKind,
    /// A mismatch rather than a note.
    pub(super) mismatch: bool,
    /// What it means and what to do.
    pub(super) meaning: Meaning<'a>,
}

impl<'a> Finding<'a> {
    pub(super) const fn mismatch(kind: DifferenceKind, meaning: Meaning<'a>) -> Self {
        Self { kind, mismatch: true, meaning }
    }

    pub(super) const fn note(kind: DifferenceKind, meaning: Meaning<'a>) -> Self {
        Self { kind, mismatch: false, meaning }
    }

    pub(super) const fn resized(ours: u64, theirs: u64) -> Self {
        Self::mismatch(DifferenceKind::Resized, Meaning::Sizes { ours, theirs })
    }

    pub(super) const fn retyped(what: &'static str) -> Self {
        Self::mismatch(DifferenceKind::Retyped, Meaning::Plain(what))
    }

    pub(super) const fn noted(what: &'static str) -> Self {
        Self::note(DifferenceKind::Retyped, Meaning::Plain(what))
    }
}

/// What a [`Finding`] means, for [`Text::meaning`](super::text::Text::meaning) to spell.
#[derive(Clone, Copy, Debug)]
pub(super) enum Meaning<'a> {
    Plain(&'static str),
    Sizes { ours: u64, theirs: u64 },
    Counts { ours: u64, theirs: u64 },
    PaddingSizes { ours: u64, theirs: u64 },
    Moved { ours: usize, their_bits: u64, instead: Option<Path> },
    BitField { bits: u32 },
    InUnion { member: Path },
    Called { member: Path },
    Continues { array: Path },
    RawContinues { array: Path },
    RawOverNothing { size: usize },
    NotWithin { start: usize, end: usize },
    NoMember { wanted: &'a str, root: TypeIndex, offset: usize, instead: Option<Path> },
    Uncovered { member: Path },
    CoveredInPart { member: Path },
    PaddingUsed { member: Path },
    RestOfUnion { union: Path },
    PlainIntegerThere { order: ByteOrder },
    Orders { ours: ByteOrder, theirs: ByteOrder },
    EnumInOrder { theirs: ByteOrder },
    MakeItBe { ours: &'a Layout<'a> },
    MakeItLe { ours: &'a Layout<'a> },
    BytesBehindTheirs { count: u64, whole: bool },
    BytesBehindOurs { count: u64, first: Option<Path>, remedy: Remedy },
    EnumValues { variant: &'a str, ours: i128, name: &'a str, theirs: i128 },
    NoEnumerator { variant: &'a str, wanted: &'a str, root: TypeIndex },
    NoValue { variant: &'a str, value: i128 },
    NoVariant { name: &'a str, value: i128, more: usize },
}

/// What to do about bytes behind the key's end.
#[derive(Clone, Copy, Debug)]
pub(super) enum Remedy {
    Nothing,
    Prefix,
    Whole,
}

/// A finding in its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Event<'a> {
    pub(super) finding: Finding<'a>,
    pub(super) field: Names<'a>,
    pub(super) member: Option<Names<'a>>,
    pub(super) ours: Option<Ours<'a>>,
    pub(super) theirs: Option<Theirs>,
}

/// What the key has.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ours<'a> {
    Type { layout: &'a Layout<'a>, offset: usize },
    Bytes(u64),
}

/// What the counterpart has.
#[derive(Clone, Copy, Debug)]
pub(super) enum Theirs {
    Type { ty: TypeUse, bit_offset: u64, bits: u64 },
    Union { bit_offset: u64, bits: u64 },
    Bytes(u64),
}

/// `1 byte`, `3 bytes`.
pub(crate) fn bytes(count: u64) -> String {
    format!("{count} byte{}", if count == 1 { "" } else { "s" })
}
