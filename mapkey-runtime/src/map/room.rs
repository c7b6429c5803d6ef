//! Whether a map has room for more elements.

use super::{KeyRule, MapInfo, MapType};

/// What is left of a map's room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    /// Its elements are not inserted, or not counted.
    NotCounted,
    /// Another element fits.
    Left,
    /// Another element may throw one out.
    Evicts,
    /// An insert of a new key fails.
    Full,
}

impl MapInfo {
    /// What is left when the map has `entries` elements.
    pub(crate) fn room(&self, entries: u64) -> Room {
        let most = u64::from(self.max_entries);
        let can_be_full = matches!(self.map_type.key_rule(), KeyRule::Bytes | KeyRule::Prefix)
            && !matches!(self.map_type, MapType::CGROUP_STORAGE | MapType::PERCPU_CGROUP_STORAGE);
        if self.map_type.evicts() {
            // Free elements wait in lists of each processor, which keep such a map below its size for ever.
            if most > 0 && entries.saturating_mul(4) >= most * 3 { Room::Evicts } else { Room::Left }
        } else if !can_be_full || most == 0 {
            Room::NotCounted
        } else if entries >= most {
            Room::Full
        } else {
            Room::Left
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::RawMapInfo;

    fn room(map_type: MapType, entries: u64) -> Room {
        MapInfo::new(&RawMapInfo { map_type: map_type.raw(), max_entries: 10, ..Default::default() }).room(entries)
    }

    #[test]
    fn depends_on_the_type() {
        assert_eq!((room(MapType::HASH, 9), room(MapType::HASH, 10)), (Room::Left, Room::Full));
        assert_eq!((room(MapType::LRU_HASH, 7), room(MapType::LRU_HASH, 8)), (Room::Left, Room::Evicts));
        assert_eq!((room(MapType::ARRAY, 10), room(MapType::CGROUP_STORAGE, 10)), (Room::NotCounted, Room::NotCounted));
    }
}
