//! A key's type as a tree, whatever it was read from.

use std::sync::Arc;

use mapkey_layout::ByteOrder;

/// A key's type or the type of a part of it.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// As one writes it in the language of the source: `__be16`, `char[16]`, `Be<u16>`.
    pub(crate) type_name: String,
    /// Bytes.
    pub(crate) size: usize,
    /// What a compiler aligns it to where nothing is packed.
    pub(crate) align: usize,
    pub(crate) order: ByteOrder,
    pub(crate) content: Content,
}

/// What the bytes of a [`Part`] are.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    Unsigned,
    Signed,
    Bool,
    Enum {
        signed: bool,
        values: Arc<[(String, i128)]>,
    },
    Text,
    Bytes,
    /// In the order in which it goes over the wire, told by its size.
    Address,
    Pointer,
    /// Bytes that the source itself calls padding.
    Padding,
    Struct(Vec<Member>),
    Union(Vec<Member>),
    Array {
        element: Box<Part>,
        len: usize,
    },
}

/// A member of a struct or a union.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    /// Empty for an anonymous member.
    pub(crate) name: String,
    /// Bits from the start of the struct.
    pub(crate) bit_offset: usize,
    /// For a bit-field: how many bits.
    pub(crate) bits: Option<u32>,
    pub(crate) part: Part,
}

impl Part {
    /// Bytes of which nothing but the number is known.
    pub(crate) fn opaque(type_name: String, size: usize, align: usize) -> Self {
        Self { type_name, size, align, order: ByteOrder::Native, content: Content::Bytes }
    }

    pub(crate) fn members(&self) -> &[Member] {
        match &self.content {
            Content::Struct(members) | Content::Union(members) => members,
            _ => &[],
        }
    }

    /// Whether the bytes are one number of at most eight bytes.
    pub(crate) fn is_number(&self) -> bool {
        let is_scalar = matches!(
            self.content,
            Content::Unsigned | Content::Signed | Content::Bool | Content::Enum { .. } | Content::Pointer
        );
        is_scalar && (1..=8).contains(&self.size)
    }

    pub(crate) fn is_signed(&self) -> bool {
        matches!(self.content, Content::Signed | Content::Enum { signed: true, .. })
    }
}

impl Member {
    /// Bits that the member takes.
    pub(crate) fn bit_size(&self) -> usize {
        self.bits.map_or(self.part.size * 8, |bits| bits as usize)
    }
}

/// `src.port` from `src` and `port`.
pub(crate) fn join(prefix: &str, name: &str) -> String {
    match (prefix, name) {
        (_, "") => prefix.to_owned(),
        ("", _) => name.to_owned(),
        _ => format!("{prefix}.{name}"),
    }
}
