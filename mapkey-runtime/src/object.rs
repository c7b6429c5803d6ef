//! The maps of a compiled eBPF object as sources.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use mapkey_layout::btf::{Btf, BtfError};
use mapkey_layout::nearest;
use mapkey_layout::object::{self, Form, KeyOrValue, MapDefinition, ObjectError};

use crate::bytes::Bytes;
use crate::map::MapInfo;
use crate::{Source, SourceError};

/// How many names a message offers.
const NEAREST_COUNT: usize = 2;

/// The inner maps of `NAME` are called `NAME.inner`, as libbpf calls them.
const INNER: &str = ".inner";

/// A compiled eBPF object, as `clang -target bpf` and bpf-linker make it: the maps that it declares are sources that keys
/// can be held against, before anything is loaded.
///
/// ```no_run
/// use mapkey_runtime::prelude::*;
///
/// # #[derive(Clone, Copy, MapKey)]
/// # #[repr(C)]
/// # struct FlowKey { saddr: Be<u32>, daddr: Be<u32> }
/// let object = Object::file("flow.bpf.o")?;
/// FlowKey::validate_against(&object.map("flows")?)?;
/// # Ok::<(), ValidateError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Object {
    bytes: Arc<[u8]>,
    description: String,
}

/// Why an object has no type for a map's keys, or values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoDeclaredType {
    /// The definition has a size instead.
    #[error("only their size is given, {size} bytes: define them by `__type` instead of `__uint`")]
    OnlySize {
        /// Bytes.
        size: u32,
    },
    /// The definition is one of the older ones, in a section `maps`.
    #[error(
        "it is defined in a section `maps`, where only sizes are given ({size} bytes): define it in `.maps`, in Rust by \
         `#[btf_map]` instead of `#[map]`"
    )]
    Legacy {
        /// Bytes.
        size: u32,
    },
    /// There are no keys, or no values.
    #[error("its definition has none, as that of a ring buffer, or of a queue, which has no keys")]
    Nothing,
}

impl Object {
    /// Reads an object, and the maps that it declares.
    ///
    /// # Errors
    ///
    /// [`SourceError::Unreadable`], [`SourceError::Object`].
    pub fn file(path: impl AsRef<Path>) -> Result<Self, SourceError> {
        let path = path.as_ref();
        let bytes = Bytes::of(path).map_err(|error| SourceError::Unreadable { path: path.to_owned(), error })?;
        Self::new(Arc::from(&*bytes), path.display().to_string())
            .map_err(|error| SourceError::Object { path: path.to_owned(), error: Box::new(error) })
    }

    /// An object that the program has already: one that it embeds. `description` is what reports call it.
    ///
    /// # Errors
    ///
    /// [`ObjectError`].
    pub fn bytes(bytes: impl Into<Arc<[u8]>>, description: impl Into<String>) -> Result<Self, ObjectError> {
        Self::new(bytes.into(), description.into())
    }

    fn new(bytes: Arc<[u8]>, description: String) -> Result<Self, ObjectError> {
        object::maps(&bytes)?;
        Ok(Self { bytes, description })
    }

    /// The maps that it declares.
    ///
    /// # Errors
    ///
    /// [`ObjectError`] if a definition is broken, which none was when the object was opened.
    pub fn maps(&self) -> Result<Vec<MapDefinition<'_>>, ObjectError> {
        object::maps(&self.bytes)
    }

    /// The map called `name`; the maps that a map of maps holds are `NAME.inner`.
    ///
    /// # Errors
    ///
    /// [`SourceError::NoSuchMap`] with the nearest names.
    pub fn definition(&self, name: &str) -> Result<MapDefinition<'_>, SourceError> {
        let maps = self.maps().map_err(|error| self.broken(error))?;
        if let Some(found) = maps.iter().find(|map| map.name == name) {
            return Ok(found.clone());
        }
        let holder = name.strip_suffix(INNER).and_then(|holder| maps.iter().find(|map| map.name == holder));
        if let Some(inner) = holder.and_then(|holder| holder.inner.as_deref()) {
            return Ok(inner.clone());
        }
        let nearest = nearest(name, maps.iter().map(|map| map.name), NEAREST_COUNT);
        Err(SourceError::NoSuchMap {
            name: name.to_owned(),
            object: self.description.clone(),
            nearest: nearest.into_iter().map(str::to_owned).collect(),
        })
    }

    /// The declared map that a live one can be: the kernel keeps 15 bytes of a map's name.
    #[must_use]
    pub fn declaring(&self, live: &MapInfo) -> Option<MapDefinition<'_>> {
        self.maps().ok()?.into_iter().find(|declared| live.keeps_of(declared.name))
    }

    /// The type of the keys of the map called `name`, as a source.
    ///
    /// # Errors
    ///
    /// [`SourceError::NoSuchMap`], [`SourceError::NoDeclaredType`].
    pub fn map(&self, name: &str) -> Result<Source, SourceError> {
        let map = self.definition(name)?;
        self.slot(name, "key", map.form, map.key)
    }

    /// The type of the values of the map called `name`, as a source.
    ///
    /// # Errors
    ///
    /// As [`map`](Self::map).
    pub fn map_value(&self, name: &str) -> Result<Source, SourceError> {
        let map = self.definition(name)?;
        self.slot(name, "value", map.form, map.value)
    }

    fn slot(&self, map: &str, what: &'static str, form: Form, slot: KeyOrValue) -> Result<Source, SourceError> {
        let reason = match (slot, form) {
            (KeyOrValue::Type { id, .. }, _) => {
                let description = format!("the {what} of map `{map}` in {self}");
                return Ok(Source::of_type(Arc::clone(&self.bytes), id, description, None));
            }
            (KeyOrValue::None, _) => NoDeclaredType::Nothing,
            (KeyOrValue::Size(size), Form::Legacy) => NoDeclaredType::Legacy { size },
            (KeyOrValue::Size(size), _) => NoDeclaredType::OnlySize { size },
        };
        Err(SourceError::NoDeclaredType { map: map.to_owned(), what, object: self.description.clone(), reason })
    }

    /// The object's types, its header checked.
    ///
    /// # Errors
    ///
    /// [`BtfError`] if it has none: an object whose maps are all defined in sections `maps` needs none.
    pub fn btf(&self) -> Result<Btf<'_>, BtfError> {
        Btf::parse(&self.bytes)
    }

    fn broken(&self, error: ObjectError) -> SourceError {
        SourceError::Object { path: PathBuf::from(&self.description), error: Box::new(error) }
    }
}

/// What a person calls the object.
impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.description)
    }
}
