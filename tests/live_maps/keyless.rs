//! Maps without keys.

use mapkey_runtime::map::{Access, KeyRule, Map, MapType, Meaning};
use mapkey_runtime::prelude::*;
use mapkey_tests::maps::NewMap;
use mapkey_tests::{Since, lacks};

crate::tests! { have_no_keys can_be_seen_and_not_walked_over }

/// Type, key and value size, entries, and the kernel that first had it.
const KEYLESS: [(MapType, u32, u32, Since); 5] = [
    (MapType::QUEUE, 8, 4, Since(4, 20)),
    (MapType::STACK, 8, 4, Since(4, 20)),
    (MapType::BLOOM_FILTER, 8, 4, Since(5, 16)),
    (MapType::RINGBUF, 0, 1 << 16, Since(5, 8)),
    (MapType::USER_RINGBUF, 0, 1 << 16, Since(6, 1)),
];

fn maps() -> impl Iterator<Item = Map> {
    KEYLESS.into_iter().filter_map(|(map_type, value_size, entries, since)| {
        let map = NewMap::new(map_type, 0, value_size, entries).create();
        Some(Map::from_fd(lacks(&format!("maps of type {map_type}"), since, map)?).unwrap())
    })
}

fn have_no_keys() {
    for map in maps() {
        let map_type = map.info().map_type;
        assert_eq!(map.access().unwrap(), Access::ReadWrite);
        let refused = map.check_without_proof::<u32, u64>().unwrap_err();
        assert!(matches!(refused, CheckError::KeyRule { rule: KeyRule::None, .. }), "{map_type}: {refused}");
        assert!(refused.to_string().contains("it has no keys"), "{refused}");
    }
}

fn can_be_seen_and_not_walked_over() {
    for map in maps() {
        let map_type = map.info().map_type;
        assert!(map.is_open());
        map.verify().unwrap();
        let error = map.walk().next().unwrap_err();
        assert_eq!(error.meaning, Meaning::NotSupported, "{map_type}: {error}");
        assert!(map.len().is_err(), "{map_type}");
    }
}
