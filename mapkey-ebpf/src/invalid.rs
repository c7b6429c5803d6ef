//! Bytes that are no value of a key type.

use core::fmt;

use mapkey_layout::bytes::{leaf_at, native_integer, path_at};
use mapkey_layout::{Kind, Layout, Variant};

/// Bytes that are no value of a key type.
///
/// ```
/// use mapkey_ebpf::MapKey;
///
/// let error = <[bool; 3]>::from_bytes(&[0, 1, 2]).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "`[2]` of `[bool; 3]` holds 2, and a `bool` is 0 or 1; make it a `u8` if the map can hold other values",
/// );
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidKey {
    /// The bytes are too few or too many.
    Length {
        /// The layout of the key type.
        key: &'static Layout,
        /// How many bytes there were.
        found: usize,
    },
    /// A field's bytes are no value of its type.
    Value {
        /// The layout of the key type.
        key: &'static Layout,
        /// Where the field starts, in bytes.
        offset: usize,
        /// What it holds, as many bytes as the field has, then zeros.
        found: [u8; 8],
    },
}

impl fmt::Display for InvalidKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Length { key, found } => write!(
                f,
                "found {found} byte{}, and a `{}` takes {}; the map has keys of another type, or of another version \
                 of this one",
                if found == 1 { "" } else { "s" },
                key.spelling(),
                key.size,
            ),
            Self::Value { key, offset, ref found } => {
                let field = leaf_at(key, offset).map_or(key, |leaf| leaf.layout);
                let bytes = found.get(..field.size).unwrap_or(found);
                if matches!(key.kind, Kind::Struct { .. } | Kind::Array { .. }) {
                    write!(f, "`{}` of `{}` holds ", path_at(key, offset), key.spelling())?;
                } else {
                    f.write_str("found ")?;
                }
                fmt_value(f, field, bytes)
            }
        }
    }
}

/// The value found, the values that the type has, and what to do.
fn fmt_value(f: &mut fmt::Formatter<'_>, field: &Layout, bytes: &[u8]) -> fmt::Result {
    let signed = matches!(field.kind, Kind::Enum { signed: true, .. });
    write!(f, "{}, and a `{}` is ", native_integer(bytes, signed), field.spelling())?;
    match field.kind {
        Kind::Enum { variants, .. } => fmt_variants(f, variants)?,
        _ => f.write_str("0 or 1")?,
    }
    let integer = if signed { "an `i" } else { "a `u" };
    write!(f, "; make it {integer}{}` if the map can hold other values", field.size * 8)
}

/// `0 (`Off`), 1 (`On`) or 2 (`Idle`)`; of a long list the beginning.
fn fmt_variants(f: &mut fmt::Formatter<'_>, variants: &[Variant]) -> fmt::Result {
    const SHOWN: usize = 8;
    let shown = if variants.len() > SHOWN + 1 { SHOWN } else { variants.len() };
    for (index, variant) in variants[..shown].iter().enumerate() {
        let separator = match index {
            0 => "",
            _ if index + 1 == variants.len() => " or ",
            _ => ", ",
        };
        write!(f, "{separator}{} (`{}`)", variant.value, variant.name)?;
    }
    match variants.len() - shown {
        0 => Ok(()),
        more => write!(f, " or one of {more} more"),
    }
}

/// As `Display`: a `main` that returns the error prints it so.
impl fmt::Debug for InvalidKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl core::error::Error for InvalidKey {}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::string::ToString;
    use std::vec::Vec;

    use mapkey_layout::Field;

    use super::*;
    use crate::MapKey;

    const STATE: Layout = Layout::of::<i16>(
        "State",
        Kind::Enum {
            signed: true,
            variants: &[
                Variant { name: "Off", rename: None, value: -1 },
                Variant { name: "On", rename: None, value: 0 },
                Variant { name: "Idle", rename: None, value: 7 },
            ],
        },
    );
    const PEER: Layout = Layout::of::<[u8; 4]>(
        "Peer",
        Kind::Struct {
            fields: &[Field::new("port", 0, &u16::LAYOUT), Field::new("state", 2, &STATE)],
            transparent: false,
        },
    );
    const CONN: Layout =
        Layout::of::<[u8; 4]>("ConnKey", Kind::Struct { fields: &[Field::new("src", 0, &PEER)], transparent: false });

    #[test]
    fn names_the_field_its_value_and_the_values_there_are() {
        let mut found = [0; 8];
        found[..2].copy_from_slice(&(-2i16).to_ne_bytes());
        assert_eq!(
            InvalidKey::Value { key: &CONN, offset: 2, found }.to_string(),
            "`src.state` of `ConnKey` holds -2, and a `State` is -1 (`Off`), 0 (`On`) or 7 (`Idle`); make it an `i16` if \
             the map can hold other values"
        );
    }

    #[test]
    fn a_key_that_is_a_single_value_has_no_path() {
        assert_eq!(
            bool::from_bytes(&[3]).unwrap_err().to_string(),
            "found 3, and a `bool` is 0 or 1; make it a `u8` if the map can hold other values"
        );
    }

    #[test]
    fn a_wrong_length() {
        assert_eq!(
            u32::from_bytes(&[0]).unwrap_err().to_string(),
            "found 1 byte, and a `u32` takes 4; the map has keys of another type, or of another version of this one"
        );
    }

    #[test]
    fn a_long_list_of_values_is_cut() {
        struct Listed(Vec<Variant>);
        impl fmt::Display for Listed {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt_variants(f, &self.0)
            }
        }
        let list = |len| Listed((0..len).map(|value| Variant { name: "V", rename: None, value }).collect()).to_string();
        assert_eq!(list(1), "0 (`V`)");
        assert!(list(9).ends_with("7 (`V`) or 8 (`V`)"));
        assert!(list(10).ends_with("7 (`V`) or one of 2 more"));
    }
}
