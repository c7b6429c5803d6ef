//! What `mapkey layout --object` prints: the maps that a compiled eBPF object declares.

use std::io::Write;
use std::path::Path;

use mapkey_layout::TypeLayout;
use mapkey_layout::btf::Index;
use mapkey_layout::object::{Form, KeyOrValue, Linkage, MapDefinition, Pinning};
use mapkey_layout::types::TypeNames;
use mapkey_runtime::map::MapType;
use mapkey_runtime::{NotCheckable, Object, SourceError};
use serde::Serialize;

use crate::{Failure, Outcome};

/// All maps, each with its type, keys, values and users.
pub(crate) fn list(path: &Path, json: bool, out: &mut impl Write) -> Result<Outcome, Failure> {
    let object = Object::file(path)?;
    let btf = object.btf().and_then(|btf| btf.index(&[])).ok();
    let maps = object.maps()?;
    if maps.is_empty() && !json {
        writeln!(out, "{object} declares no maps")?;
    }
    for (position, definition) in maps.iter().enumerate() {
        let map = Map::of(definition, btf.as_ref());
        if json {
            serde_json::to_writer(&mut *out, &map)?;
            writeln!(out)?;
        } else {
            let gap = if position == 0 { "" } else { "\n" };
            write!(out, "{gap}")?;
            map.write(out)?;
        }
    }
    Ok(Outcome::Well)
}

/// The layout of the keys of the map called `name`; `None` where the object has no such map, and the name can be a type's.
pub(crate) fn key_layout(path: &Path, name: &str) -> Result<Option<TypeLayout>, Failure> {
    let object = Object::file(path)?;
    match object.map(name) {
        Ok(source) => Ok(source.designated_layout().transpose()?),
        Err(error @ SourceError::NoSuchMap { .. }) => {
            // Neither a map nor a type: the message that has the maps' names knows best what was meant.
            let types = mapkey_layout::type_layouts(name, &object.btf()?, &object.to_string());
            let is_unknown = matches!(&types, Err(NotCheckable::NoSuchType { nearest, .. }) if nearest.is_empty());
            if is_unknown { Err(error.into()) } else { Ok(None) }
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Serialize)]
struct Map<'m> {
    name: &'m str,
    #[serde(rename = "type")]
    map_type: String,
    key: Option<Slot>,
    value: Option<Slot>,
    max_entries: u32,
    flags: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    map_extra: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    numa_node: Option<u32>,
    pinning: &'static str,
    section: &'static str,
    linkage: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    inner: Option<Box<Map<'m>>>,
    used_by: &'m [&'m str],
}

/// A key or a value.
#[derive(Serialize)]
struct Slot {
    /// The type as one writes it in C.
    #[serde(rename = "type")]
    name: Option<String>,
    size: u32,
}

impl Slot {
    fn of(slot: KeyOrValue, btf: Option<&Index<'_>>) -> Option<Self> {
        let name = slot.type_id().zip(btf).map(|(id, btf)| btf.type_name(id));
        (slot != KeyOrValue::None).then(|| Self { name, size: slot.size() })
    }

    fn text(slot: Option<&Self>) -> String {
        let bytes = |size: u32| format!("{size} byte{}", if size == 1 { "" } else { "s" });
        match slot {
            None => "none".to_owned(),
            Some(Self { name: Some(name), size }) => format!("{name}, {}", bytes(*size)),
            Some(Self { name: None, size }) => format!("{}, of no type", bytes(*size)),
        }
    }
}

impl<'m> Map<'m> {
    fn of(map: &'m MapDefinition<'m>, btf: Option<&Index<'_>>) -> Self {
        Self {
            name: map.name,
            map_type: MapType::from_raw(map.map_type).to_string(),
            key: Slot::of(map.key, btf),
            value: Slot::of(map.value, btf),
            max_entries: map.max_entries,
            flags: map.map_flags,
            map_extra: map.map_extra,
            numa_node: map.numa_node,
            pinning: if map.pinning == Pinning::ByName { "by-name" } else { "none" },
            section: if map.form == Form::Legacy { "maps" } else { ".maps" },
            linkage: match map.linkage {
                Linkage::Static => "static",
                Linkage::Extern => "extern",
                _ => "global",
            },
            inner: map.inner.as_deref().map(|inner| Box::new(Self::of(inner, btf))),
            used_by: &map.used_by,
        }
    }

    fn write(&self, out: &mut impl Write) -> Result<(), Failure> {
        let details = [
            Some(self.map_type.clone()),
            self.room(),
            (self.flags != 0).then(|| format!("flags {:#x}", self.flags)),
            self.map_extra.map(|extra| format!("map_extra {extra}")),
            self.numa_node.map(|node| format!("NUMA node {node}")),
            (self.pinning != "none").then(|| "pinned by its name".to_owned()),
            (self.linkage != "global").then(|| self.linkage.to_owned()),
            (self.section == "maps").then(|| "defined in a section maps, without types".to_owned()),
        ];
        let details: Vec<_> = details.into_iter().flatten().collect();
        writeln!(out, "{}: {}", self.name, details.join(", "))?;
        writeln!(out, "    key    {}", Slot::text(self.key.as_ref()))?;
        writeln!(out, "    value  {}", Slot::text(self.value.as_ref()))?;
        if let Some(inner) = &self.inner {
            let (key, value) = (Slot::text(inner.key.as_ref()), Slot::text(inner.value.as_ref()));
            let room = inner.room().map_or_else(String::new, |room| format!(", {room}"));
            writeln!(out, "    holds  {}{room}, key {key}, value {value}", inner.map_type)?;
        }
        let users = if self.used_by.is_empty() { "no program".to_owned() } else { self.used_by.join(", ") };
        writeln!(out, "    used by {users}")?;
        Ok(())
    }

    /// How much there is room for: `max_entries` are the bytes of a ring buffer.
    fn room(&self) -> Option<String> {
        let (one, several) = match self.map_type.as_str() {
            "ringbuf" | "user_ringbuf" => ("byte", "bytes"),
            "arena" => ("page", "pages"),
            _ => ("entry", "entries"),
        };
        let unit = if self.max_entries == 1 { one } else { several };
        (self.max_entries > 0).then(|| format!("{} {unit}", self.max_entries))
    }
}
