//! C's types in Rust, with the size and alignment that Rust gives them.

use super::Writer;
use super::fields::Line;
use crate::ByteOrder;
use crate::types::{Encoding, Shape, TypeUse};

/// A Rust type.
pub(super) struct RustType {
    pub(super) spelling: String,
    pub(super) align: u64,
    /// The counterpart is something else than the type: `#[mapkey(bytes)]`.
    pub(super) is_raw: bool,
}

impl RustType {
    fn new(spelling: impl Into<String>, align: u64) -> Self {
        Self { spelling: spelling.into(), align, is_raw: false }
    }

    /// Bytes in place of something that no key type mirrors.
    pub(super) fn raw(size: u64) -> Self {
        Self { spelling: format!("[u8; {size}]"), align: 1, is_raw: true }
    }
}

/// The Rust type that mirrors `ty`, which has bytes. `hint` names a struct that has no name.
pub(super) fn rust_type(writer: &mut Writer<'_>, ty: TypeUse, hint: &str) -> RustType {
    let table = writer.table;
    let found = table.get(ty.index);
    match found.shape {
        Shape::Int(encoding) => integer(encoding, found.size, ty.order),
        // An enum is an integer with names: a key with a value that has none can be read back as well.
        Shape::Enum { signed, .. } => {
            let encoding = if signed { Encoding::Signed } else { Encoding::Unsigned };
            integer(encoding, found.size, ByteOrder::Native)
        }
        Shape::Pointer => RustType::new("KernelPtr", 8),
        Shape::Struct(_) if !table.members(ty.index).is_empty() => {
            let (name, align) = writer.nested(ty.index, hint);
            RustType::new(name, align)
        }
        Shape::Array { element, len } if found.size > 0 => array(writer, element, len, hint),
        _ => RustType::raw(found.size),
    }
}

fn integer(encoding: Encoding, size: u64, order: ByteOrder) -> RustType {
    let sign = match encoding {
        Encoding::Bool if size == 1 => return RustType::new("bool", 1),
        Encoding::Signed | Encoding::Char => 'i',
        Encoding::Unsigned | Encoding::Bool => 'u',
    };
    let bits = size * 8;
    match (size, order) {
        (1, _) | (2 | 4 | 8, ByteOrder::Native) => RustType::new(format!("{sign}{bits}"), size),
        (2 | 4 | 8, ByteOrder::Big) => RustType::new(format!("Be<{sign}{bits}>"), size),
        (2 | 4 | 8, ByteOrder::Little) => RustType::new(format!("Le<{sign}{bits}>"), size),
        _ => RustType::raw(size),
    }
}

fn array(writer: &mut Writer<'_>, element: TypeUse, len: u32, hint: &str) -> RustType {
    let found = writer.table.get(element.index);
    if matches!(found.shape, Shape::Int(Encoding::Char)) {
        return RustType::new(format!("FixedStr<{len}>"), 1);
    }
    let element = rust_type(writer, element, hint);
    if element.is_raw {
        return RustType::raw(found.size * u64::from(len));
    }
    RustType::new(format!("[{}; {len}]", element.spelling), element.align)
}

/// The alignment of a struct with these fields in their natural places.
pub(super) fn align(lines: &[Line]) -> u64 {
    let aligns =
        lines.iter().filter_map(|line| if let Line::Field(field) = line { Some(field.ty.align) } else { None });
    aligns.max().unwrap_or(1)
}

/// Whether `repr(C)` puts every field where it is to be.
pub(super) fn is_natural(lines: &[Line], size: u64) -> bool {
    let is_aligned = |line: &Line| match line {
        Line::Field(field) => field.offset.is_multiple_of(field.ty.align),
        Line::Comment(_) => true,
    };
    lines.iter().all(is_aligned) && size.is_multiple_of(align(lines))
}
