//! From what a person types to the bytes of a key.

mod address;
mod error;
mod number;
mod value;

use std::collections::HashSet;

use super::KeyShape;
use super::shape::{Fields, PathError, Place};

pub use error::{AskError, AskErrorKind};

/// A key that is looked for: its bytes, and what its user said about them.
///
/// ```
/// use mapkey_runtime::explain::{KeyShape, Wanted};
/// use mapkey_runtime::prelude::*;
///
/// #[derive(Clone, Copy, MapKey)]
/// #[repr(C)]
/// struct FlowKey {
///     daddr: Ipv4,
///     dport: Be<u16>,
///     ifindex: u16,
/// }
///
/// let shape = KeyShape::of_layout(&FlowKey::LAYOUT);
/// let wanted = Wanted::ask(&shape, &["daddr=192.0.2.1", "dport=443"])?;
/// assert_eq!(wanted.bytes(), [192, 0, 2, 1, 0x01, 0xbb, 0, 0]);
/// assert_eq!(wanted.left_out(), ["ifindex"]);
///
/// let error = Wanted::ask(&shape, &["dprt=443"]).unwrap_err();
/// assert_eq!(error.to_string(), "`FlowKey` has no field `dprt`; did you mean `dport`?");
/// # Ok::<(), mapkey_runtime::explain::AskError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Wanted {
    bytes: Vec<u8>,
    /// What was named, as places in the type: it tells which member of a union is meant.
    named: Vec<Vec<u32>>,
    /// The same as it was typed.
    paths: Vec<String>,
    left_out: Vec<String>,
}

impl Wanted {
    /// A key as bytes.
    ///
    /// # Errors
    ///
    /// [`AskError`] if it has another size than the map's key.
    pub fn bytes_of(shape: &KeyShape, bytes: &[u8]) -> Result<Self, AskError> {
        if bytes.len() != shape.size() {
            return Err(AskError::new("", AskErrorKind::Size { found: bytes.len(), expected: shape.size() }));
        }
        Ok(Self::of(bytes))
    }

