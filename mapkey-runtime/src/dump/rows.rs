//! Fields and padding, by offset: first of a shape, then of bytes.

use std::ops::Range;

use crate::explain::KeyShape;
use crate::explain::shape::{Fields, Leaf, LeafKind, SCALAR};
use crate::explain::show;

/// A field of a key, or a run of its padding.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Row<'a> {
    /// The first byte; for a bit-field the byte of its first bit.
    pub offset: usize,
    /// The bytes, as they are in memory.
    pub bytes: &'a [u8],
    /// What they are.
    pub kind: RowKind<'a>,
}

/// What the bytes of a [`Row`] are.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum RowKind<'a> {
    /// A field.
    Field(FieldRow<'a>),
    /// Bytes that no field has; for the unused bits of bit-fields the bytes that have them.
    Padding {
        /// The name, where the type has one.
        name: Option<&'a str>,
        /// Whether all bits that no field has are zero.
        is_clean: bool,
    },
    /// Bytes behind the end of the type.
    Beyond,
}

/// A field and its value.
#[derive(Clone, Copy, Debug)]
pub struct FieldRow<'a> {
    leaf: &'a Leaf,
    key: &'a [u8],
}

impl<'a> FieldRow<'a> {
    /// As in C: `src.port`, `addr[3]`; `key` for a key without fields, `value` for such a value.
    #[must_use]
    pub fn path(&self) -> &'a str {
        &self.leaf.path
    }

    /// The type as one writes it.
    #[must_use]
    pub fn type_name(&self) -> &'a str {
        &self.leaf.type_name
    }

    /// The value as a person reads it.
    #[must_use]
    pub fn value(&self) -> String {
        self.shown().to_string()
    }

    /// The value as a command takes it: `mapkey explain MAP path=typed`.
    #[must_use]
    pub fn typed(&self) -> String {
        self.as_typed().to_string()
    }

    /// Whether it is a text with something behind its NUL.
    #[must_use]
    pub fn has_dirty_tail(&self) -> bool {
        self.leaf.kind == LeafKind::Text && self.key.get(self.leaf.range()).is_some_and(show::has_dirty_tail)
    }

    pub(super) fn shown(&self) -> show::Value<'a> {
        show::value(self.leaf, self.key)
    }

    pub(super) fn as_typed(&self) -> show::Typed<'a> {
        show::typed(self.leaf, self.key)
    }
}

impl Row<'_> {
    /// What is wrong with the bytes of a key, if anything is.
    #[must_use]
    pub fn dirt(&self) -> Option<&'static str> {
        match self.kind {
            RowKind::Field(field) if field.has_dirty_tail() => {
                Some("dirty tail: the kernel compares what is behind the NUL as well")
            }
            RowKind::Padding { is_clean: false, .. } => Some("dirty padding: the kernel compares these bytes"),
            _ => None,
        }
    }
}

/// What the rows of all keys of one shape share.
#[derive(Clone, Debug)]
pub(super) struct Table {
    size: usize,
    /// Whether nothing but the size is known.
    pub(super) is_raw: bool,
    /// By offset.
    places: Vec<Place>,
}

#[derive(Clone, Debug)]
struct Place {
    range: Range<usize>,
    kind: PlaceKind,
}

#[derive(Clone, Debug)]
enum PlaceKind {
    Field(Leaf),
    /// A bit of the mask is set where no field is.
    Padding {
        name: Option<String>,
        mask: Vec<u8>,
    },
}

impl Table {
    pub(super) fn of(shape: &KeyShape) -> Self {
        // What differs from key to key, which member of a union may be in use, is no row.
        let fields = shape.fields(&vec![0; shape.size()], &[]);
        let mut places = padding(&fields);
        let fields = fields.leaves.into_iter();
        places.extend(fields.map(|leaf| Place { range: leaf.range(), kind: PlaceKind::Field(leaf) }));
        places.sort_by_key(|place| (place.range.start, matches!(place.kind, PlaceKind::Padding { .. })));
        Self { size: shape.size(), is_raw: shape.is_raw(), places }
    }

