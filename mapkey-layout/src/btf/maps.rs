//! The map definitions of an eBPF object, which are the variables of its section `.maps`.
//!
//! Each variable is a struct that never holds a value: all that is meant is in the types of its members. A number is
//! the length of an array behind a pointer, a type is behind a pointer (`__uint` and `__type` in libbpf's
//! `src/bpf_helpers.h`).

use super::index::MAX_CHAIN;
use super::kinds::{self, KindSet};
use super::raw::Record;
use super::{BtfError, Index};
use crate::object::{DefinitionError, Form, KeyOrValue, Linkage, MapDefinition, ObjectError, Pinning};
use crate::types::TypeNames;

/// The section's name.
const MAPS: &[u8] = b".maps";

/// The most fields of a definition that are looked at. libbpf knows twelve, and newer ones are skipped.
const MAX_FIELDS: usize = 64;

/// `enum bpf_map_type` in `include/uapi/linux/bpf.h`.
const PROG_ARRAY: u32 = 3;

const NUMBER: &str = "a pointer to an array, as `__uint(type, BPF_MAP_TYPE_HASH)` makes it";
const TYPE: &str = "a pointer to a type, as `__type(key, struct flow_key)` makes it";
const VALUES: &str = "an array of pointers to definitions, as `__array(values, struct inner)` makes it";

impl<'d> Index<'d> {
    /// The definitions in the section `.maps`; `None` if there is no such section.
    pub(crate) fn map_definitions(&self) -> Result<Option<Vec<MapDefinition<'d>>>, ObjectError> {
        for found in self.named(KindSet::SECTIONS) {
            let (section, name) = found?;
            if name == MAPS {
                let variables = section.rows().map(|[variable, _, _]| self.map_definition(variable));
                return variables.collect::<Result<_, _>>().map(Some);
            }
        }
        Ok(None)
    }

    fn map_definition(&self, id: u32) -> Result<MapDefinition<'d>, ObjectError> {
        let variable = self.record(id)?;
        if variable.kind() != kinds::VAR {
            return Err(ObjectError::NotAVariable { kind: variable.kind(), id, offset: variable.offset });
        }
        let name = self.strings.get(variable.name_off, || variable.offset)?;
        let linkage = match variable.words()? {
            [0] => Linkage::Static,
            [2] => Linkage::Extern,
            [_] => Linkage::Global,
        };
        let map = MapDefinition::new(name, Form::Btf, linkage);
        let read = Definition { index: self, holder: None }.read(map, variable.size_or_type);
        read.map_err(|error| ObjectError::Definition { map: name.to_owned(), error })
    }
}

struct Definition<'i, 'd> {
    index: &'i Index<'d>,
    /// The map that holds the maps so defined.
    holder: Option<&'d str>,
}

