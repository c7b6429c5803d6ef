//! Bytes as a person reads them.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use super::scan::{is_text, text_end};
use super::shape::{Leaf, LeafKind, is_address};
use crate::plain::{hex, hex_in_one};

/// The value of a field: a number, an address, an enumerator's name, a text.
pub(crate) fn value(leaf: &Leaf, key: &[u8]) -> String {
    let Some(bytes) = key.get(leaf.range()) else { return String::new() };
    match &leaf.kind {
        LeafKind::Unsigned | LeafKind::Signed if leaf.bit_size == 32 && leaf.is_big() && is_address(&leaf.path) => {
            address(bytes).unwrap_or_else(|| number(leaf, key))
        }
        LeafKind::Unsigned | LeafKind::Signed => number(leaf, key),
        LeafKind::Bool => match leaf.value(key) {
            0 => "false".to_owned(),
            1 => "true".to_owned(),
            other => other.to_string(),
        },
        LeafKind::Enum { values, .. } => {
            let found = signed(leaf, key);
            let named = values.iter().find(|&&(_, value)| value == found);
            named.map_or_else(|| found.to_string(), |(name, _)| name.clone())
        }
        LeafKind::Text => text(bytes),
        LeafKind::Address => address(bytes).unwrap_or_else(|| hex(bytes)),
        LeafKind::Bytes if is_address(&leaf.path) || bytes.len() == 6 => address(bytes).unwrap_or_else(|| hex(bytes)),
        LeafKind::Bytes => hex(bytes),
        LeafKind::Pointer => format!("{:#x}", leaf.value(key)),
    }
}

/// The value of a field as a command takes it, `FIELD=VALUE`.
pub(crate) fn typed(leaf: &Leaf, key: &[u8]) -> String {
    let Some(bytes) = key.get(leaf.range()) else { return String::new() };
    match &leaf.kind {
        LeafKind::Unsigned | LeafKind::Signed if leaf.bit_size == 32 && leaf.is_big() && is_address(&leaf.path) => {
            address(bytes).unwrap_or_else(|| signed(leaf, key).to_string())
        }
        LeafKind::Unsigned | LeafKind::Signed => signed(leaf, key).to_string(),
        LeafKind::Text => String::from_utf8_lossy(&bytes[..text_end(bytes)]).into_owned(),
        LeafKind::Bytes if !matches!(bytes.len(), 4 | 6 | 16) => plain_hex(bytes),
        LeafKind::Bytes if bytes.len() != 6 && !is_address(&leaf.path) => plain_hex(bytes),
        _ => value(leaf, key),
    }
}

fn plain_hex(bytes: &[u8]) -> String {
    format!("0x{}", hex_in_one(bytes))
}

/// Whether the bytes of a text behind its NUL are anything but zero.
pub(crate) fn has_dirty_tail(text: &[u8]) -> bool {
    text[text_end(text)..].iter().any(|&byte| byte != 0)
}

fn number(leaf: &Leaf, key: &[u8]) -> String {
    let number = signed(leaf, key);
    // From here on nobody sees a pattern in the digits of base 10.
    if number >= 1 << 24 { format!("{number} ({number:#x})") } else { number.to_string() }
}

fn signed(leaf: &Leaf, key: &[u8]) -> i128 {
    let value = leaf.value(key);
    let is_negative = leaf.is_signed() && value >> (leaf.len() - 1) & 1 == 1;
    i128::from(value) - if is_negative { 1 << leaf.len() } else { 0 }
}

fn text(bytes: &[u8]) -> String {
    let name = &bytes[..text_end(bytes)];
    if is_text(name) { format!("{:?}", String::from_utf8_lossy(name)) } else { hex(bytes) }
}

fn address(bytes: &[u8]) -> Option<String> {
    if let Ok(octets) = <[u8; 4]>::try_from(bytes) {
        return Some(Ipv4Addr::from(octets).to_string());
    }
    if let Ok(octets) = <[u8; 16]>::try_from(bytes) {
        return Some(Ipv6Addr::from(octets).to_string());
    }
    <[u8; 6]>::try_from(bytes).ok().map(|octets| mapkey_ebpf::Mac::from_octets(octets).to_string())
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
