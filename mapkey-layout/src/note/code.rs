//! What writer and reader of a descriptor agree on.

use crate::ByteOrder;
use crate::layout::Kind;

#[cfg(feature = "btf")]
pub(super) const KIND: u8 = 0x1f;
pub(super) const HAS_NAME: u8 = 1 << 5;
pub(super) const HAS_CLAIM: u8 = 1 << 6;
pub(super) const HAS_ALIGN: u8 = 1 << 7;

pub(super) const CLAIM_MODULE: u8 = 1;
pub(super) const CLAIM_BTF: u8 = 1 << 1;
pub(super) const CLAIM_PREFIX: u8 = 1 << 2;

pub(super) const BOOL: u8 = 6;
pub(super) const ENUM: u8 = 7;
pub(super) const SIGNED_ENUM: u8 = 8;
pub(super) const ARRAY: u8 = 9;
pub(super) const STRUCT: u8 = 10;
pub(super) const TRANSPARENT: u8 = 11;
pub(super) const TEXT: u8 = 12;
pub(super) const ADDRESS: u8 = 13;
pub(super) const POINTER: u8 = 14;
pub(super) const PADDING: u8 = 15;

pub(super) const fn kind(kind: &Kind<'_>) -> u8 {
    match kind {
        Kind::Int { signed, order } => {
            let order = match order {
                ByteOrder::Native => 0,
                ByteOrder::Big => 2,
                ByteOrder::Little => 4,
            };
            order + if *signed { 1 } else { 0 }
        }
        Kind::Bool => BOOL,
        Kind::Enum { signed: false, .. } => ENUM,
        Kind::Enum { signed: true, .. } => SIGNED_ENUM,
        Kind::Array { .. } => ARRAY,
        Kind::Struct { transparent: false, .. } => STRUCT,
        Kind::Struct { transparent: true, .. } => TRANSPARENT,
        Kind::Text => TEXT,
        Kind::Address => ADDRESS,
        Kind::Pointer => POINTER,
        Kind::Padding => PADDING,
    }
}

/// The names of integers: by order, by sign, by the logarithm of the size.
const INTEGERS: [[[&str; 4]; 2]; 3] = [
    [["u8", "u16", "u32", "u64"], ["i8", "i16", "i32", "i64"]],
    [["Be<u8>", "Be<u16>", "Be<u32>", "Be<u64>"], ["Be<i8>", "Be<i16>", "Be<i32>", "Be<i64>"]],
    [["Le<u8>", "Le<u16>", "Le<u32>", "Le<u64>"], ["Le<i8>", "Le<i16>", "Le<i32>", "Le<i64>"]],
];

/// The name of a type of this kind and size, where these two say it; else none.
pub(super) const fn implied_name(kind: u8, size: usize) -> &'static str {
    match (kind, size) {
        (0..BOOL, 1 | 2 | 4 | 8) => INTEGERS[kind as usize / 2][kind as usize % 2][size.trailing_zeros() as usize],
        (BOOL, _) => "bool",
        (ADDRESS, 4) => "Ipv4",
        (ADDRESS, 16) => "Ipv6",
        (ADDRESS, 6) => "Mac",
        (POINTER, _) => "KernelPtr",
        _ => "",
    }
}

/// The alignment of a type of this kind and size on most machines.
pub(super) const fn implied_align(kind: u8, size: usize) -> usize {
    match kind {
        0..=SIGNED_ENUM | POINTER if size.is_power_of_two() => size,
        _ => 1,
    }
}
