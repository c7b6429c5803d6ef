//! The layout of a source's type as data, for people and for other programs.

pub(crate) mod draw;

use crate::btf::{Btf, BtfError};
use crate::types::{Shape, TypeIndex, TypeTable, TypeUse};

/// The layout of a type that a source has. Offsets and sizes are in bytes.
///
/// `Display` draws it as C with offsets, holes and padding as rows. With the feature `serde` the
/// same is data.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct TypeLayout {
    /// The source's id of the type.
    pub id: u32,
    /// The name; empty for an anonymous type.
    pub name: String,
    /// What it is.
    pub kind: TypeKind,
    /// Bytes that a value takes.
    pub size: u64,
    /// Alignment in bytes, inferred from the members.
    pub align: u64,
    /// The direct members in their order; none for what has no members.
    pub fields: Vec<FieldLayout>,
    /// Bytes that no member covers, at the end too.
    pub holes: Vec<Hole>,
    /// The values of an enum.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Vec::is_empty"))]
    pub values: Vec<(String, i128)>,
}

/// What a [`TypeLayout`] is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum TypeKind {
    /// A struct.
    Struct,
    /// A union.
    Union,
    /// An enum.
    Enum,
    /// An integer, a truth value or a character.
    Int,
    /// A floating point number.
    Float,
    /// A pointer.
    Pointer,
    /// An array.
    Array,
    /// A function, `void`, or a type that is declared and never defined.
    Unsized,
}

/// A member of a [`TypeLayout`]. All offsets count from the start of the outermost type.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct FieldLayout {
    /// The name; empty for an anonymous member.
    pub name: String,
    /// Where the member starts; for a bit-field the byte of its first bit.
    pub offset: u64,
    /// Bytes that the member's type takes.
    pub size: u64,
    /// The type as one writes it in C.
    #[cfg_attr(feature = "serde", serde(rename = "type"))]
    pub type_name: String,
    /// For a bit-field: where it is, in bits.
    #[cfg_attr(feature = "serde", serde(flatten, skip_serializing_if = "Option::is_none"))]
    pub bits: Option<Bits>,
    /// The members of an anonymous member.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Vec::is_empty"))]
    pub fields: Vec<FieldLayout>,
    /// The members of a named member whose type has no name and is therefore drawn in place.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub type_fields: Vec<FieldLayout>,
}

/// Where a bit-field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Bits {
    /// Bits from the start of the outermost type.
    pub bit_offset: u64,
    /// How many bits.
    pub bit_size: u32,
}

/// Bytes that no member covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Hole {
    /// The first byte.
    pub offset: u64,
    /// How many.
    pub size: u64,
}

impl TypeLayout {
    /// The layout of `ty`, which `table` gave out.
    #[must_use]
    pub fn of(table: &TypeTable<'_>, ty: TypeUse) -> Self {
        let read = table.get(ty.index);
        let values = table.enumerators(ty.index).iter().map(|value| (value.name.to_owned(), value.value)).collect();
        Self {
            id: read.id,
            name: read.name.to_owned(),
            kind: kind(&read.shape),
            size: read.size,
            align: read.align,
            fields: fields(table, ty.index, 0),
            holes: holes(table, ty.index),
            values,
        }
    }

    /// Hands the layouts of all named structs and unions of a source to `work`, in the order of
    /// their ids and one after the other: together they can be large.
    ///
    /// # Errors
    ///
    /// [`BtfError`] if any of them, or the source as a whole, cannot be read, and whatever `work`
    /// returns.
    pub fn for_all<E: From<BtfError>>(btf: &Btf<'_>, mut work: impl FnMut(Self) -> Result<(), E>) -> Result<(), E> {
        let index = btf.index(&[])?;
        let ids: Vec<u32> = index.named_composites().collect::<Result<_, _>>()?;
        let (table, types) = index.load(&ids)?;
        types.into_iter().try_for_each(|ty| work(Self::of(&table, ty)))
    }
}

fn kind(shape: &Shape) -> TypeKind {
    match shape {
        Shape::Struct(_) => TypeKind::Struct,
        Shape::Union(_) => TypeKind::Union,
        Shape::Enum { .. } => TypeKind::Enum,
        Shape::Int(_) => TypeKind::Int,
        Shape::Float => TypeKind::Float,
        Shape::Pointer => TypeKind::Pointer,
        Shape::Array { .. } => TypeKind::Array,
        Shape::Unsized => TypeKind::Unsized,
    }
}

fn fields(table: &TypeTable<'_>, index: TypeIndex, start: u64) -> Vec<FieldLayout> {
    let field = |member: &crate::types::Member<'_>| {
        let bit_offset = start.saturating_mul(8).saturating_add(member.bit_offset);
        let ty = table.get(member.ty.index);
        let type_name = table.spell(member.ty);
        let inner = || fields(table, member.ty.index, bit_offset / 8);
        let is_spelled = !matches!(type_name.as_str(), "struct" | "union");
        let (inner, type_fields) = match member.name {
            "" => (inner(), Vec::new()),
            _ if is_spelled => (Vec::new(), Vec::new()),
            _ => (Vec::new(), inner()),
        };
        FieldLayout {
            name: member.name.to_owned(),
            offset: bit_offset / 8,
            size: ty.size,
            type_name,
            bits: member.bit_size.map(|bit_size| Bits { bit_offset, bit_size }),
            fields: inner,
            type_fields,
        }
    };
    table.members(index).iter().map(field).collect()
}

fn holes(table: &TypeTable<'_>, index: TypeIndex) -> Vec<Hole> {
    if table.members(index).is_empty() {
        return Vec::new();
    }
    let mut covered = Vec::new();
    cover(table, index, 0, &mut covered);
    covered.sort_unstable();
    let mut holes = Vec::new();
    let mut position = 0;
    let size = table.get(index).size;
    for (start, end) in covered.into_iter().chain([(size, size)]) {
        if position < start.min(size) {
            holes.push(Hole { offset: position, size: start.min(size) - position });
        }
        position = position.max(end);
    }
    holes
}

/// The bytes that members cover, as (first, behind the last).
fn cover(table: &TypeTable<'_>, index: TypeIndex, start: u64, covered: &mut Vec<(u64, u64)>) {
    for member in table.members(index) {
        let first_bit = start.saturating_mul(8).saturating_add(member.bit_offset);
        let has_members = !table.members(member.ty.index).is_empty();
        if member.name.is_empty() && has_members {
            cover(table, member.ty.index, first_bit / 8, covered);
            continue;
        }
        let whole = table.get(member.ty.index).size.saturating_mul(8);
        let end = first_bit.saturating_add(member.bit_size.map_or(whole, u64::from));
        if end > first_bit {
            covered.push((first_bit / 8, end.div_ceil(8)));
        }
    }
}
