//! All maps, in a table.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::key_type::{layout, same_name, spell};
use super::{Holder, Holders, Pins, Processes};
use crate::map::{Access, Map, MapInfo, MapType, OpenError};
use crate::program::{Attached, Program, Programs, SEES_PROCESSES};
use crate::sys::{self, Errno};

/// Every map that this user can see.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct MapTable {
    /// The maps, by their ids.
    pub rows: Vec<MapRow>,
    /// What could not be seen, and which right would show it; each a sentence.
    pub unseen: Vec<String>,
}

/// A map in the table. Sizes are in bytes.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct MapRow {
    /// The id.
    pub id: u32,
    /// The name, of which the kernel keeps 15 bytes.
    pub name: String,
    /// The type: `lru_hash`.
    #[cfg_attr(feature = "serde", serde(rename = "type"))]
    pub map_type: String,
    /// The keys' type as C writes it, from the map's BTF: `struct flow_key`.
    pub key_type: Option<String>,
    /// Bytes of a key.
    pub key_size: u32,
    /// Bytes of a value, of one processor's for a per-CPU map.
    pub value_size: u32,
    /// The most elements.
    pub max_entries: u32,
    /// How many elements there are.
    pub entries: Entries,
    /// What it was made with: `no_prealloc|rdonly`, or `none`.
    pub flags: String,
    /// Where it is pinned.
    pub pins: Vec<PathBuf>,
    /// The programs that use it; `None` where they cannot be seen.
    pub programs: Option<Vec<RowProgram>>,
    /// The processes that have it open, as far as they can be seen.
    pub holders: Vec<Holder>,
    /// Other maps of the same name.
    pub same_name: Vec<u32>,
    /// Maps of maps that hold it.
    pub held_in: Vec<u32>,
    /// Whether no loaded program uses it; `None` where that is not known.
    pub unused: Option<bool>,
}

/// How many elements a map has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Entries {
    /// So many when they were counted.
    Counted(usize),
    /// More than were counted.
    MoreThan(usize),
    /// They were not counted, or cannot be.
    Unknown,
}

/// A program that uses a map.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct RowProgram {
    /// The id.
    pub id: u32,
    /// The name.
    pub name: String,
    /// The type: `xdp`.
    #[cfg_attr(feature = "serde", serde(rename = "type"))]
    pub program_type: String,
    /// Whether it is attached.
    pub attached: Attached,
    /// Where, each as a person reads it.
    pub attachments: Vec<String>,
}

impl MapTable {
    /// Lists all maps; `count` is the number of elements up to which the entries of a map are counted, by walking over
    /// them: 0 for not at all.
    ///
    /// With `CAP_SYS_ADMIN` that is every map of the system; without, those with a pin that this user may open.
    #[must_use]
    pub fn read(count: usize) -> Self {
        let processes = Processes::scan();
        let (pins, holders) = (Pins::scan(), Holders::among(&processes));
        let mut table = Self::default();
        let programs = match Programs::load_beside(&processes) {
            Ok(programs) => Some(programs),
            Err(error) => {
                table.unseen.push(error.to_string());
                None
            }
        };
        let maps = table.maps(&pins);
        for map in &maps {
            let info = map.info();
            let mut row = MapRow::new(map, count);
            row.pins = pins.of_map(info.id).map(Into::into).collect();
            row.holders = holders.of_map(info.id).to_vec();
            if let Some(programs) = &programs {
                let users = programs.users_of(info.id);
                row.held_in = programs.holding(info.id).collect();
                row.unused = if !users.users.is_empty() {
                    Some(false)
                } else if users.gaps.is_empty() {
                    Some(true)
                } else {
                    None
                };
                row.programs = Some(users.users.iter().map(|user| RowProgram::new(&user.program)).collect());
            }
            table.rows.push(row);
        }
        mark_same_names(&mut table.rows, &maps);
        let hidden = holders.hidden();
        table.unseen.extend(
            hidden.map(|hidden| format!("which maps are held open by {hidden} cannot be seen: {SEES_PROCESSES}")),
        );
        let closed = pins.unseen.iter().map(|path| format!("{} cannot be opened by this user", path.display()));
        table.unseen.extend(closed);
        if pins.cut {
            table.unseen.push("there are more pins than are looked at".to_owned());
        }
        table
    }

    /// All maps, or those that are pinned where this user may open them.
    fn maps(&mut self, pins: &Pins) -> Vec<Map> {
        let mut maps = Vec::new();
        for id in sys::map_ids() {
            match id {
                Ok(id) => match Map::open_id(id, Access::ReadOnly) {
                    Ok(map) => maps.push(map),
                    Err(OpenError::NoSuchId { .. }) => {}
                    Err(error) => self.unseen.push(error.to_string()),
                },
                Err(Errno(libc::EPERM)) => {
                    let what = "maps cannot be listed: that needs CAP_SYS_ADMIN; only maps with a pin that this user may \
                                open are shown";
                    self.unseen.push(what.to_owned());
                    let pinned =
                        pins.maps().into_iter().filter_map(|(_, path)| Map::open_pinned(path, Access::ReadOnly).ok());
                    return pinned.collect();
                }
                Err(errno) => self.unseen.push(format!("maps cannot be listed: {errno}")),
            }
        }
        maps
    }
}

/// Those alone are compared whose 15 bytes are equal.
fn mark_same_names(rows: &mut [MapRow], maps: &[Map]) {
    let mut by_name: BTreeMap<&str, Vec<&MapInfo>> = BTreeMap::new();
    for map in maps {
        by_name.entry(&map.info().name).or_default().push(map.info());
    }
    for (row, map) in rows.iter_mut().zip(maps) {
        let alike = by_name.get(map.info().name.as_str()).into_iter().flatten();
        let others = alike.filter(|other| other.id != map.info().id && same_name(map.info(), other));
        row.same_name = others.map(|other| other.id).collect();
    }
}

impl MapRow {
    fn new(map: &Map, count: usize) -> Self {
        let info = map.info();
        Self {
            id: info.id,
            name: info.name.clone(),
            map_type: info.map_type.to_string(),
            key_type: layout(map).as_ref().and_then(spell),
            key_size: info.key_size,
            value_size: info.value_size,
            max_entries: info.max_entries,
            entries: entries(map, count),
            flags: info.flags.to_string(),
            pins: Vec::new(),
            programs: None,
            holders: Vec::new(),
            same_name: Vec::new(),
            held_in: Vec::new(),
            unused: None,
        }
    }
}

fn entries(map: &Map, most: usize) -> Entries {
    let info = map.info();
    if info.map_type.is_array() {
        return usize::try_from(info.max_entries).map_or(Entries::Unknown, Entries::Counted);
    }
    // These have elements that no walk shows.
    let is_opaque = info.key_size == 0 || matches!(info.map_type, MapType::STRUCT_OPS | MapType::INSN_ARRAY);
    if most == 0 || is_opaque {
        return Entries::Unknown;
    }
    let mut walk = map.walk();
    let mut count = 0;
    loop {
        match walk.next() {
            Ok(Some(_)) if count == most => return Entries::MoreThan(most),
            Ok(Some(_)) => count += 1,
            Ok(None) => return Entries::Counted(count),
            Err(_) => return Entries::Unknown,
        }
    }
}

impl RowProgram {
    fn new(program: &Program) -> Self {
        Self {
            id: program.info.id,
            name: program.info.name.clone(),
            program_type: program.info.program_type.to_string(),
            attached: program.attached(),
            attachments: program.attachments.iter().map(ToString::to_string).collect(),
        }
    }
}
