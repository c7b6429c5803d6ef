//! The fields of one key, each with its bytes: a union has decided, arrays are taken apart.

use std::ops::Range;
use std::sync::Arc;

use mapkey_layout::ByteOrder;

use super::bits::mark;
use super::{Twin, get_bits, set_bits};

/// The fields of one key.
#[derive(Clone, Debug)]
pub(crate) struct Fields {
    pub(crate) size: usize,
    pub(crate) is_raw: bool,
    /// By offset; no padding among them.
    pub(crate) leaves: Vec<Leaf>,
    /// A bit is set where no field is.
    pub(crate) padding: Vec<u8>,
    /// The bits that are padding only if a union has another member than the one that was taken for it.
    pub(crate) maybe_padding: Vec<u8>,
    /// Padding that has a name.
    pub(crate) named_padding: Vec<(Range<usize>, String)>,
    /// Of these, the bytes that are padding by nothing but their name.
    pub(crate) called_padding: Vec<Range<usize>>,
    /// The same fields under other rules of layout.
    pub(crate) twins: Vec<Twin>,
}

/// A field that has no fields of its own.
#[derive(Clone, Debug)]
pub(crate) struct Leaf {
    /// As in C: `src.port`, `addr[3]`, `key` for the whole.
    pub(crate) path: String,
    pub(crate) type_name: String,
    pub(crate) bit_offset: usize,
    pub(crate) bit_size: usize,
    pub(crate) kind: LeafKind,
    pub(crate) order: ByteOrder,
    /// Whether its name is an address's.
    pub(crate) is_called_address: bool,
    /// The same number for the elements of one array.
    pub(crate) unit: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LeafKind {
    Unsigned,
    Signed,
    Bool,
    Enum { signed: bool, values: Arc<[(String, i128)]> },
    Text,
    Bytes,
    Address,
    Pointer,
}

impl Leaf {
    /// The bytes that it touches.
    pub(crate) fn range(&self) -> Range<usize> {
        self.bit_offset / 8..(self.bit_offset + self.bit_size).div_ceil(8)
    }

    /// Whether it has whole bytes of its own.
    pub(crate) fn is_whole(&self) -> bool {
        self.bit_offset.is_multiple_of(8) && self.bit_size.is_multiple_of(8)
    }

    /// Whether it is a number of 1, 2, 4 or 8 whole bytes.
    pub(crate) fn is_integer(&self) -> bool {
        let is_number = matches!(self.kind, LeafKind::Unsigned | LeafKind::Signed | LeafKind::Enum { .. });
        is_number && self.is_whole() && matches!(self.bit_size, 8 | 16 | 32 | 64)
    }

    pub(crate) fn is_signed(&self) -> bool {
        matches!(self.kind, LeafKind::Signed | LeafKind::Enum { signed: true, .. })
    }

    /// Whether the bytes stand most significant first.
    pub(crate) fn is_big(&self) -> bool {
        match self.order {
            ByteOrder::Big => true,
            ByteOrder::Little => false,
            ByteOrder::Native => cfg!(target_endian = "big"),
        }
    }

    /// The number in the field, of at most 64 bits.
    pub(crate) fn value(&self, key: &[u8]) -> u64 {
        if self.is_whole() && self.bit_size <= 64 {
            return self.whole_value(key);
        }
        let value = get_bits(key, self.bit_offset, self.len());
        if self.is_swapped() { swap(value, self.len()) } else { value }
    }

    fn whole_value(&self, key: &[u8]) -> u64 {
        let Some(bytes) = key.get(self.range()) else { return 0 };
        let mut word = [0; 8];
        if self.is_big() {
            word[8 - bytes.len()..].copy_from_slice(bytes);
            u64::from_be_bytes(word)
        } else {
            word[..bytes.len()].copy_from_slice(bytes);
            u64::from_le_bytes(word)
        }
    }

    /// Writes a number, cut to the field's bits.
    pub(crate) fn set(&self, key: &mut [u8], value: u64) {
        let value = if self.is_swapped() { swap(value, self.len()) } else { value };
        set_bits(key, self.bit_offset, self.len(), value);
    }

    /// Bits of the number.
    pub(crate) fn len(&self) -> u32 {
        u32::try_from(self.bit_size.min(64)).unwrap_or(64)
    }

    fn is_swapped(&self) -> bool {
        self.is_big() != cfg!(target_endian = "big") && self.is_whole()
    }

    /// The field's bits in a mask over the whole key.
    pub(crate) fn mark(&self, mask: &mut [u8]) {
        mark(mask, self.bit_offset, self.bit_size);
    }
}

/// The lowest `len` bits, whole bytes, in the other order.
fn swap(value: u64, len: u32) -> u64 {
    if len == 0 { 0 } else { value.swap_bytes() >> (64 - len) }
}

impl Fields {
    /// The index of the field that has a bit: `bit` counts from the least significant one of the byte `at`.
    pub(crate) fn leaf_at(&self, at: usize, bit: u32) -> Option<usize> {
        let bit = if cfg!(target_endian = "little") { bit } else { 7 - bit };
        let bit = at * 8 + bit as usize;
        let behind = self.leaves.partition_point(|leaf| leaf.bit_offset <= bit);
        let index = behind.checked_sub(1)?;
        let leaf = &self.leaves[index];
        (bit < leaf.bit_offset + leaf.bit_size).then_some(index)
    }

    pub(crate) fn has_padding(&self) -> bool {
        self.padding.iter().any(|&byte| byte != 0)
    }
}
