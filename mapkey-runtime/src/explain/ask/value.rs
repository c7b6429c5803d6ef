//! A value as a person writes it, into the bytes of its field.

use mapkey_layout::ByteOrder;

use super::error::AskErrorKind;
use super::number::{self, NotANumber};
use super::{Place, address};
use crate::explain::shape::{Content, Member, Part, set_bits};

/// What is wrong with a value. The path is known to the caller.
pub(super) enum Wrong {
    NotA { type_name: String, found: String, expected: String },
    Octal { digits: String },
    OutOfRange { type_name: String, found: String, min: i128, max: i128 },
    NoSuchEnumerator { found: String, nearest: Vec<String> },
    AddressInNumber { type_name: String, found: String, octets: [u8; 4] },
    NumberInBytes { type_name: String, found: String, native: Vec<u8> },
    TooLong { found: usize, size: usize },
    Struct { example: String },
}

impl Wrong {
    pub(super) fn at(self, path: &str) -> AskErrorKind {
        let path = path.to_owned();
        match self {
            Self::NotA { type_name, found, expected } => AskErrorKind::NotA { path, type_name, found, expected },
            Self::Octal { digits } => AskErrorKind::Octal { digits },
            Self::OutOfRange { type_name, found, min, max } => {
                AskErrorKind::OutOfRange { path, type_name, found, min, max }
            }
            Self::NoSuchEnumerator { found, nearest } => AskErrorKind::NoSuchEnumerator { path, found, nearest },
            Self::AddressInNumber { type_name, found, octets } => AskErrorKind::AddressInNumber {
                path,
                type_name,
                found,
                network: u32::from_ne_bytes(octets).into(),
                host: u32::from_be_bytes(octets).into(),
            },
            Self::NumberInBytes { type_name, found, native } => {
                AskErrorKind::NumberInBytes { path, type_name, found, native }
            }
            Self::TooLong { found, size } => AskErrorKind::TooLong { path, found, size },
            Self::Struct { example } => AskErrorKind::Struct { example: format!("{path}{example}"), path },
        }
    }
}

/// Writes `text` into the bits of `key` that `place` has.
pub(super) fn write(key: &mut [u8], place: &Place<'_>, text: &str) -> Result<(), Wrong> {
    let Place { part, bit_offset, .. } = place;
    if let Some(bits) = place.bits {
        // Sources may say anything about a bit-field's size.
        let bits = bits.clamp(1, 64);
        let number = number_of(part, text, bits)?;
        set_bits(key, *bit_offset, bits, number);
        return Ok(());
    }
    let start = bit_offset / 8;
    // A place is within the key's type, and so are its bytes.
    let Some(field) = key.get_mut(start..start + part.size) else { return Ok(()) };
    bytes_of(field, part, text)
}

fn bytes_of(field: &mut [u8], part: &Part, text: &str) -> Result<(), Wrong> {
    if part.is_number() {
        return number(field, part, text);
    }
    match &part.content {
        Content::Text => {
            if text.len() > field.len() {
                return Err(Wrong::TooLong { found: text.len(), size: field.len() });
            }
            field[..text.len()].copy_from_slice(text.as_bytes());
        }
        Content::Array { element, .. } if !element.members().is_empty() => {
            return Err(each_of("[0].", element.members()));
        }
        Content::Array { element, len } => {
            let values: Vec<&str> = text.split(',').collect();
            if values.len() != *len || element.size == 0 {
                return Err(not_a(part, text, &format!("{len} values with commas between them")));
            }
            for (field, text) in field.chunks_exact_mut(element.size).zip(values) {
                bytes_of(field, element, text.trim())?;
            }
        }
        Content::Struct(members) | Content::Union(members) => {
            return Err(each_of(".", members));
        }
        _ => match address::parse(text)
            .filter(|octets| octets.len() == field.len())
            .or_else(|| exact_hex(text, field.len()))
        {
            Some(octets) => field.copy_from_slice(&octets),
            None if matches!(part.content, Content::Address) && field.len() == 4 => return number(field, part, text),
            None => {
                return Err(match native(text, field.len()) {
                    Some(native) => {
                        Wrong::NumberInBytes { type_name: part.type_name.clone(), found: text.to_owned(), native }
                    }
                    None => not_a(part, text, &expected_bytes(field.len())),
                });
            }
        },
    }
    Ok(())
}

fn number(field: &mut [u8], part: &Part, text: &str) -> Result<(), Wrong> {
    if let Some(octets) = address::parse(text).filter(|octets| octets.len() == field.len()) {
        if part.order == ByteOrder::Big {
            field.copy_from_slice(&octets);
            return Ok(());
        }
        let octets = octets.try_into().unwrap_or_default();
        return Err(Wrong::AddressInNumber { type_name: part.type_name.clone(), found: text.to_owned(), octets });
    }
    let bits = u32::try_from(field.len() * 8).unwrap_or(64);
    let value = number_of(part, text, bits)?;
    let bytes = match part.order {
        ByteOrder::Little => value.to_le_bytes(),
        ByteOrder::Native if cfg!(target_endian = "little") => value.to_le_bytes(),
        _ => (value << (64 - bits)).to_be_bytes(),
    };
    field.copy_from_slice(&bytes[..field.len()]);
    Ok(())
}

