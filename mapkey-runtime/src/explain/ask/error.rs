//! What was typed and is no key.

use std::fmt;

use crate::plain::{bytes, hex_in_one};

/// Why something that was typed is no key, with what would be.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AskError {
    /// What was typed: `dport=70000`.
    pub typed: String,
    /// What is wrong with it.
    pub kind: Box<AskErrorKind>,
}

/// What is wrong with something that was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AskErrorKind {
    /// There is no `=`.
    NoValue,
    /// A path that is none: `[` without `]`.
    Path {
        /// The path.
        path: String,
    },
    /// The key has no fields that anybody knows of.
    NoFields {
        /// Bytes of the key.
        size: usize,
    },
    /// There is no such field.
    NoSuchField {
        /// The path.
        path: String,
        /// The type that should have it.
        container: String,
        /// The paths that look most like it.
        nearest: Vec<String>,
        /// The paths that there are.
        all: Vec<String>,
    },
    /// There is no such element.
    NoSuchElement {
        /// The array.
        array: String,
        /// How many elements it has; 0 for what is no array.
        len: usize,
        /// The index.
        found: String,
    },
    /// A field was given twice, or a part of it.
    Twice {
        /// The path.
        path: String,
    },
    /// Two members of one union were given.
    Union {
        /// The path.
        path: String,
        /// The other member.
        other: String,
    },
    /// A struct, which has no value of its own.
    Struct {
        /// The path.
        path: String,
        /// One of its fields.
        example: String,
    },
    /// Not a value of the field's type.
    NotA {
        /// The path.
        path: String,
        /// The field's type; empty for one byte of several.
        type_name: String,
        /// What was typed for it.
        found: String,
        /// What would be a value.
        expected: String,
    },
    /// A number with a leading zero: eight or ten may be meant.
    Octal {
        /// The digits behind the zero.
        digits: String,
    },
    /// A number that the field cannot hold.
    OutOfRange {
        /// The path.
        path: String,
        /// The field's type.
        type_name: String,
        /// What was typed for it.
        found: String,
        /// The lowest value.
        min: i128,
        /// The highest value.
        max: i128,
    },
    /// The enum has no such value.
    NoSuchEnumerator {
        /// The path.
        path: String,
        /// What was typed.
        found: String,
        /// The names that look most like it, or the first ones.
        nearest: Vec<String>,
    },
    /// An address in an integer of this machine's order, where it may stand in two ways.
    AddressInNumber {
        /// The path.
        path: String,
        /// The field's type.
        type_name: String,
        /// What was typed for it.
        found: String,
        /// The number whose bytes are in network order.
        network: u64,
        /// The number as this machine writes it.
        host: u64,
    },
    /// A number for bytes that are not known to be one.
    NumberInBytes {
        /// The path.
        path: String,
        /// The field's type: `4 bytes`.
        type_name: String,
        /// What was typed for it.
        found: String,
        /// The number's bytes in this machine's order.
        native: Vec<u8>,
    },
    /// A text that does not fit.
    TooLong {
        /// The path.
        path: String,
        /// Bytes of the text.
        found: usize,
        /// Bytes of the field.
        size: usize,
    },
    /// A text with something else than hexadecimal digits, or with half a byte.
    NotHex,
    /// Bytes of another size than the map's key.
    Size {
        /// Bytes that were given.
        found: usize,
        /// Bytes of the key.
        expected: usize,
    },
}

impl AskError {
    pub(super) fn new(typed: &str, kind: AskErrorKind) -> Self {
        Self { typed: typed.to_owned(), kind: Box::new(kind) }
    }
}

impl std::error::Error for AskError {}

