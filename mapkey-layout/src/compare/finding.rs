//! What a comparison finds, before it has a place.

use crate::report::DifferenceKind;

/// One thing in which two values differ.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) kind: DifferenceKind,
    /// A mismatch rather than a note.
    pub(super) mismatch: bool,
    /// What it means and what to do.
    pub(super) text: String,
}

impl Finding {
    pub(super) fn mismatch(kind: DifferenceKind, text: impl Into<String>) -> Self {
        Self { kind, mismatch: true, text: text.into() }
    }

    pub(super) fn resized(ours: u64, theirs: u64) -> Self {
        let text = format!("the key has {} here, the counterpart {}", bytes(ours), bytes(theirs));
        Self::mismatch(DifferenceKind::Resized, text)
    }

    pub(super) fn note(kind: DifferenceKind, text: impl Into<String>) -> Self {
        Self { kind, mismatch: false, text: text.into() }
    }
}

/// `1 byte`, `3 bytes`.
pub(crate) fn bytes(count: u64) -> String {
    format!("{count} byte{}", if count == 1 { "" } else { "s" })
}