    /// A key as bytes that may have another size than the map's keys, which the answer says then.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self { bytes: bytes.to_vec(), named: Vec::new(), paths: Vec::new(), left_out: Vec::new() }
    }

    /// A key as hexadecimal digits: `c00002010a000001`, with or without `0x`, spaces, colons, commas or `\x` between the
    /// bytes.
    ///
    /// # Errors
    ///
    /// [`AskError`] if the text is something else, or has another size than the map's key.
    pub fn hex(shape: &KeyShape, text: &str) -> Result<Self, AskError> {
        Self::bytes_of(shape, &Self::of_hex(text)?.bytes)
    }

    /// The same of any size: where the map's keys have another one, the answer says so.
    ///
    /// # Errors
    ///
    /// [`AskError`] if the text is something else.
    pub fn of_hex(text: &str) -> Result<Self, AskError> {
        value::hex(text).map(|bytes| Self::of(&bytes)).ok_or_else(|| AskError::new(text, AskErrorKind::NotHex))
    }

    /// A key as its fields' values, `FIELD=VALUE` each. A field that is left out is zero.
    ///
    /// Fields are named as in C (`src.port`, `addr[3]`, members of anonymous structs by their own name), and a key without
    /// fields is called `key`. Values are numbers in any base, addresses, text, and names of enumerators. A number in a
    /// `__beN` field is the value, stored in network order; an address is stored in network order everywhere. In a trie's
    /// key `data=192.0.2.0/24` gives the prefix's length too.
    ///
    /// # Errors
    ///
    /// [`AskError`] with what was typed, and what would be right.
    pub fn ask<T: AsRef<str>>(shape: &KeyShape, fields: &[T]) -> Result<Self, AskError> {
        let bytes = vec![0; shape.size()];
        let mut asked = Self { bytes, named: Vec::new(), paths: Vec::new(), left_out: Vec::new() };
        let mut written = vec![0u8; shape.size()];
        for field in fields {
            asked.set(shape, field.as_ref(), &mut written)?;
        }
        let is_unset = |range: std::ops::Range<usize>| written[range].iter().all(|&byte| byte == 0);
        let Fields { leaves, .. } = asked.fields(shape);
        let units = asked.named_units(&leaves, &written);
        let left_out = leaves.iter().filter(|leaf| is_unset(leaf.range()) && !units.contains(&leaf.unit));
        asked.left_out = left_out.map(|leaf| leaf.path.clone()).collect();
        Ok(asked)
    }

    /// Arrays of which an element was named: the others are not worth a word each.
    fn named_units(&self, leaves: &[super::shape::Leaf], written: &[u8]) -> HashSet<usize> {
        let is_set = |leaf: &&super::shape::Leaf| written[leaf.range()].iter().any(|&byte| byte != 0);
        leaves.iter().filter(is_set).map(|leaf| leaf.unit).collect()
    }

    fn set(&mut self, shape: &KeyShape, typed: &str, written: &mut [u8]) -> Result<(), AskError> {
        let fail = |kind| AskError::new(typed, kind);
        let (path, value) = typed.split_once('=').ok_or_else(|| fail(AskErrorKind::NoValue))?;
        let (path, value) = (path.trim(), value.trim());
        if let Some((address, len)) = network(shape, value) {
            // `data=192.0.2.0/24`, as one writes a prefix.
            self.set(shape, &format!("{}={len}", shape.prefix_len().unwrap_or_default()), written)?;
            return self.set(shape, &format!("{path}={address}"), written);
        }
        if shape.is_raw() {
            // Bytes have no order that a number could be written in.
            return Err(fail(AskErrorKind::NoFields { size: shape.size() }));
        }
        let place = shape.find(path).map_err(|error| fail(wrong_path(error, path)))?;
        if let Some(other) = self.clash(shape, &place) {
            return Err(fail(AskErrorKind::Union { path: path.to_owned(), other }));
        }
        let (start, len) = (place.bit_offset, place.bits.map_or(place.part.size * 8, |bits| bits as usize));
        let mut touched = vec![0; written.len()];
        super::shape::mark(&mut touched, start, len);
        if touched.iter().zip(&*written).any(|(new, old)| new & old != 0) {
            return Err(fail(AskErrorKind::Twice { path: path.to_owned() }));
        }
        written.iter_mut().zip(&touched).for_each(|(old, new)| *old |= new);
        value::write(&mut self.bytes, &place, value).map_err(|kind| fail(kind.at(path)))?;
        self.named.push(place.trail);
        self.paths.push(path.to_owned());
        Ok(())
    }

    /// The member of the same union that was named before, if there is one.
    fn clash(&self, shape: &KeyShape, place: &Place<'_>) -> Option<String> {
        let shares_bytes = |named: &Vec<u32>| {
            let shared = named.iter().zip(&place.trail).take_while(|(a, b)| a == b).count();
            let parted = shared < named.len() && shared < place.trail.len();
            parted && shape.is_union(&named[..shared])
        };
        self.named.iter().position(shares_bytes).map(|other| self.paths[other].clone())
    }

    /// The bytes that the kernel compares.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The fields that were not named and are zero, as in C.
    #[must_use]
    pub fn left_out(&self) -> &[String] {
        &self.left_out
    }

    pub(crate) fn fields(&self, shape: &KeyShape) -> Fields {
        shape.fields(&self.bytes, &self.named)
    }
}

/// An address and the length of its prefix, where the key is a trie's.
fn network<'v>(shape: &KeyShape, value: &'v str) -> Option<(&'v str, &'v str)> {
    let (address, len) = value.split_once('/')?;
    let is_network = shape.prefix_len().is_some() && address::parse(address).is_some();
    (is_network && len.parse::<u32>().is_ok()).then_some((address, len))
}

fn wrong_path(error: PathError, path: &str) -> AskErrorKind {
    match error {
        PathError::NoSuchField { container, nearest, all } => {
            AskErrorKind::NoSuchField { path: path.to_owned(), container, nearest, all }
        }
        PathError::NoSuchElement { array, len, found } => AskErrorKind::NoSuchElement { array, len, found },
        PathError::Syntax => AskErrorKind::Path { path: path.to_owned() },
    }
}
