//! The entries of a live map, taken apart.

use super::View;
use crate::explain::KeyShape;
use crate::map::{Element, Map, NotProven};

/// How the entries of a map are to be read.
#[derive(Debug)]
pub struct Dump {
    /// The keys.
    pub key: KeyShape,
    /// The values, of one processor for a per-CPU map.
    pub value: KeyShape,
    /// Why the keys are bytes without fields, where they are.
    pub key_unknown: Option<NotProven>,
    per_cpu: bool,
    value_size: usize,
}

/// An entry of a map.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// The key.
    pub key: View,
    /// The value, or for a per-CPU map the values in the order of the processors; none where user space cannot read
    /// them.
    pub values: Vec<View>,
}

impl Dump {
    /// Reads the types of the map's keys and values from its BTF; without that, or without the right to read it, keys and
    /// values are bytes.
    #[must_use]
    pub fn new(map: &Map) -> Self {
        let info = map.info();
        let value_size = if info.map_type.is_per_cpu() { info.value_size as usize } else { map.value_bytes() };
        let (key, key_unknown) = match map.key_shape() {
            Ok(shape) => (shape, None),
            Err(reason) => (KeyShape::raw(info.key_size as usize), Some(reason)),
        };
        let value = map.value_shape().unwrap_or_else(|_| KeyShape::raw(value_size));
        Self { key, value, key_unknown, per_cpu: info.map_type.is_per_cpu(), value_size }
    }

    /// Reads keys as `key` says instead.
    #[must_use]
    pub fn with_key(self, key: KeyShape) -> Self {
        Self { key, key_unknown: None, ..self }
    }

    /// Takes an element apart.
    #[must_use]
    pub fn entry(&self, element: &Element<'_>) -> Entry {
        let view = |bytes: &[u8]| View::of_value(&self.value, bytes);
        let values = match element.value {
            None => Vec::new(),
            Some(bytes) if self.per_cpu => {
                let stride = self.value_size.next_multiple_of(8).max(1);
                bytes.chunks(stride).map(|each| view(each.get(..self.value_size).unwrap_or(each))).collect()
            }
            Some(bytes) => vec![view(bytes)],
        };
        Entry { key: View::of(&self.key, element.key), values }
    }
}

#[cfg(feature = "serde")]
mod json {
    use serde::ser::{Serialize, SerializeMap, Serializer};

    use super::{Entry, View};
    use crate::dump::{Row, RowKind};
    use crate::plain::hex_in_one;

    struct Hex<'a>(&'a View);
    struct Fields<'a>(&'a View);
    struct Padding<'a>(&'a Row);
    struct Value<'a>(&'a View);

    /// `key` is the key's bytes in plain hexadecimal, `fields` its fields as a command takes them, `padding` the runs of
    /// bytes that no field has, `values` the same for the values.
    impl Serialize for Entry {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(None)?;
            map.serialize_entry("key", &Hex(&self.key))?;
            map.serialize_entry("fields", &Fields(&self.key))?;
            let is_padding = |row: &&Row| matches!(row.kind, RowKind::Padding { .. });
            let padding: Vec<_> = self.key.rows.iter().filter(is_padding).map(Padding).collect();
            map.serialize_entry("padding", &padding)?;
            map.serialize_entry("dirty", &self.key.is_dirty())?;
            let values: Vec<_> = self.values.iter().map(Value).collect();
            map.serialize_entry("values", &values)?;
            map.end()
        }
    }

    impl Serialize for Value<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(Some(2))?;
            map.serialize_entry("bytes", &Hex(self.0))?;
            map.serialize_entry("fields", &Fields(self.0))?;
            map.end()
        }
    }

    impl Serialize for Hex<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_str(&hex_in_one(&self.0.bytes))
        }
    }

    impl Serialize for Fields<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(None)?;
            for row in &self.0.rows {
                if let RowKind::Field { path, typed, .. } = &row.kind {
                    map.serialize_entry(path, typed)?;
                }
            }
            map.end()
        }
    }

    impl Serialize for Padding<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(Some(4))?;
            map.serialize_entry("offset", &self.0.offset)?;
            map.serialize_entry("size", &self.0.bytes.len())?;
            map.serialize_entry("bytes", &hex_in_one(&self.0.bytes))?;
            map.serialize_entry("dirty", &self.0.dirt().is_some())?;
            map.end()
        }
    }
}