    /// The same of a value: one without fields is not called a key.
    pub(super) fn of_value(shape: &KeyShape) -> Self {
        let mut table = Self::of(shape);
        for place in table.places.iter_mut().filter(|_| shape.is_scalar()) {
            if let PlaceKind::Field(leaf) = &mut place.kind
                && let Some(element) = leaf.path.strip_prefix(SCALAR)
            {
                leaf.path = format!("value{element}");
            }
        }
        table
    }

    pub(super) fn rows<'a>(&'a self, bytes: &'a [u8]) -> impl Iterator<Item = Row<'a>> + Clone {
        let known = bytes.get(..self.size).unwrap_or(bytes);
        let beyond = bytes.get(self.size..).filter(|beyond| !beyond.is_empty());
        let beyond = beyond.map(|bytes| Row { offset: self.size, bytes, kind: RowKind::Beyond });
        self.places.iter().filter_map(move |place| place.row(known)).chain(beyond)
    }
}

impl Place {
    fn row<'a>(&'a self, key: &'a [u8]) -> Option<Row<'a>> {
        let cut = |at: usize| at.min(key.len());
        let bytes = &key[cut(self.range.start)..cut(self.range.end)];
        let kind = match &self.kind {
            PlaceKind::Field(leaf) => RowKind::Field(FieldRow { leaf, key }),
            PlaceKind::Padding { name, mask } => {
                let is_clean = bytes.iter().zip(mask).all(|(byte, mask)| byte & mask == 0);
                // Nobody wants to see the unused bits of a bit-field that are as they should be.
                if bytes.is_empty() || is_clean && mask.first() != Some(&0xff) {
                    return None;
                }
                RowKind::Padding { name: name.as_deref(), is_clean }
            }
        };
        Some(Row { offset: self.range.start, bytes, kind })
    }
}

/// The runs of bytes in which there are bits that no field has.
fn padding(fields: &Fields) -> Vec<Place> {
    let Fields { padding, named_padding, .. } = fields;
    let mut places = Vec::new();
    let mut at = 0;
    while let Some(start) = (at..padding.len()).find(|&at| padding[at] != 0) {
        let name = named_padding.iter().find(|(range, _)| range.contains(&start));
        // Whole bytes and bytes that have bit-fields as well are told apart, and so is padding with a name.
        let is_whole = padding[start] == 0xff;
        let next_name = || named_padding.iter().map(|(range, _)| range.start).find(|&named| named > start);
        let limit = name.map(|(range, _)| range.end).or_else(next_name).unwrap_or(padding.len()).min(padding.len());
        let goes_on = |at: &usize| padding[*at] != 0 && (padding[*at] == 0xff) == is_whole;
        let end = (start..limit).find(|at| !goes_on(at)).unwrap_or(limit);
        let name = name.map(|(_, name)| name.clone());
        let kind = PlaceKind::Padding { name, mask: padding[start..end].to_vec() };
        places.push(Place { range: start..end, kind });
        at = end.max(start + 1);
    }
    places
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
        let table = Table::of(&KeyShape::of_layout(&Key::LAYOUT));
        let bytes = [1, 0, 0, 9, b'l', b'o', 0, b'x', 1, 0, 0, 0, 0xaa];
        let rows: Vec<_> = table.rows(&bytes).collect();
        let places: Vec<_> = rows.iter().map(|row| (row.offset, row.bytes.len())).collect();
        assert_eq!(places, [(0, 2), (2, 2), (4, 4), (8, 1), (9, 3), (12, 1)]);
        let dirty: Vec<_> = rows.iter().filter(|row| row.dirt().is_some()).map(|row| row.offset).collect();
        assert_eq!(dirty, [2, 4]);
        assert!(matches!(rows[5].kind, RowKind::Beyond));
    }

    #[test]
    fn a_key_that_ends_too_early_is_shown() {
        let table = Table::of(&KeyShape::of_layout(&Key::LAYOUT));
        let bytes: Vec<_> = table.rows(&[1, 0, 0]).map(|row| row.bytes.len()).collect();
        assert_eq!(bytes, [2, 1, 0, 0]);
    }
}
