//! Every difference between a layout and its counterpart, as data.

mod draw;
pub(crate) mod rows;

/// What a comparison found: everything at once.
///
/// `Display` draws both sides in two columns by offset, with padding as rows, and then each
/// difference with its remedy. With the feature `serde` the same is data.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Report {
    /// The key's name in Rust.
    pub key: String,
    /// The counterpart as one writes it in C: `struct bpf_cgroup_storage_key`.
    pub counterpart: String,
    /// Where the counterpart was read from.
    pub source: String,
    /// The source is the counterpart itself, as in "the key of map `flows`", and not a place that has it among others.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub source_is_counterpart: bool,
    /// Whether the key can be used.
    pub verdict: Verdict,
    /// Bytes on both sides.
    pub size: Sides<u64>,
    /// Alignment in bytes on both sides; theirs is inferred. Shown, never judged.
    pub align: Sides<u64>,
    /// What makes the key unusable. Empty for a match.
    pub differences: Vec<Difference>,
    /// What is worth knowing and no fault.
    pub notes: Vec<Difference>,
    /// Both sides, by offset.
    pub rows: Vec<Row>,
    /// The source's other types of the same name.
    pub others: Vec<Other>,
}

/// Whether a key can be used with its counterpart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
pub enum Verdict {
    /// No byte has another meaning on the other side.
    Match,
    /// At least one has.
    Mismatch,
}

/// A value of each side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Sides<T> {
    /// The key's.
    pub ours: T,
    /// The counterpart's.
    pub theirs: T,
}

/// One thing in which the sides differ.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Difference {
    /// What kind of thing.
    pub kind: DifferenceKind,
    /// The key's field as a path (`src.port`), or the counterpart's member where the key has no such
    /// field. Empty for the key as a whole.
    pub field: String,
    /// The counterpart's member that the field was held against, as a path.
    pub member: Option<String>,
    /// What the key has: the type and the bytes.
    pub ours: Option<String>,
    /// What the counterpart has.
    pub theirs: Option<String>,
    /// What it means and what to do.
    pub text: String,
}

/// The kinds of [`Difference`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum DifferenceKind {
    /// The member is at another offset.
    Moved,
    /// The counterpart has no such member.
    Missing,
    /// No field of the key covers the member.
    Uncovered,
    /// The sizes differ.
    Resized,
    /// The kinds differ: an integer here, a pointer there.
    Retyped,
    /// One is signed, or a `char`, and the other is not.
    Signedness,
    /// The orders of the bytes differ.
    ByteOrder,
    /// Where the key has padding the counterpart has a member.
    PaddingUsed,
    /// One side has bytes behind the other's end.
    Tail,
    /// The member there has another name.
    Renamed,
    /// An enum's values differ.
    Enumerator,
}

impl DifferenceKind {
    /// The kind as it is printed: `byte-order`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Moved => "moved",
            Self::Missing => "missing",
            Self::Uncovered => "uncovered",
            Self::Resized => "resized",
            Self::Retyped => "retyped",
            Self::Signedness => "signedness",
            Self::ByteOrder => "byte-order",
            Self::PaddingUsed => "padding-used",
            Self::Tail => "tail",
            Self::Renamed => "renamed",
            Self::Enumerator => "enumerator",
        }
    }
}

/// A line of the drawing: what both sides have at one offset.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Row {
    /// Whether the sides differ here.
    pub mark: Mark,
    /// The key's field or padding that starts here.
    pub ours: Option<Side>,
    /// The counterpart's member or padding that starts here.
    pub theirs: Option<Side>,
}

/// Whether the sides differ in a [`Row`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
pub enum Mark {
    /// They are equal.
    Equal,
    /// There is a note.
    Note,
    /// There is a mismatch.
    Mismatch,
}

/// One side of a [`Row`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Side {
    /// The field or member as a path; `None` for bytes without a name.
    pub path: Option<String>,
    /// Bytes from the start of the key; for a bit-field the byte of its first bit.
    pub offset: u64,
    /// Bytes that it takes; for a bit-field those that it touches.
    pub size: u64,
    /// The line as it is drawn: `sport: Be<u16>`, `__be16 sport`, `3 bytes of padding`.
    pub text: String,
}

/// Another type of the counterpart's name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Other {
    /// The type as one writes it in C.
    pub name: String,
    /// The source's id of the type.
    pub id: u32,
    /// Bytes.
    pub size: u64,
    /// How many differences it has with the key.
    pub differences: usize,
}
