//! The entries of a live map, taken apart.

use std::borrow::Cow;

use super::{Table, View};
use crate::explain::KeyShape;
use crate::map::{Element, Map, NotProven};

/// How the entries of a map are to be read.
#[derive(Debug)]
pub struct Dump {
    key: Form,
    value: Form,
    key_unknown: Option<NotProven>,
    per_cpu: bool,
    value_size: usize,
}

/// A shape, and the rows that it gives.
#[derive(Debug)]
struct Form {
    shape: KeyShape,
    table: Table,
}

/// An entry of a map.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Entry<'a> {
    /// The key.
    pub key: View<'a>,
    /// The value, or for a per-CPU map the values in the order of the processors; none where user space cannot read
    /// them.
    pub values: Vec<View<'a>>,
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
        let per_cpu = info.map_type.is_per_cpu();
        Self { key: Form::of_key(key), value: Form::of_value(value), key_unknown, per_cpu, value_size }
    }

    /// Reads keys as `key` says instead.
    #[must_use]
    pub fn with_key(self, key: KeyShape) -> Self {
        Self { key: Form::of_key(key), key_unknown: None, ..self }
    }

    /// The shape of the keys.
    #[must_use]
    pub fn key(&self) -> &KeyShape {
        &self.key.shape
    }

    /// The shape of the values, of one processor for a per-CPU map.
    #[must_use]
    pub fn value(&self) -> &KeyShape {
        &self.value.shape
    }

    /// Why the keys are bytes without fields, where they are.
    #[must_use]
    pub fn key_unknown(&self) -> Option<&NotProven> {
        self.key_unknown.as_ref()
    }

    /// Takes an element apart.
    #[must_use]
    pub fn entry<'a>(&'a self, element: &Element<'a>) -> Entry<'a> {
        let view = |bytes: &'a [u8]| self.value.view(bytes, false);
        let values = match element.value {
            None => Vec::new(),
            Some(bytes) if self.per_cpu => {
                let stride = self.value_size.next_multiple_of(8).max(1);
                bytes.chunks(stride).map(|each| view(each.get(..self.value_size).unwrap_or(each))).collect()
            }
            Some(bytes) => vec![view(bytes)],
        };
        Entry { key: self.key.view(element.key, true), values }
    }
}

impl Form {
    fn of_key(shape: KeyShape) -> Self {
        Self { table: Table::of(&shape), shape }
    }

    fn of_value(shape: KeyShape) -> Self {
        Self { table: Table::of_value(&shape), shape }
    }

    fn view<'a>(&'a self, bytes: &'a [u8], is_key: bool) -> View<'a> {
        View { bytes, table: Cow::Borrowed(&self.table), is_key }
    }
}

#[cfg(feature = "serde")]
mod json {
    use serde::ser::{Serialize, SerializeMap, Serializer};

    use super::{Entry, View};
    use crate::dump::{Row, RowKind};
    use crate::explain::show;
    use crate::plain::serialize_hex;

    struct Hex<'a>(&'a [u8]);
    struct Fields<'a>(&'a View<'a>);
    struct Paddings<'a>(&'a View<'a>);
    struct Padding<'a>(Row<'a>);
    struct Values<'a>(&'a [View<'a>]);
    struct Value<'a>(&'a View<'a>);
    struct Typed<'a>(show::Typed<'a>);

    /// `key` is the key's bytes in plain hexadecimal, `fields` its fields as a command takes them, `padding` the runs of
    /// bytes that no field has, `dirty` whether something is in them, null where nobody knows which they are, `values` the
    /// same for the values.
    impl Serialize for Entry<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(None)?;
            map.serialize_entry("key", &Hex(self.key.bytes()))?;
            map.serialize_entry("fields", &Fields(&self.key))?;
            map.serialize_entry("padding", &Paddings(&self.key))?;
            map.serialize_entry("dirty", &self.key.dirtiness())?;
            map.serialize_entry("values", &Values(&self.values))?;
            map.end()
        }
    }

    impl Serialize for Values<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_seq(self.0.iter().map(Value))
        }
    }

    impl Serialize for Value<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(Some(2))?;
            map.serialize_entry("bytes", &Hex(self.0.bytes()))?;
            map.serialize_entry("fields", &Fields(self.0))?;
            map.end()
        }
    }

    impl Serialize for Hex<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serialize_hex::serialize(self.0, serializer)
        }
    }

    impl Serialize for Fields<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let fields = self.0.rows().filter_map(|row| match row.kind {
                RowKind::Field(field) => Some((field.path(), Typed(field.as_typed()))),
                _ => None,
            });
            serializer.collect_map(fields)
        }
    }

    impl Serialize for Typed<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_str(&self.0)
        }
    }

    impl Serialize for Paddings<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let paddings = self.0.rows().filter(|row| matches!(row.kind, RowKind::Padding { .. }));
            serializer.collect_seq(paddings.map(Padding))
        }
    }

    impl Serialize for Padding<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(Some(4))?;
            map.serialize_entry("offset", &self.0.offset)?;
            map.serialize_entry("size", &self.0.bytes.len())?;
            map.serialize_entry("bytes", &Hex(self.0.bytes))?;
            map.serialize_entry("dirty", &self.0.dirt().is_some())?;
            map.end()
        }
    }
}
