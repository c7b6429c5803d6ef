//! Their vocabulary: types as a source has them, read and checked, ready to be compared or drawn.
//!
//! A [`TypeTable`] holds each type once, however often it is used, so that its size is bounded by
//! the source's. Whoever fills it (the BTF reader does) leaves no dangling reference, no cycle of
//! types that contain each other, and no nesting deeper than [`MAX_DEPTH`]: walking it cannot fail.

use crate::ByteOrder;

/// How deep types may contain each other. The kernel's own verifier of BTF allows 32
/// (`MAX_RESOLVE_DEPTH` in `kernel/bpf/btf.c`).
pub const MAX_DEPTH: u32 = 64;

/// The most members that a type may have, when its members' members are counted too, at every depth. An array counts
/// as one element of it: whoever goes through all elements bounds their number. `task_struct` has about a thousand.
pub const MAX_FLATTENED: u64 = 1 << 16;

/// Types of one source.
pub struct TypeTable<'d> {
    pub(crate) types: Vec<Type<'d>>,
    pub(crate) members: Vec<Member<'d>>,
    pub(crate) enumerators: Vec<Enumerator<'d>>,
    pub(crate) source: &'d dyn TypeNames,
}

/// Spells a source's types as C does.
pub trait TypeNames {
    /// The type with this id as one writes it in C: `__be32`, `struct sock *`, `char[16]`.
    fn type_name(&self, id: u32) -> String;
}

/// A type's place in its [`TypeTable`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeIndex(pub(crate) u32);

/// A type where it is used: behind all typedefs, qualifiers and tags, and what these said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypeUse {
    /// The type.
    pub index: TypeIndex,
    /// The order that a typedef names: `__be32`, `__le16`.
    pub order: ByteOrder,
    /// The source's id of the type before anything was stripped, for [`TypeTable::spell`].
    pub id: u32,
}

/// A type without typedefs, qualifiers and tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Type<'d> {
    /// The name; empty for an anonymous type.
    pub name: &'d str,
    /// The source's id.
    pub id: u32,
    /// Bytes that a value takes; 0 for what has no size.
    pub size: u64,
    /// Alignment in bytes, inferred from the members: sources store none.
    pub align: u64,
    /// What the bytes are.
    pub shape: Shape,
}

/// What the bytes of a [`Type`] are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// An integer; `bool` too.
    Int(Encoding),
    /// A floating point number.
    Float,
    /// A pointer, 64 bits.
    Pointer,
    /// An enum, of 32 or 64 bits or less.
    Enum {
        /// Whether the source calls its values signed.
        signed: bool,
        /// Its values, for [`TypeTable::enumerators`].
        enumerators: Slice,
    },
    /// An array; a flexible one has no elements.
    Array {
        /// The element.
        element: TypeUse,
        /// How many.
        len: u32,
    },
    /// A struct.
    Struct(Slice),
    /// A union.
    Union(Slice),
    /// A function, `void`, a type that is declared and never defined.
    Unsized,
}

/// How an integer's bits are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// A number without sign.
    Unsigned,
    /// A number in two's complement.
    Signed,
    /// C's plain `char`.
    Char,
    /// A truth value.
    Bool,
}

/// A run of members or enumerators in their table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    pub(crate) start: u32,
    pub(crate) len: u32,
}

/// A member of a struct or a union.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member<'d> {
    /// The name; empty for an anonymous member.
    pub name: &'d str,
    /// The type.
    pub ty: TypeUse,
    /// Bits from the start of the struct that has the member.
    pub bit_offset: u64,
    /// Bits that the member takes, for a bit-field only.
    pub bit_size: Option<u32>,
}

/// A named value of an enum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Enumerator<'d> {
    /// The name.
    pub name: &'d str,
    /// The value.
    pub value: i128,
}

/// The types of a [`TypeTable`] without its source: what a comparison needs, also while compiling.
#[derive(Clone, Copy)]
pub(crate) struct Types<'t> {
    pub(crate) types: &'t [Type<'t>],
    pub(crate) members: &'t [Member<'t>],
    pub(crate) enumerators: &'t [Enumerator<'t>],
}

impl<'t> Types<'t> {
    pub(crate) const fn get(self, index: TypeIndex) -> &'t Type<'t> {
        &self.types[index.0 as usize]
    }

    pub(crate) const fn size(self, ty: TypeUse) -> u64 {
        self.get(ty.index).size
    }

    pub(crate) const fn members(self, index: TypeIndex) -> &'t [Member<'t>] {
        match self.get(index).shape {
            Shape::Struct(members) | Shape::Union(members) => members.of(self.members),
            _ => &[],
        }
    }

    pub(crate) const fn enumerators(self, index: TypeIndex) -> &'t [Enumerator<'t>] {
        match self.get(index).shape {
            Shape::Enum { enumerators, .. } => enumerators.of(self.enumerators),
            _ => &[],
        }
    }

    pub(crate) const fn is_union(self, index: TypeIndex) -> bool {
        matches!(self.get(index).shape, Shape::Union(_))
    }

    pub(crate) const fn is_composite(self, index: TypeIndex) -> bool {
        matches!(self.get(index).shape, Shape::Struct(_) | Shape::Union(_))
    }
}

impl<'d> TypeTable<'d> {
    pub(crate) fn types(&self) -> Types<'_> {
        Types { types: &self.types, members: &self.members, enumerators: &self.enumerators }
    }

    /// The type at `index`, which this table gave out.
    #[must_use]
    pub fn get(&self, index: TypeIndex) -> &Type<'d> {
        &self.types[index.0 as usize]
    }

    /// The members of a struct or a union in their order; none for another type.
    #[must_use]
    pub fn members(&self, index: TypeIndex) -> &[Member<'d>] {
        match self.get(index).shape {
            Shape::Struct(members) | Shape::Union(members) => members.of(&self.members),
            _ => &[],
        }
    }

    /// The values of an enum in their order; none for another type.
    #[must_use]
    pub fn enumerators(&self, index: TypeIndex) -> &[Enumerator<'d>] {
        match self.get(index).shape {
            Shape::Enum { enumerators, .. } => enumerators.of(&self.enumerators),
            _ => &[],
        }
    }

    /// A type as one writes it in C, with the typedefs that its user wrote: `__be32`,
    /// `struct sock *`, `char[16]`.
    #[must_use]
    pub fn spell(&self, ty: TypeUse) -> String {
        self.spell_id(ty.id)
    }

    pub(crate) fn spell_id(&self, id: u32) -> String {
        self.source.type_name(id)
    }
}

impl Slice {
    /// What the run has of `all`.
    const fn of<T>(self, all: &[T]) -> &[T] {
        let (_, from) = all.split_at(self.start as usize);
        from.split_at(self.len as usize).0
    }
}
