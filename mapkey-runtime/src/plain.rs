//! Counts and bytes as a person reads them.

use std::fmt;

/// `c0 00 02 01`.
pub(crate) fn hex(bytes: &[u8]) -> Hex<'_> {
    Hex { bytes, is_spaced: true }
}

/// `c0000201`, as JSON has it.
pub(crate) fn hex_in_one(bytes: &[u8]) -> Hex<'_> {
    Hex { bytes, is_spaced: false }
}

/// Bytes in hexadecimal.
#[derive(Clone, Copy)]
pub(crate) struct Hex<'a> {
    bytes: &'a [u8],
    is_spaced: bool,
}

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const CHUNK: usize = 16;
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        for (index, chunk) in self.bytes.chunks(CHUNK).enumerate() {
            // Formatting each byte by itself is most of the time that a dump takes.
            let (mut text, mut len) = ([b' '; 3 * CHUNK], 0);
            for (at, byte) in chunk.iter().enumerate() {
                len += usize::from(self.is_spaced && index + at > 0);
                text[len] = DIGITS[usize::from(byte >> 4)];
                text[len + 1] = DIGITS[usize::from(byte & 15)];
                len += 2;
            }
            f.write_str(std::str::from_utf8(&text[..len]).unwrap_or_default())?; // digits and spaces
        }
        Ok(())
    }
}

/// `1 byte`, `3 bytes`.
pub(crate) fn bytes(count: usize) -> String {
    counted(count as u64, "byte", "bytes")
}

/// `a hash`, `an array`, `an lpm_trie`.
pub(crate) fn with_article(name: &str) -> String {
    let is_an = name.starts_with(['a', 'e', 'i', 'o'])
        || name.starts_with("lpm")
        || name.starts_with("lru")
        || name.starts_with("sk_");
    format!("{} {name}", if is_an { "an" } else { "a" })
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
        serializer.collect_str(&hex_in_one(bytes))
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
        serializer.collect_seq(list.iter().map(|bytes| hex_in_one(bytes).to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_of_any_length() {
        assert_eq!(hex(&[]).to_string(), "");
        assert_eq!(hex(&[0xc0, 0, 2, 0x1f]).to_string(), "c0 00 02 1f");
        let bytes: Vec<u8> = (0..=40).collect();
        let one_by_one: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex(&bytes).to_string(), one_by_one.join(" "));
        assert_eq!(hex_in_one(&bytes).to_string(), one_by_one.concat());
    }
}
