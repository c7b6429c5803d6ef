//! What the bytes of a key are, as far as anybody knows.

mod bits;
mod fields;
mod layout;
mod names;
mod part;
mod path;
mod twin;
mod types;
mod walk;

use mapkey_layout::layout::Layout;
use mapkey_layout::types::{TypeTable, TypeUse};

pub(crate) use bits::{get_bits, mark, set_bits};
pub(crate) use fields::{Fields, Leaf, LeafKind};
pub(crate) use names::{is_pair, opposite};
pub(crate) use part::{Content, Member, Part};
pub(crate) use path::{PathError, Place, SCALAR};
pub(crate) use twin::{Move, Twin, TwinKind};

/// What the bytes of a map's key are: from its BTF, from a derived key, or nothing but their number.
///
/// ```
/// use mapkey_runtime::explain::KeyShape;
/// use mapkey_runtime::{Be, MapKey};
///
/// assert_eq!(KeyShape::of_layout(&Be::<u32>::LAYOUT).size(), 4);
/// assert_eq!(KeyShape::raw(12).name(), "12 bytes");
/// ```
#[derive(Clone, Debug)]
pub struct KeyShape {
    root: Part,
    is_raw: bool,
}

/// Why a type is no key's.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ShapeError {
    /// It has more bytes than any map's key.
    #[error("a type of {size} bytes is no map's key: the largest key has {MAX_SIZE} bytes")]
    TooLarge {
        /// Bytes.
        size: u64,
    },
    /// It has no bytes: `void`, a function, a struct that is declared and never defined.
    #[error("`{name}` has no bytes that could be a key")]
    NoBytes {
        /// The type as one writes it in C.
        name: String,
    },
}

/// More than any map's key has: an element of a hash with its key is allocated in one piece of at most
/// `KMALLOC_MAX_SIZE`, 4 MiB (`htab_map_alloc_check` in `kernel/bpf/hashtab.c`).
const MAX_SIZE: usize = 4 << 20;

impl KeyShape {
    /// The shape of the type `ty`, which `table` gave out.
    ///
    /// # Errors
    ///
    /// [`ShapeError`] if values of the type have no bytes, or too many.
    pub fn of_type(table: &TypeTable<'_>, ty: TypeUse) -> Result<Self, ShapeError> {
        match table.get(ty.index).size {
            0 => Err(ShapeError::NoBytes { name: table.spell(ty) }),
            size if size > MAX_SIZE as u64 => Err(ShapeError::TooLarge { size }),
            _ => Ok(Self { root: types::read(table, ty)?, is_raw: false }),
        }
    }

    /// The shape of a derived key.
    #[must_use]
    pub fn of_layout(layout: &Layout<'_>) -> Self {
        Self { root: layout::read(layout), is_raw: false }
    }

    /// `size` bytes of which nothing else is known.
    #[must_use]
    pub fn raw(size: usize) -> Self {
        Self { root: Part::opaque(format!("{size} bytes"), size, 1), is_raw: true }
    }

    /// The index of an array, which is a number whether or not the map has a type that says so.
    pub(crate) fn index() -> Self {
        let content = Content::Unsigned;
        let (type_name, order) = ("__u32".to_owned(), mapkey_layout::ByteOrder::Native);
        Self { root: Part { type_name, size: 4, align: 4, order, content }, is_raw: false }
    }

    /// The key of a trie, which begins with the prefix's length whether or not the map has a type that says so
    /// (`struct bpf_lpm_trie_key` in `include/uapi/linux/bpf.h`).
    pub(crate) fn prefix(size: usize) -> Self {
        let data = size.saturating_sub(4);
        let is_address = matches!(data, 4 | 16);
        let mut part = Part::opaque(format!("__u8[{data}]"), data, 1);
        if is_address {
            part.content = Content::Address;
        }
        let length = Self::index().root;
        let member = |name: &str, bit_offset, part| Member { name: name.to_owned(), bit_offset, bits: None, part };
        let content = Content::Struct(vec![member("prefixlen", 0, length), member("data", 32, part)]);
        let type_name = "struct bpf_lpm_trie_key".to_owned();
        let root = Part { type_name, size, align: 4, order: mapkey_layout::ByteOrder::Native, content };
        Self { root, is_raw: false }
    }

    /// Bytes of a key.
    #[must_use]
    pub fn size(&self) -> usize {
        self.root.size
    }

    /// The type as one writes it: `struct flow_key`, `FlowKey`, `12 bytes`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.root.type_name
    }

    /// Whether nothing but the size is known.
    #[must_use]
    pub fn is_raw(&self) -> bool {
        self.is_raw
    }

    /// Whether it is one thing, without members that have names.
    pub(crate) fn is_scalar(&self) -> bool {
        self.root.members().is_empty()
    }

    /// What the length of a prefix is called, if the key begins with one as a trie's does.
    pub(crate) fn prefix_len(&self) -> Option<&str> {
        let first = self.root.members().first()?;
        let is_length = matches!(first.name.as_str(), "prefixlen" | "prefix_len") && first.part.size == 4;
        is_length.then_some(&first.name)
    }

    /// The part of a key that `path` names, as one names it in C.
    pub(crate) fn find(&self, path: &str) -> Result<Place<'_>, PathError> {
        path::find(&self.root, path)
    }

    /// Whether `trail` leads to a union.
    pub(crate) fn is_union(&self, trail: &[u32]) -> bool {
        path::is_union(&self.root, trail)
    }

    /// The fields of one key: which of a union's members it uses is told by `named`, the places that its user named.
    pub(crate) fn fields(&self, bytes: &[u8], named: &[Vec<u32>]) -> Fields {
        walk::fields(self, bytes, named)
    }
}
