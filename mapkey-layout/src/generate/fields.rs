//! The fields of a generated key: one for every byte.

use super::Writer;
use super::names::FieldNames;
use super::types::{RustType, rust_type};
use crate::type_layout::draw::declare;
use crate::types::{Member, TypeIndex, TypeUse};

/// A line of a generated struct.
pub(super) enum Line {
    Field(Field),
    Comment(String),
}

pub(super) struct Field {
    pub(super) name: String,
    pub(super) ty: RustType,
    /// What is within `#[mapkey(...)]`.
    pub(super) attribute: Option<String>,
    /// What C has there.
    pub(super) origin: String,
    pub(super) offset: u64,
    pub(super) size: u64,
}

impl Field {
    /// `Bytes 12..16`.
    pub(super) fn place(&self) -> String {
        format!("Bytes {}..{}", self.offset, self.offset + self.size)
    }
}

/// A member, or what is taken together with it.
struct Part {
    /// The first bit, and the first behind it.
    start: u64,
    end: u64,
    what: What,
}

enum What {
    /// A member with a type of its own.
    Member { name: String, ty: TypeUse },
    /// A union or bit-fields: bytes.
    Raw { name: String, origin: String, is_bits: bool },
    /// A member without bytes.
    Empty { origin: String },
}

/// The lines for a struct, or for a union as raw storage.
pub(super) fn lines(writer: &mut Writer<'_>, index: TypeIndex) -> Vec<Line> {
    let size = writer.table.get(index).size;
    let mut parts = Vec::new();
    if writer.table.types().is_union(index) {
        let (name, origin) = ("storage".to_owned(), "union".to_owned());
        parts.push(Part { start: 0, end: size * 8, what: What::Raw { name, origin, is_bits: false } });
    } else {
        collect(writer, index, 0, &mut parts);
    }
    let parts = joined(parts);
    let mut lines = Vec::new();
    let mut position = 0;
    let mut names = FieldNames::new(parts.iter().filter_map(Part::member));
    for part in parts {
        let (offset, end) = (part.start / 8, part.end.div_ceil(8));
        let field = match part.what {
            What::Member { name, ty } => member(writer, &mut names, (&name, ty), offset, end),
            What::Raw { name, origin, .. } => Field::raw(names.unused(&name), &origin, offset, end),
            What::Empty { origin } => {
                lines.push(Line::Comment(format!("`{origin}` at offset {offset} has no bytes of its own")));
                continue;
            }
        };
        lines.extend(Field::padding(&mut names, position, offset).map(Line::Field));
        lines.push(Line::Field(field));
        position = end;
    }
    lines.extend(Field::padding(&mut names, position, size).map(Line::Field));
    lines
}

impl Part {
    fn is_bits(&self) -> bool {
        matches!(self.what, What::Raw { is_bits: true, .. })
    }

    fn member(&self) -> Option<&str> {
        if let What::Member { name, .. } = &self.what { Some(name) } else { None }
    }
}

fn collect(writer: &Writer<'_>, index: TypeIndex, start: u64, parts: &mut Vec<Part>) {
    let table = writer.table;
    for member in table.members(index) {
        let first = start + member.bit_offset;
        let bits = member.bit_size.map_or(table.get(member.ty.index).size * 8, u64::from);
        let has_members = !table.members(member.ty.index).is_empty();
        if member.name.is_empty() && has_members && bits > 0 && !table.types().is_union(member.ty.index) {
            collect(writer, member.ty.index, first, parts);
            continue;
        }
        parts.push(Part { start: first, end: first + bits, what: what(writer, member, first, bits) });
    }
}

fn what(writer: &Writer<'_>, member: &Member<'_>, first: u64, bits: u64) -> What {
    let table = writer.table;
    let width = member.bit_size.map_or_else(String::new, |bits| format!(":{bits}"));
    let origin = declare(&table.spell(member.ty), member.name) + &width;
    if bits == 0 {
        return What::Empty { origin };
    }
    if member.bit_size.is_some() || member.name.is_empty() {
        let is_bits = member.bit_size.is_some();
        let kind = if is_bits { "bits" } else { "union" };
        return What::Raw { name: format!("{kind}_{}", first / 8), origin, is_bits };
    }
    What::Member { name: member.name.to_owned(), ty: member.ty }
}

/// Bit-fields that follow each other are one part, and what shares a byte with it.
fn joined(parts: Vec<Part>) -> Vec<Part> {
    let mut joined: Vec<Part> = Vec::new();
    for part in parts {
        let is_empty = matches!(part.what, What::Empty { .. });
        let continues = |before: &Part| {
            let shares_a_byte = before.end.div_ceil(8) * 8 > part.start;
            shares_a_byte || before.end == part.start && before.is_bits() && part.is_bits()
        };
        match joined.iter_mut().rev().find(|before| !matches!(before.what, What::Empty { .. })) {
            Some(before) if !is_empty && continues(before) => {
                before.end = before.end.max(part.end);
                if let (What::Raw { origin, .. }, What::Raw { origin: more, .. }) = (&mut before.what, &part.what) {
                    origin.push_str(", ");
                    origin.push_str(more);
                }
            }
            _ => joined.push(part),
        }
    }
    joined
}

fn member(
    writer: &mut Writer<'_>,
    names: &mut FieldNames,
    (name, ty): (&str, TypeUse),
    offset: u64,
    end: u64,
) -> Field {
    let origin = format!("`{}`", declare(&writer.table.spell(ty), name));
    let rust = rust_type(writer, ty, name);
    let (rust_name, rename) = names.of_member(name);
    let attributes = [rust.is_raw.then(|| "bytes".to_owned()), rename.map(|name| format!("rename = \"{name}\""))];
    let attributes: Vec<String> = attributes.into_iter().flatten().collect();
    let attribute = (!attributes.is_empty()).then(|| attributes.join(", "));
    Field { name: rust_name, ty: rust, attribute, origin, offset, size: end - offset }
}

impl Field {
    fn raw(name: String, origin: &str, offset: u64, end: u64) -> Self {
        let size = end - offset;
        let (ty, attribute) = (RustType::raw(size), Some("bytes".to_owned()));
        Self { name, ty, attribute, origin: format!("`{origin}`"), offset, size }
    }

    /// For the bytes that no member has, if there are any.
    fn padding(names: &mut FieldNames, offset: u64, end: u64) -> Option<Self> {
        let size = end.checked_sub(offset).filter(|&size| size > 0)?;
        let ty = RustType { spelling: format!("Padding<{size}>"), align: 1, is_raw: false };
        let (name, origin) = (names.unused("_pad"), "no member".to_owned());
        Some(Self { name, ty, attribute: None, origin, offset, size })
    }
}
