//! Bytes as a person reads them.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

pub(crate) use super::scan::has_dirty_tail;
use super::scan::{is_text, text_end};
use super::shape::{Leaf, LeafKind};
use crate::plain::{hex, hex_in_one};

/// The value of a field: a number, an address, an enumerator's name, a text.
pub(crate) fn value<'a>(leaf: &'a Leaf, key: &'a [u8]) -> Value<'a> {
    Value(reading(leaf, key))
}

/// The value of a field as a command takes it, `FIELD=VALUE`.
pub(crate) fn typed<'a>(leaf: &'a Leaf, key: &'a [u8]) -> Typed<'a> {
    Typed(reading(leaf, key))
}

/// A field as a person reads it.
#[derive(Clone, Copy)]
pub(crate) struct Value<'a>(Reading<'a>);

/// A field as a command takes it.
#[derive(Clone, Copy)]
pub(crate) struct Typed<'a>(Reading<'a>);

#[derive(Clone, Copy)]
enum Reading<'a> {
    /// The key ends before the field.
    Nothing,
    Number(i128),
    /// What is neither of a bool's values, and no enumerator's.
    Unnamed(i128),
    Word(&'a str),
    Text(&'a [u8]),
    V4([u8; 4]),
    V6([u8; 16]),
    Mac([u8; 6]),
    Pointer(u64),
    Bytes(&'a [u8]),
}

fn reading<'a>(leaf: &'a Leaf, key: &'a [u8]) -> Reading<'a> {
    let Some(bytes) = key.get(leaf.range()) else { return Reading::Nothing };
    match &leaf.kind {
        LeafKind::Unsigned | LeafKind::Signed if leaf.bit_size == 32 && leaf.is_big() && leaf.is_called_address => {
            address(bytes)
        }
        LeafKind::Unsigned | LeafKind::Signed => Reading::Number(number(leaf, key)),
        LeafKind::Bool => match leaf.value(key) {
            0 => Reading::Word("false"),
            1 => Reading::Word("true"),
            other => Reading::Unnamed(other.into()),
        },
        LeafKind::Enum { values, .. } => {
            let found = number(leaf, key);
            let named = values.iter().find(|&&(_, value)| value == found);
            named.map_or(Reading::Unnamed(found), |(name, _)| Reading::Word(name))
        }
        LeafKind::Text => Reading::Text(bytes),
        LeafKind::Address => address(bytes),
        LeafKind::Bytes if leaf.is_called_address || bytes.len() == 6 => address(bytes),
        LeafKind::Bytes => Reading::Bytes(bytes),
        LeafKind::Pointer => Reading::Pointer(leaf.value(key)),
    }
}

fn number(leaf: &Leaf, key: &[u8]) -> i128 {
    let value = leaf.value(key);
    let is_negative = leaf.is_signed() && value >> (leaf.len() - 1) & 1 == 1;
    i128::from(value) - if is_negative { 1 << leaf.len() } else { 0 }
}

fn address(bytes: &[u8]) -> Reading<'_> {
    match bytes.len() {
        4 => bytes.try_into().map(Reading::V4),
        6 => bytes.try_into().map(Reading::Mac),
        16 => bytes.try_into().map(Reading::V6),
        _ => Ok(Reading::Bytes(bytes)),
    }
    .unwrap_or(Reading::Bytes(bytes))
}

impl Value<'_> {
    /// Whether it says nothing that the bytes don't.
    pub(crate) fn is_bytes(&self) -> bool {
        match self.0 {
            Reading::Nothing | Reading::Bytes(_) => true,
            Reading::Text(text) => !is_text(&text[..text_end(text)]),
            _ => false,
        }
    }
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            // From here on nobody sees a pattern in the digits of base 10.
            Reading::Number(number) if number >= 1 << 24 => write!(f, "{} ({number:#x})", Decimal(number)),
            Reading::Text(text) if self.is_bytes() => hex(text).fmt(f),
            Reading::Text(text) => write!(f, "{:?}", String::from_utf8_lossy(&text[..text_end(text)])),
            Reading::Bytes(bytes) => hex(bytes).fmt(f),
            other => other.fmt(f),
        }
    }
}

impl fmt::Display for Typed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Reading<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Nothing => Ok(()),
            Self::Number(number) | Self::Unnamed(number) => Decimal(number).fmt(f),
            Self::Word(word) => f.write_str(word),
            Self::Text(text) => f.write_str(&String::from_utf8_lossy(&text[..text_end(text)])),
            Self::V4(octets) => Ipv4Addr::from(octets).fmt(f),
            Self::V6(octets) => Ipv6Addr::from(octets).fmt(f),
            Self::Mac(octets) => mapkey_ebpf::Mac::from_octets(octets).fmt(f),
            Self::Pointer(pointer) => write!(f, "{pointer:#x}"),
            Self::Bytes(bytes) => write!(f, "0x{}", hex_in_one(bytes)),
        }
    }
}

/// Most numbers have 64 bits, and are written faster as such.
struct Decimal(i128);

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match u64::try_from(self.0) {
            Ok(number) => number.fmt(f),
            Err(_) => self.0.fmt(f),
        }
    }
}

/// `[7..8]`, as bytes without a field are named.
pub(crate) fn range(range: &Range<usize>) -> String {
    format!("[{}..{}]", range.start, range.end)
}

/// `` `a`, `b` and `c` ``; a long list is cut.
pub(crate) fn names(names: &[String]) -> String {
    const MOST: usize = 6;
    let quoted: Vec<String> = names.iter().take(MOST).map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        all if names.len() > MOST => format!("{} and {} more", all.join(", "), names.len() - MOST),
        [] => String::new(),
        [only] => only.clone(),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
    }
}
