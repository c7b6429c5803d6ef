//! Counts and bytes as a person reads them.

use std::fmt::Write;

/// `c0 00 02 01`.
pub(crate) fn hex(bytes: &[u8]) -> String {
    hex_with(bytes, " ")
}

/// `c0000201`, as JSON has it.
pub(crate) fn hex_in_one(bytes: &[u8]) -> String {
    hex_with(bytes, "")
}

fn hex_with(bytes: &[u8], gap: &str) -> String {
    bytes.iter().enumerate().fold(String::new(), |mut text, (index, byte)| {
        let gap = if index > 0 { gap } else { "" };
        let _ = write!(text, "{gap}{byte:02x}"); // into a string, which does not fail
        text
    })
}

/// `1 byte`, `3 bytes`.
pub(crate) fn bytes(count: usize) -> String {
    counted(count as u64, "byte", "bytes")
}

/// `1 entry`, `3 entries`.
pub(crate) fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// For fields that JSON has as plain hexadecimal.
#[cfg(feature = "serde")]
pub(crate) mod serialize_hex {
    use serde::Serializer;

    use super::hex_in_one;

    pub(crate) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex_in_one(bytes))
    }

    /// For a field that can be nothing.
    #[allow(clippy::ref_option)] // serde's signature
    pub(crate) fn optional<S: Serializer>(bytes: &Option<Vec<u8>>, serializer: S) -> Result<S::Ok, S::Error> {
        match bytes {
            Some(bytes) => serialize(bytes, serializer),
            None => serializer.serialize_none(),
        }
    }

    /// For a list of such fields.
    pub(crate) fn each<S: Serializer>(list: &[Vec<u8>], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(list.iter().map(|bytes| hex_in_one(bytes)))
    }
}
