//! A layout held against the bytes of a value: invalid fields, dirty padding, and what a byte is
//! called.

use core::fmt;
use core::ops::Range;

use crate::{Kind, Layout};

/// The smallest part of a value around one byte: no struct, no array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaf<'a> {
    /// Bytes from the start of the value.
    pub offset: usize,
    /// What is there.
    pub layout: &'a Layout,
}

/// The part of a value that owns the byte at `offset`; `None` behind the end and in bytes that no
/// field owns.
#[must_use]
pub fn leaf_at(layout: &Layout, offset: usize) -> Option<Leaf<'_>> {
    descend(layout, offset, |_| Ok(())).ok().flatten()
}

/// A step from an aggregate to one of its parts.
enum Step {
    Field(&'static str),
    Element(usize),
}

fn descend<'a>(
    layout: &'a Layout,
    offset: usize,
    mut step: impl FnMut(Step) -> fmt::Result,
) -> Result<Option<Leaf<'a>>, fmt::Error> {
    let mut layout = layout;
    let mut start = 0;
    loop {
        let within = offset - start;
        match layout.kind {
            Kind::Struct { fields, .. } => {
                let owner = fields.iter().find(|field| (field.offset..field.end()).contains(&within));
                let Some(field) = owner else { return Ok(None) };
                step(Step::Field(field.name))?;
                start += field.offset;
                layout = field.layout;
            }
            Kind::Array { element, .. } => {
                if within >= layout.size {
                    return Ok(None);
                }
                let Some(index) = within.checked_div(element.size) else { return Ok(None) };
                step(Step::Element(index))?;
                start += index * element.size;
                layout = element;
            }
            _ => return Ok((within < layout.size).then_some(Leaf { offset: start, layout })),
        }
    }
}

/// Prints the path of fields to the byte at `offset`: `src.state`, `hops[2].port`. Prints nothing
/// for the value itself.
#[must_use]
pub const fn path_at(layout: &Layout, offset: usize) -> Path<'_> {
    Path { layout, offset }
}

/// [`path_at`].
#[derive(Clone, Copy)]
pub struct Path<'a> {
    layout: &'a Layout,
    offset: usize,
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut first = true;
        descend(self.layout, self.offset, |step| {
            match step {
                Step::Field(name) if first => f.write_str(name)?,
                Step::Field(name) => write!(f, ".{name}")?,
                Step::Element(index) => write!(f, "[{index}]")?,
            }
            first = false;
            Ok(())
        })
        .map(|_| ())
    }
}

/// The first part of `bytes` that is no value of its type: a `bool` that is neither 0 nor 1, an
/// enum without such a variant.
///
/// Bytes that are missing at the end are not looked at.
#[must_use]
pub fn first_invalid<'a>(layout: &'a Layout, bytes: &[u8]) -> Option<Leaf<'a>> {
    invalid_from(layout, 0, bytes)
}

fn invalid_from<'a>(layout: &'a Layout, start: usize, bytes: &[u8]) -> Option<Leaf<'a>> {
    match layout.kind {
        Kind::Bool | Kind::Enum { .. } => {
            let value = bytes.get(start..start + layout.size)?;
            (!is_valid(layout, value)).then_some(Leaf { offset: start, layout })
        }
        Kind::Struct { fields, .. } => {
            fields.iter().find_map(|field| invalid_from(field.layout, start + field.offset, bytes))
        }
        Kind::Array { element, len } if !element.any_bit_pattern() => {
            (0..len).find_map(|index| invalid_from(element, start + index * element.size, bytes))
        }
        _ => None,
    }
}

fn is_valid(layout: &Layout, value: &[u8]) -> bool {
    match layout.kind {
        Kind::Bool => value[0] <= 1,
        Kind::Enum { signed, variants } => {
            let value = native_integer(value, signed);
            variants.iter().any(|variant| variant.value == value)
        }
        _ => true,
    }
}

