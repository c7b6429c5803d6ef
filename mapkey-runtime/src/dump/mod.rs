//! The bytes, the fields and the padding of a key or a value, side by side.
//!
//! ```
//! use mapkey_runtime::dump::View;
//! use mapkey_runtime::explain::KeyShape;
//! use mapkey_runtime::prelude::*;
//!
//! #[derive(Clone, Copy, MapKey)]
//! #[repr(C)]
//! struct PidKey {
//!     tgid: u32,
//!     kind: u8,
//!     _pad: Padding<3>,
//! }
//!
//! let view = View::of(&KeyShape::of_layout(&PidKey::LAYOUT), &[1, 0, 0, 0, 2, 0, 0x7f, 0]);
//! assert!(view.is_dirty());
//! let lines = [
//!     "     0  01 00 00 00  tgid  1",
//!     "     4  02           kind  2",
//!     "!    5  00 7f 00     _pad  dirty padding: the kernel compares these bytes",
//! ];
//! assert!(view.to_string().lines().eq(lines));
//! ```

mod draw;
mod entry;
mod rows;

pub use entry::{Dump, Entry};
pub use rows::{Row, RowKind};

use crate::explain::KeyShape;

/// The bytes of a key or a value, taken apart.
///
/// `Display` prints a row for each field and for each run of padding, by offset; in a key a `!` marks what should be zero
/// and is not.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct View {
    /// All of the bytes.
    pub bytes: Vec<u8>,
    /// The rows, by offset.
    pub rows: Vec<Row>,
    /// Whether the kernel compares the bytes, which it does with those of keys alone.
    pub is_key: bool,
}

impl View {
    /// Takes a key apart as `shape` says. Bytes behind the shape's end are a row without a name.
    #[must_use]
    pub fn of(shape: &KeyShape, bytes: &[u8]) -> Self {
        Self { bytes: bytes.to_vec(), rows: rows::rows(shape, bytes), is_key: true }
    }

    /// Takes a value apart: nothing in it is dirty, for nobody compares its padding.
    #[must_use]
    pub fn of_value(shape: &KeyShape, bytes: &[u8]) -> Self {
        Self { is_key: false, ..Self::of(shape, bytes) }
    }

    /// Whether padding of a key, or what is behind the end of a text in one, is not zero.
    #[must_use]
    pub fn is_dirty(&self) -> bool {
        self.rows.iter().any(|row| self.dirt(row).is_some())
    }

    /// What is wrong with the bytes of a row, if anything is.
    fn dirt(&self, row: &Row) -> Option<&'static str> {
        if self.is_key { row.dirt() } else { None }
    }
}
