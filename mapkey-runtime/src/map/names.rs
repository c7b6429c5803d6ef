//! Maps by their names.

use mapkey_layout::btf::Btf;

use super::{Access, Map, MapInfo, OpenError};
use crate::sys::{self, Errno, NAME_KEPT};

/// What the kernel keeps of a name.
fn kept(name: &str) -> &[u8] {
    name.as_bytes().get(..NAME_KEPT).unwrap_or(name.as_bytes())
}

/// Opens all maps that can have been called `name` where they were declared.
pub(super) fn open_all(name: &str, access: Access) -> Result<Vec<Map>, OpenError> {
    let mut found = Vec::new();
    let mut others = Vec::new();
    for id in sys::map_ids() {
        let id = id.map_err(|errno| match errno {
            Errno(libc::EPERM) => OpenError::NamesNeedAdmin { name: name.to_owned() },
            errno => OpenError::Unreadable { what: "the list of maps".to_owned(), error: errno.into() },
        })?;
        let map = match Map::open_id(id, access) {
            Ok(map) => map,
            // It went away meanwhile.
            Err(OpenError::NoSuchId { .. }) => continue,
            Err(error) => return Err(error),
        };
        if is_called(map.info(), name) {
            found.push(map);
        } else {
            others.push(map.info().name.clone());
        }
    }
    if found.is_empty() {
        let nearest = mapkey_layout::nearest(name, others.iter().map(String::as_str), 2);
        let nearest = nearest.into_iter().map(str::to_owned).collect();
        return Err(OpenError::NoSuchName { name: name.to_owned(), nearest });
    }
    Ok(found)
}

impl MapInfo {
    /// Whether the kernel's part of the name, 15 bytes, is that of `name`.
    pub(crate) fn keeps_of(&self, name: &str) -> bool {
        self.name.as_bytes() == kept(name)
    }
}

/// Whether the kernel's 15 bytes are those of `name`, and the map's BTF, if it can be read, knows no longer name that
/// contradicts.
fn is_called(map: &MapInfo, name: &str) -> bool {
    if !map.keeps_of(name) {
        return false;
    }
    // A name of 15 bytes is what the kernel kept, and what every tool prints.
    if name.len() <= NAME_KEPT {
        return true;
    }
    let full = full_names(map);
    full.is_empty() || full.iter().any(|full| full == name)
}

/// The names in the map's BTF that begin as the map's does: those of the object's map definitions.
pub(crate) fn full_names(map: &MapInfo) -> Vec<String> {
    if map.btf_id == 0 {
        return Vec::new();
    }
    let Ok(loaded) = sys::btf_of_id(map.btf_id) else { return Vec::new() };
    let Ok(btf) = Btf::parse(&loaded.bytes) else { return Vec::new() };
    let Ok(index) = btf.index(&[]) else { return Vec::new() };
    let names = index.variable_names().flatten();
    names.filter(|name| name.as_bytes().starts_with(map.name.as_bytes())).map(str::to_owned).collect()
}