/// The integer in `bytes`, in the order of this machine. At most 8 bytes are looked at.
#[must_use]
pub fn native_integer(bytes: &[u8], signed: bool) -> i128 {
    let len = bytes.len().min(8);
    let mut value: u64 = 0;
    for index in 0..len {
        let byte = if cfg!(target_endian = "little") { bytes[len - 1 - index] } else { bytes[index] };
        value = value << 8 | u64::from(byte);
    }
    let negative = signed && len > 0 && value >> (len * 8 - 1) & 1 == 1;
    i128::from(value) - if negative { 1 << (len * 8) } else { 0 }
}

/// The runs of padding bytes that are not zero.
#[derive(Clone, Debug)]
pub struct DirtyPadding<'a> {
    layout: &'a Layout,
    bytes: &'a [u8],
    position: usize,
}

impl<'a> DirtyPadding<'a> {
    /// The dirty padding of `bytes`, a value that `layout` lays out.
    #[must_use]
    pub const fn new(layout: &'a Layout, bytes: &'a [u8]) -> Self {
        Self { layout, bytes, position: 0 }
    }

    fn is_dirty(&self, offset: usize) -> bool {
        self.bytes[offset] != 0 && leaf_at(self.layout, offset).is_some_and(|leaf| leaf.layout.kind == Kind::Padding)
    }
}

impl Iterator for DirtyPadding<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let len = self.bytes.len();
        let start = (self.position..len).find(|&offset| self.is_dirty(offset));
        let Some(start) = start else {
            self.position = len;
            return None;
        };
        let end = (start..len).find(|&offset| !self.is_dirty(offset)).unwrap_or(len);
        self.position = end;
        Some(start..end)
    }
}

/// One line for a person: each run's bytes, its field and its content.
impl fmt::Display for DirtyPadding<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, run) in self.clone().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            write!(f, "{}..{} (`{}`):", run.start, run.end, path_at(self.layout, run.start))?;
            for byte in &self.bytes[run] {
                write!(f, " {byte:02x}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ByteOrder, Field, Variant};

    const U8: Layout = Layout::of::<u8>("u8", Kind::Int { signed: false, order: ByteOrder::Native });
    const PAD3: Layout = Layout::of::<[u8; 3]>("", Kind::Padding);
    const STATE: Layout = Layout::of::<i16>(
        "State",
        Kind::Enum { signed: true, variants: &[Variant { name: "Off", rename: None, value: -1 }] },
    );
    const INNER: Layout = Layout {
        name: "Inner",
        size: 6,
        align: 1,
        kind: Kind::Struct {
            fields: &[Field::new("tag", 0, &U8), Field::new("_pad", 1, &PAD3), Field::new("state", 4, &STATE)],
            transparent: false,
        },
        ..PAD3
    };
    const OUTER: Layout =
        Layout { name: "", size: 12, align: 1, kind: Kind::Array { element: &INNER, len: 2 }, ..PAD3 };

    #[test]
    fn names_the_invalid_field() {
        let bytes = [0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 1, 0];
        let invalid = first_invalid(&OUTER, &bytes).expect("the second state is 1");
        assert_eq!(path_at(&OUTER, invalid.offset).to_string(), "[1].state");
    }

    #[test]
    fn prints_dirty_padding() {
        let bytes = [9, 0, 7, 8, 0xff, 0xff, 9, 1, 0, 0, 0xff, 0xff];
        let dirty = DirtyPadding::new(&OUTER, &bytes);
        assert_eq!(dirty.to_string(), "2..4 (`[0]._pad`): 07 08, 7..8 (`[1]._pad`): 01");
        assert_eq!(dirty.collect::<Vec<_>>(), [2..4, 7..8]);
    }

    #[test]
    fn nothing_owns_bytes_behind_the_end() {
        assert_eq!(leaf_at(&OUTER, 12), None);
        assert_eq!(leaf_at(&INNER, 6), None);
    }

    #[test]
    fn integers_have_a_sign() {
        assert_eq!(native_integer(&(-2i16).to_ne_bytes(), true), -2);
        assert_eq!(native_integer(&(-2i16).to_ne_bytes(), false), 0xfffe);
        assert_eq!(native_integer(&u64::MAX.to_ne_bytes(), false), u64::MAX.into());
        assert_eq!(native_integer(&i64::MIN.to_ne_bytes(), true), i64::MIN.into());
        assert_eq!(native_integer(&[], true), 0);
    }
}
