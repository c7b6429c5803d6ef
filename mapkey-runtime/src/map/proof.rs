//! What proves that a map's keys are a key type.

use std::fmt;

use mapkey_layout::bytes::leaf_at;
use mapkey_layout::{ByteOrder, Kind, Layout};

use super::error::NotProven;
use super::{Access, CheckError, KeyRule, Map};
use crate::validate::{judge, report};
use crate::{Matched, ValidateError};

/// What proves that the keys of a [`CheckedMap`](super::CheckedMap) are its key type.
#[derive(Debug)]
#[non_exhaustive]
pub enum Proof {
    /// The key type has the layout that the map's own BTF gives its keys.
    Btf(Matched),
    /// The key type has the layout that the object gives the keys of a map of the same type and sizes.
    Object(Matched),
    /// The map's type: in every map of this type the keys are indices.
    MapType,
    /// Nothing but type and sizes; the handle was made in spite of it.
    None(NotProven),
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Btf(matched) | Self::Object(matched) => matched.fmt(f),
            Self::MapType => f.write_str("match: the keys of a map of this type are indices"),
            Self::None(reason) => write!(f, "not checkable: {reason}; type and sizes fit"),
        }
    }
}

/// Whether a key can be such a thing in a map of this type at all, and the handle can read.
pub(super) fn takes_such_keys(map: &Map, key: &'static Layout) -> Result<(), CheckError> {
    let info = map.info();
    let rule = info.map_type.key_rule();
    let fits = match rule {
        KeyRule::Index => is_native_u32(key.unwrapped()),
        KeyRule::Owner => is_native_u32(key.unwrapped()),
        KeyRule::Prefix => {
            key.size > size_of::<u32>() && leaf_at(key, 0).is_some_and(|leaf| is_native_u32(leaf.layout))
        }
        KeyRule::None => false,
        KeyRule::Bytes | KeyRule::Unknown => true,
    };
    if !fits {
        return Err(CheckError::KeyRule { map: Box::new(info.clone()), rule, key });
    }
    match map.access() {
        Ok(Access::WriteOnly) => Err(CheckError::WriteOnly { map: Box::new(info.clone()) }),
        _ => Ok(()),
    }
}

fn is_native_u32(layout: &Layout) -> bool {
    let is_integer = match layout.kind {
        Kind::Int { order, .. } => order == ByteOrder::Native,
        Kind::Enum { .. } => true,
        _ => false,
    };
    is_integer && layout.size == size_of::<u32>()
}

pub(super) fn sizes(map: &Map, key: &'static Layout, value: usize, per_cpu: bool) -> Result<(), CheckError> {
    let info = || Box::new(map.info().clone());
    if map.raw().key_size() != key.size {
        return Err(CheckError::KeySize { map: info(), key });
    }
    if map.info().map_type.is_per_cpu() != per_cpu {
        return Err(CheckError::PerCpu { map: info() });
    }
    if map.info().value_size as usize != value {
        return Err(CheckError::ValueSize { map: info(), found: value });
    }
    Ok(())
}

/// By the map's own BTF, or by its type alone where that says what a key is.
pub(super) fn by_btf(map: &Map, key: &'static Layout) -> Result<Proof, CheckError> {
    match or_none(map, key)? {
        Proof::None(reason) => {
            // A wrong size is the clearer fault.
            if map.raw().key_size() != key.size {
                return Err(CheckError::KeySize { map: Box::new(map.info().clone()), key });
            }
            Err(CheckError::NotProven { map: Box::new(map.info().clone()), reason })
        }
        proof => Ok(proof),
    }
}

/// As [`by_btf`], and where there is nothing to compare with, the reason.
pub(super) fn or_none(map: &Map, key: &'static Layout) -> Result<Proof, CheckError> {
    let reason = match map.key_source() {
        Ok(source) => match judge(report(&source, key)) {
            Ok(matched) => return Ok(Proof::Btf(matched)),
            Err(ValidateError::Mismatch(report)) => return Err(CheckError::Mismatch(report)),
            Err(ValidateError::NotCheckable(reason)) => NotProven::Key(reason),
        },
        Err(reason) => reason,
    };
    if is_said_by_type(map) { Ok(Proof::MapType) } else { Ok(Proof::None(reason)) }
}

/// Whether the map's type alone says what its keys are.
pub(super) fn is_said_by_type(map: &Map) -> bool {
    map.info().map_type.key_rule() == KeyRule::Index
}

/// The key as the map compares it: on a trie without the bits behind the prefix.
pub(crate) fn canonical(rule: KeyRule, key: &[u8]) -> Vec<u8> {
    let mut canonical = key.to_vec();
    if let (KeyRule::Prefix, Some((len, data))) = (rule, canonical.split_first_chunk_mut::<4>()) {
        let bits = u32::from_ne_bytes(*len) as usize;
        for (index, byte) in data.iter_mut().enumerate() {
            let kept = bits.saturating_sub(index * 8).min(8);
            *byte &= !(0xff_u16 >> kept).to_le_bytes()[0];
        }
    }
    canonical
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_behind_a_prefix_do_not_count() {
        let key = |len: u32, data: [u8; 4]| [len.to_ne_bytes(), data].concat();
        let same_prefix = |a: &[u8], b: &[u8]| canonical(KeyRule::Prefix, a) == canonical(KeyRule::Prefix, b);
        assert!(same_prefix(&key(24, [192, 0, 2, 1]), &key(24, [192, 0, 2, 7])));
        assert!(!same_prefix(&key(24, [192, 0, 2, 1]), &key(24, [192, 0, 3, 1])));
        assert!(same_prefix(&key(25, [192, 0, 2, 1]), &key(25, [192, 0, 2, 0x7f])));
        assert!(!same_prefix(&key(25, [192, 0, 2, 1]), &key(25, [192, 0, 2, 0x81])));
        assert!(!same_prefix(&key(24, [192, 0, 2, 1]), &key(23, [192, 0, 2, 1])));
        assert!(same_prefix(&key(0, [1; 4]), &key(0, [2; 4])));
        assert!(same_prefix(&key(32, [1; 4]), &key(32, [1; 4])));
    }
}