impl fmt::Display for AskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { typed, kind } = self;
        match &**kind {
            // A value alone: of a key without fields, most likely.
            AskErrorKind::NoValue if !typed.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') => {
                write!(f, "`{typed}` names no field: write `FIELD=VALUE`, or `key={typed}` for a key without fields")
            }
            AskErrorKind::NoValue => write!(f, "`{typed}` has no value: write `{typed}=VALUE`"),
            AskErrorKind::Path { path } => {
                write!(f, "`{path}` names no field: write `field`, `outer.field` or `array[3]`")
            }
            AskErrorKind::NoFields { size } => write!(
                f,
                "no type is known for this key of {size} bytes, so that `{typed}` has no place in it: give the bytes with \
                 `--hex`, or the key's type with `--key-from`"
            ),
            AskErrorKind::NoSuchField { path, container, nearest, all } => {
                write!(f, "`{container}` has no field `{path}`")?;
                match (nearest.is_empty(), all.is_empty()) {
                    (false, _) => write!(f, "; did you mean {}?", quoted(nearest, " or ")),
                    (true, false) => write!(f, "; it has {}", quoted(&all[..all.len().min(8)], ", ")),
                    (true, true) => Ok(()),
                }
            }
            AskErrorKind::NoSuchElement { array, len: 0, found } => {
                write!(f, "`{array}` is no array, so that there is no `{array}[{found}]`")
            }
            AskErrorKind::NoSuchElement { array, len, found } => {
                write!(f, "`{array}` has {len} elements, 0 to {}; found `{found}`", len - 1)
            }
            AskErrorKind::Twice { path } => write!(f, "`{path}` has a value already: give each field once"),
            AskErrorKind::Union { path, other } => {
                write!(f, "`{path}` and `{other}` are members of one union and share their bytes: give one of them")
            }
            AskErrorKind::Struct { path, example } => {
                write!(f, "`{path}` has fields of its own: give each of them, as `{example}=VALUE`")
            }
            AskErrorKind::NotA { path, type_name, found, expected } => {
                let what = type_or_byte(type_name);
                write!(f, "`{found}` is no value for `{path}`, which is {what}: expected {expected}")
            }
            AskErrorKind::Octal { digits } => write!(
                f,
                "`0{digits}` in `{typed}` can be read in two ways: write `0o{digits}` for base 8, or `{digits}` for base 10"
            ),
            AskErrorKind::OutOfRange { path, type_name, found, min, max } => {
                let what = type_or_byte(type_name);
                write!(f, "`{found}` does not fit into `{path}`, which is {what}: expected {min} to {max}")
            }
            AskErrorKind::NoSuchEnumerator { path, found, nearest } => {
                write!(f, "`{path}` has no value `{found}`; there is {}", quoted(nearest, ", "))
            }
            AskErrorKind::AddressInNumber { path, type_name, found, network, host } => write!(
                f,
                "`{path}` is a plain `{type_name}`, so that {found} can be in it in two ways: write `{path}={network:#x}` \
                 for network order, as the wire and `__be32` have it, or `{path}={host:#x}` for this machine's order"
            ),
            AskErrorKind::NumberInBytes { path, type_name, found, native } => {
                write!(
                    f,
                    "`{path}` is {type_name} and not known to be a number: write `{path}=0x{}` for {found}",
                    hex_in_one(native)
                )?;
                if native.len() == 1 {
                    return Ok(());
                }
                let network: Vec<u8> = native.iter().rev().copied().collect();
                let network = if cfg!(target_endian = "little") { &network } else { native };
                write!(f, " in this machine's order, `{path}=0x{}` for network order", hex_in_one(network))
            }
            AskErrorKind::TooLong { path, found, size } => {
                write!(f, "the text for `{path}` has {found} bytes, and the field has {size}")
            }
            AskErrorKind::NotHex => {
                write!(f, "`{typed}` is no key in hexadecimal: expected two digits for each byte, as `c0 00 02 01`")
            }
            AskErrorKind::Size { found, expected } => {
                let were = if *found == 1 { "was" } else { "were" };
                write!(f, "{} {were} given, and this map's key has {expected}", bytes(*found))
            }
        }
    }
}

fn type_or_byte(type_name: &str) -> String {
    if type_name.is_empty() { "a byte".to_owned() } else { format!("`{type_name}`") }
}

pub(super) fn quoted(names: &[String], separator: &str) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(separator)
}