impl<'d> Definition<'_, 'd> {
    fn read(&self, mut map: MapDefinition<'d>, id: u32) -> Result<MapDefinition<'d>, DefinitionError> {
        let unreadable = |field: &str| {
            let field = field.to_owned();
            move |error| DefinitionError::Unreadable { field, error }
        };
        let record = self.index.behind(id).map_err(unreadable("type"))?;
        let Some(record) = record.filter(|record| record.kind() == kinds::STRUCT) else {
            return Err(DefinitionError::NotAStruct { found: self.index.type_name(id) });
        };
        let rows = record.rows();
        if rows.len() > MAX_FIELDS {
            return Err(DefinitionError::TooManyFields { found: rows.len(), limit: MAX_FIELDS });
        }
        for (row, [name_off, ty, _]) in rows.enumerate() {
            let at = || record.row_offset::<3>(row);
            let name = self.index.strings.get(name_off, at).map_err(unreadable(&format!("#{row}")))?;
            self.field(&mut map, name, ty)?;
        }
        if map.map_type == 0 {
            return Err(DefinitionError::NoMapType);
        }
        Ok(map)
    }

    /// One field. What is not known is skipped, as newer loaders know more.
    fn field(&self, map: &mut MapDefinition<'d>, field: &str, ty: u32) -> Result<(), DefinitionError> {
        let number = || self.number(field, ty);
        match field {
            "type" => map.map_type = number()?,
            "max_entries" => map.max_entries = number()?,
            "map_flags" => map.map_flags = number()?,
            "numa_node" => map.numa_node = Some(number()?),
            "map_extra" => map.map_extra = Some(number()?),
            "key_size" => give_size(&mut map.key, "key", field, number()?)?,
            "value_size" => give_size(&mut map.value, "value", field, number()?)?,
            "key" => self.give_type(&mut map.key, "key", ty)?,
            "value" => self.give_type(&mut map.value, "value", ty)?,
            "pinning" if self.holder.is_some() => return Err(DefinitionError::InnerPinning),
            "pinning" => {
                map.pinning = match number()? {
                    0 => Pinning::None,
                    1 => Pinning::ByName,
                    found => return Err(DefinitionError::Pinning { found }),
                }
            }
            "values" if self.holder.is_some() => return Err(DefinitionError::NestedTwice),
            "values" => self.values(map, ty)?,
            _ => {}
        }
        Ok(())
    }

    /// A number: the length of the array behind a pointer.
    fn number(&self, field: &str, ty: u32) -> Result<u32, DefinitionError> {
        let read = || -> Result<Option<u32>, BtfError> {
            let Some(array) = self.pointed_at(ty)? else { return Ok(None) };
            match self.index.behind(array)? {
                Some(array) if array.kind() == kinds::ARRAY => array.words().map(|[_, _, len]| Some(len)),
                _ => Ok(None),
            }
        };
        self.expect(read(), field, ty, NUMBER)
    }

    /// A type behind a pointer, and its size. `void` is none.
    fn give_type(&self, slot: &mut KeyOrValue, what: &'static str, ty: u32) -> Result<(), DefinitionError> {
        let id = self.expect(self.pointed_at(ty), what, ty, TYPE)?;
        if id == 0 {
            return Ok(());
        }
        let size = self.expect(self.size_of(id), what, ty, "a pointer to a type that has a size")?;
        check_conflict(*slot, what, what, size)?;
        *slot = if size == 0 { KeyOrValue::None } else { KeyOrValue::Type { id, size } };
        Ok(())
    }

    /// What a map of maps holds, by the definition behind an array of pointers.
    fn values(&self, map: &mut MapDefinition<'d>, ty: u32) -> Result<(), DefinitionError> {
        let read = || -> Result<Option<u32>, BtfError> {
            match self.index.behind(ty)? {
                Some(array) if array.kind() == kinds::ARRAY => {
                    let [element, _, _] = array.words()?;
                    self.pointed_at(element)
                }
                _ => Ok(None),
            }
        };
        let inner = self.expect(read(), "values", ty, VALUES)?;
        // Each value is a descriptor.
        check_conflict(map.value, "value", "values", 4)?;
        if map.value == KeyOrValue::None {
            map.value = KeyOrValue::Size(4);
        }
        // The values of an array of programs are functions.
        if map.map_type != PROG_ARRAY {
            let definition = MapDefinition::new(map.name, Form::Btf, map.linkage);
            let inner = Definition { index: self.index, holder: Some(map.name) }.read(definition, inner)?;
            map.inner = Some(Box::new(inner));
        }
        Ok(())
    }

    fn pointed_at(&self, ty: u32) -> Result<Option<u32>, BtfError> {
        let pointer = self.index.behind(ty)?.filter(|record| record.kind() == kinds::PTR);
        Ok(pointer.map(|pointer| pointer.size_or_type))
    }

    fn expect<T>(
        &self,
        found: Result<Option<T>, BtfError>,
        field: &str,
        ty: u32,
        expected: &'static str,
    ) -> Result<T, DefinitionError> {
        let field = || field.to_owned();
        match found {
            Ok(Some(found)) => Ok(found),
            Ok(None) => Err(DefinitionError::Field { field: field(), found: self.index.type_name(ty), expected }),
            Err(error) => Err(DefinitionError::Unreadable { field: field(), error }),
        }
    }

    /// Bytes of a type as libbpf resolves them (`btf__resolve_size` in `src/btf.c`); `None` where there are none.
    fn size_of(&self, id: u32) -> Result<Option<u32>, BtfError> {
        let (mut at, mut count, mut left) = (id, 1_u32, MAX_CHAIN);
        loop {
            let Some(record) = self.index.behind(at)? else { return Ok(None) };
            let size = match record.kind() {
                kinds::PTR => 8,
                kinds::ARRAY => {
                    let [element, _, len] = record.words()?;
                    (at, count) = (element, count.checked_mul(len).ok_or_else(|| too_large(&record, len, count))?);
                    let too_deep = BtfError::TooDeep { id, offset: record.offset, limit: MAX_CHAIN };
                    left = left.checked_sub(1).ok_or(too_deep)?;
                    continue;
                }
                kinds::INT | kinds::FLOAT | kinds::STRUCT | kinds::UNION | kinds::ENUM | kinds::ENUM64 => {
                    record.size_or_type
                }
                _ => return Ok(None),
            };
            return size.checked_mul(count).map(Some).ok_or_else(|| too_large(&record, count, size));
        }
    }
}

fn too_large(record: &Record<'_>, len: u32, element: u32) -> BtfError {
    BtfError::ArraySize { id: record.id, offset: record.offset, len, element: element.into() }
}

/// A size beside a type has to be the type's; 0 stands for none, as aya's ring buffers have it.
fn give_size(slot: &mut KeyOrValue, what: &'static str, field: &str, size: u32) -> Result<(), DefinitionError> {
    check_conflict(*slot, what, field, size)?;
    *slot = match *slot {
        _ if size == 0 => KeyOrValue::None,
        KeyOrValue::None => KeyOrValue::Size(size),
        known => known,
    };
    Ok(())
}

fn check_conflict(slot: KeyOrValue, what: &'static str, field: &str, size: u32) -> Result<(), DefinitionError> {
    if slot.size() == 0 || size == 0 || slot.size() == size {
        return Ok(());
    }
    Err(DefinitionError::Conflict { what, field: field.to_owned(), first: slot.size(), second: size })
}
