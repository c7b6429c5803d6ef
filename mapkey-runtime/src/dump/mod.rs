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

use std::borrow::Cow;

pub use entry::{Dump, Entry};
use rows::Table;
pub use rows::{FieldRow, Row, RowKind};

use crate::explain::KeyShape;

/// The bytes of a key or a value, taken apart.
///
/// `Display` prints a row for each field and for each run of padding, by offset; in a key a `!` marks what should be zero
/// and is not.
#[derive(Clone, Debug)]
pub struct View<'a> {
    bytes: &'a [u8],
    table: Cow<'a, Table>,
    is_key: bool,
}

impl<'a> View<'a> {
    /// Takes a key apart as `shape` says. Bytes behind the shape's end are a row without a name.
    #[must_use]
    pub fn of(shape: &KeyShape, bytes: &'a [u8]) -> Self {
        Self { bytes, table: Cow::Owned(Table::of(shape)), is_key: true }
    }

    /// All of the bytes.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The rows, by offset.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.table.rows(self.bytes)
    }

    /// Whether padding of a key, or what is behind the end of a text in one, is not zero. Nothing in a value is dirty, for
    /// the kernel compares keys alone.
    #[must_use]
    pub fn is_dirty(&self) -> bool {
        self.rows().any(|row| self.dirt(&row).is_some())
    }

    /// The same; `None` where nothing but the key's size is known, and so nobody knows which of its bytes are padding.
    #[must_use]
    pub fn dirtiness(&self) -> Option<bool> {
        (!self.table.is_raw).then(|| self.is_dirty())
    }

    /// What is wrong with the bytes of a row, if anything is.
    fn dirt(&self, row: &Row<'_>) -> Option<&'static str> {
        if self.is_key { row.dirt() } else { None }
    }
}
