//! Fields and padding, by offset.

use crate::explain::KeyShape;
use crate::explain::shape::{Fields, Leaf, LeafKind};
use crate::explain::show;

/// A field of a key, or a run of its padding.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Row {
    /// The first byte; for a bit-field the byte of its first bit.
    pub offset: usize,
    /// The bytes, as they are in memory.
    pub bytes: Vec<u8>,
    /// What they are.
    pub kind: RowKind,
}

/// What the bytes of a [`Row`] are.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RowKind {
    /// A field.
    Field {
        /// As in C: `src.port`, `addr[3]`; `key` for a key without fields.
        path: String,
        /// The type as one writes it.
        type_name: String,
        /// As a person reads it.
        value: String,
        /// As a command takes it: `mapkey explain MAP path=typed`.
        typed: String,
        /// A text with something behind its NUL.
        dirty_tail: bool,
    },
    /// Bytes that no field has; for the unused bits of bit-fields the bytes that have them.
    Padding {
        /// The name, where the type has one.
        name: Option<String>,
        /// Whether all bits that no field has are zero.
        clean: bool,
    },
    /// Bytes behind the end of the type.
    Beyond,
}

impl Row {
    /// What is wrong with the bytes, if anything is.
    #[must_use]
    pub fn dirt(&self) -> Option<&'static str> {
        match self.kind {
            RowKind::Field { dirty_tail: true, .. } => {
                Some("dirty tail: the kernel compares what is behind the NUL as well")
            }
            RowKind::Padding { clean: false, .. } => Some("dirty padding: the kernel compares these bytes"),
            _ => None,
        }
    }
}

pub(super) fn rows(shape: &KeyShape, bytes: &[u8]) -> Vec<Row> {
    let known = bytes.get(..shape.size()).unwrap_or(bytes);
    let fields = shape.fields(known, &[]);
    let mut rows: Vec<Row> = fields.leaves.iter().map(|leaf| field(leaf, known)).collect();
    rows.extend(padding(&fields, known));
    rows.sort_by_key(|row| row.offset);
    if let Some(beyond) = bytes.get(shape.size()..).filter(|beyond| !beyond.is_empty()) {
        rows.push(Row { offset: shape.size(), bytes: beyond.to_vec(), kind: RowKind::Beyond });
    }
    rows
}

fn field(leaf: &Leaf, bytes: &[u8]) -> Row {
    let range = leaf.range();
    let own = bytes.get(range.clone()).unwrap_or_default();
    let kind = RowKind::Field {
        path: leaf.path.clone(),
        type_name: leaf.type_name.clone(),
        value: show::value(leaf, bytes),
        typed: show::typed(leaf, bytes),
        dirty_tail: leaf.kind == LeafKind::Text && show::has_dirty_tail(own),
    };
    Row { offset: range.start, bytes: own.to_vec(), kind }
}

/// The runs of bytes in which there are bits that no field has.
fn padding(fields: &Fields, bytes: &[u8]) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut at = 0;
    while let Some(start) = (at..bytes.len()).find(|&at| fields.padding[at] != 0) {
        let name = fields.named_padding.iter().find(|(range, _)| range.contains(&start));
        // Whole bytes and bytes that have bit-fields as well are told apart, and so is padding with a name.
        let is_whole = fields.padding[start] == 0xff;
        let limit = match name {
            Some((range, _)) => range.end,
            None => fields
                .named_padding
                .iter()
                .map(|(range, _)| range.start)
                .find(|&named| named > start)
                .unwrap_or(bytes.len()),
        };
        let goes_on = |at: &usize| fields.padding[*at] != 0 && (fields.padding[*at] == 0xff) == is_whole;
        let end = (start..limit.min(bytes.len())).find(|at| !goes_on(at)).unwrap_or(limit.min(bytes.len()));
        let own = &bytes[start..end];
        let clean = own.iter().zip(&fields.padding[start..end]).all(|(byte, mask)| byte & mask == 0);
        let name = name.map(|(_, name)| name.clone());
        // Nobody wants to see the unused bits of a bit-field that are as they should be.
        if is_whole || !clean {
            rows.push(Row { offset: start, bytes: own.to_vec(), kind: RowKind::Padding { name, clean } });
        }
        at = end.max(start + 1);
    }
    rows
}

#[cfg(test)]
mod tests {
    use mapkey_ebpf::{FixedStr, MapKey, Padding};

    use super::*;

    #[derive(Clone, Copy, MapKey)]
    #[mapkey(crate = "crate")]
    #[repr(C)]
    struct Key {
        id: u16,
        _a: Padding<2>,
        name: FixedStr<4>,
        flag: bool,
        _b: Padding<3>,
    }

    #[test]
    fn every_byte_is_in_a_row() {
        let shape = KeyShape::of_layout(&Key::LAYOUT);
        let rows = rows(&shape, &[1, 0, 0, 9, b'l', b'o', 0, b'x', 1, 0, 0, 0, 0xaa]);
        let places: Vec<_> = rows.iter().map(|row| (row.offset, row.bytes.len())).collect();
        assert_eq!(places, [(0, 2), (2, 2), (4, 4), (8, 1), (9, 3), (12, 1)]);
        let dirty: Vec<_> = rows.iter().filter(|row| row.dirt().is_some()).map(|row| row.offset).collect();
        assert_eq!(dirty, [2, 4]);
        assert_eq!(rows[5].kind, RowKind::Beyond);
    }
}