/// The number that `text` means in a field of `bits` bits.
fn number_of(part: &Part, text: &str, bits: u32) -> Result<u64, Wrong> {
    let number = match &part.content {
        Content::Bool => match text {
            "true" | "1" => 1,
            "false" | "0" => 0,
            _ => return Err(not_a(part, text, "true or false")),
        },
        Content::Enum { values, .. } => match values.iter().find(|(name, _)| name == text) {
            Some(&(_, value)) => value,
            None => numeric(part, text, bits).map_err(|wrong| match wrong {
                Wrong::NotA { found, .. } => Wrong::NoSuchEnumerator { nearest: nearest(values, text), found },
                other => other,
            })?,
        },
        _ => numeric(part, text, bits)?,
    };
    let (min, max) = range(part, bits);
    if !(min..=max).contains(&number) {
        return Err(out_of_range(part, text, bits));
    }
    // In range, so that the bits above the field's own are those of the sign.
    let [low, _] = halves(number);
    Ok(low & (u64::MAX >> (64 - bits)))
}

/// The lower and the upper 64 bits.
fn halves(number: i128) -> [u64; 2] {
    let bytes = number.to_le_bytes();
    let (halves, _) = bytes.as_chunks::<8>();
    [u64::from_le_bytes(halves[0]), u64::from_le_bytes(halves[1])]
}

fn numeric(part: &Part, text: &str, bits: u32) -> Result<i128, Wrong> {
    number::parse(text).map_err(|error| match error {
        NotANumber::Other => {
            let also = match (part.order, bits) {
                (ByteOrder::Big, 32) => " or an IPv4 address such as 192.0.2.1",
                _ => "",
            };
            not_a(part, text, &format!("a number such as 443 or 0x1bb{also}"))
        }
        NotANumber::Octal => Wrong::Octal { digits: text.trim_start_matches(['-', '+', '0']).to_owned() },
        NotANumber::TooLarge => out_of_range(part, text, bits),
    })
}

fn out_of_range(part: &Part, text: &str, bits: u32) -> Wrong {
    let (min, max) = range(part, bits);
    let type_name = match part.size * 8 == bits as usize {
        true => part.type_name.clone(),
        false => format!("{} : {bits}", part.type_name),
    };
    Wrong::OutOfRange { type_name, found: text.to_owned(), min, max }
}

/// What fits. An enum takes every number of its size: its values may be flags.
fn range(part: &Part, bits: u32) -> (i128, i128) {
    match part.content {
        Content::Bool => (0, 1),
        Content::Enum { .. } => (-(1 << (bits - 1)), (1 << bits) - 1),
        _ if part.is_signed() => (-(1 << (bits - 1)), (1 << (bits - 1)) - 1),
        _ => (0, (1 << bits) - 1),
    }
}

fn nearest(values: &[(String, i128)], text: &str) -> Vec<String> {
    let names = || values.iter().map(|(name, _)| name.as_str());
    // A short list says more than a guess.
    let shown = match mapkey_layout::nearest(text, names(), 2) {
        nearest if nearest.is_empty() || values.len() <= 6 => names().take(6).collect(),
        nearest => nearest,
    };
    shown.into_iter().map(str::to_owned).collect()
}

fn not_a(part: &Part, text: &str, expected: &str) -> Wrong {
    Wrong::NotA { type_name: part.type_name.clone(), found: text.to_owned(), expected: expected.to_owned() }
}

/// That these have values of their own, with the first as an example of how to name them.
fn each_of(way: &str, members: &[Member]) -> Wrong {
    let named = members.iter().find(|member| !member.name.is_empty());
    Wrong::Struct { example: named.map_or_else(String::new, |member| format!("{way}{}", member.name)) }
}

fn expected_bytes(size: usize) -> String {
    let hex = format!("{size} bytes in hexadecimal, as 0x{}", "00".repeat(size.min(16)));
    address::example(size).map_or(hex.clone(), |example| format!("{example}, or {hex}"))
}

/// Digits alone are a number to one and bytes to another: bytes have something between them, or `0x` before them.
fn exact_hex(text: &str, size: usize) -> Option<Vec<u8>> {
    let is_number = text.bytes().all(|digit| digit.is_ascii_digit());
    hex(text).filter(|bytes| bytes.len() == size && !is_number)
}

/// A number in this machine's order, if it fits into as many bytes as a number has.
fn native(text: &str, size: usize) -> Option<Vec<u8>> {
    let number = u64::try_from(number::parse(text).ok()?).ok()?;
    let fits = matches!(size, 1 | 2 | 4 | 8) && (size == 8 || number >> (8 * size) == 0);
    let bytes =
        if cfg!(target_endian = "little") { number.to_le_bytes() } else { (number << (64 - 8 * size)).to_be_bytes() };
    fits.then(|| bytes[..size].to_vec())
}

/// Bytes as hexadecimal digits, two for each, with or without something between them.
pub(super) fn hex(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for group in text.split([' ', ':', ',', '\t', '\n']).filter(|group| !group.is_empty()) {
        let digits = group.strip_prefix("0x").or_else(|| group.strip_prefix("0X")).unwrap_or(group);
        let digits = digits.replace("\\x", "");
        // A byte of a list may have one digit, as bpftool takes it.
        if digits.len() == 1 && text.len() > 1 {
            bytes.push(u8::from_str_radix(&digits, 16).ok()?);
            continue;
        }
        if !digits.len().is_multiple_of(2) || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        let pair = |at| u8::from_str_radix(&digits[at..at + 2], 16).ok();
        bytes.extend((0..digits.len()).step_by(2).map(pair).collect::<Option<Vec<u8>>>()?);
    }
    (!bytes.is_empty()).then_some(bytes)
}
