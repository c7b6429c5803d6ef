//! A live map held against the object that it was made from.

use mapkey_ebpf::MapKey;
use mapkey_layout::Layout;
use mapkey_layout::object::MapDefinition;

use super::error::{DeclaredDifference, NotProven};
use super::{CheckError, CheckedMap, Map, MapFlags, MapInfo, MapType, MapValue, Proof, proof};
use crate::validate::{judge, report};
use crate::{Object, Reason, SourceError, ValidateError};

impl Map {
    /// Proves that the map's keys are `K` by the object that the map was made from: where this user may not read the
    /// map's BTF, or the map was made without.
    ///
    /// First the live map must be what the object declares under `name`: its type, the sizes of its keys and values, its
    /// flags. Then the key is held against the object's type for it. A map whose own BTF can be read, and contradicts,
    /// is refused.
    ///
    /// ```no_run
    /// use mapkey_runtime::map::{Access, Map};
    /// use mapkey_runtime::prelude::*;
    ///
    /// # #[derive(Clone, Copy, MapKey)]
    /// # #[repr(C)]
    /// # struct FlowKey { saddr: Be<u32>, daddr: Be<u32> }
    /// let object = Object::file("flow.bpf.o")?;
    /// let map = Map::open_pinned("/sys/fs/bpf/flows", Access::ReadOnly)?;
    /// let flows = map.check_by_object::<FlowKey, u64>(&object, "flows")?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`CheckError`]: [`NotTheObjects`](CheckError::NotTheObjects) where the map is another one,
    /// [`Mismatch`](CheckError::Mismatch) where the key is, [`NotProven`](CheckError::NotProven) where the object has no
    /// such map or no type for its keys.
    pub fn check_by_object<K: MapKey, V: MapValue>(
        self,
        object: &Object,
        name: &str,
    ) -> Result<CheckedMap<K, V>, CheckError> {
        self.checked(|map, key| by_object(map, key, object, name))
    }
}

fn by_object(map: &Map, key: &'static Layout, object: &Object, name: &str) -> Result<Proof, CheckError> {
    let unproven = |error: SourceError| CheckError::NotProven {
        map: Box::new(map.info().clone()),
        reason: NotProven::Key(Reason::Source(error)),
    };
    let declared = object.definition(name).map_err(unproven)?;
    let differences = declared_differences(&declared, map.info());
    if !differences.is_empty() {
        let map = Box::new(map.info().clone());
        return Err(CheckError::NotTheObjects { map, differences, object: object.to_string() });
    }
    proof::or_none(map, key)?;
    let matched = match object.map(name) {
        Ok(source) => judge(report(&source, key)),
        Err(error) => Err(ValidateError::NotCheckable(Reason::Source(error))),
    };
    match matched {
        Ok(matched) => Ok(Proof::Object(matched)),
        Err(ValidateError::Mismatch(report)) => Err(CheckError::Mismatch(report)),
        Err(ValidateError::NotCheckable(_)) if proof::is_said_by_type(map) => Ok(Proof::MapType),
        Err(ValidateError::NotCheckable(reason)) => {
            Err(CheckError::NotProven { map: Box::new(map.info().clone()), reason: NotProven::Key(reason) })
        }
    }
}

/// What the object declares, and what the map has instead. The number of elements is the loader's to choose.
pub(crate) fn declared_differences(declared: &MapDefinition<'_>, live: &MapInfo) -> Vec<DeclaredDifference> {
    let mut differences = Vec::new();
    let mut differ = |what, declared: String, found: String| {
        if declared != found {
            differences.push(DeclaredDifference { what, declared, found });
        }
    };
    differ("type", MapType::from_raw(declared.map_type).to_string(), live.map_type.to_string());
    // Loaders fill in sizes that follow from the type.
    for (what, declared, live) in
        [("key size", declared.key.size(), live.key_size), ("value size", declared.value.size(), live.value_size)]
    {
        if declared != 0 {
            differ(what, declared.to_string(), live.to_string());
        }
    }
    let flags = |flags: u32| MapFlags(flags & !MapFlags::OF_THE_CALL).to_string();
    differ("flags", flags(declared.map_flags), flags(live.flags.0));
    differences
}
