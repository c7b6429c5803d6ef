//! Hash tables.

use std::collections::BTreeMap;

use mapkey_runtime::map::{InsertFlags, MapType, Meaning, Proof};
use mapkey_runtime::prelude::*;
use mapkey_tests::maps::{NO_PREALLOC, NewMap};

use crate::keys::{FlowKey, flow_types, flows};

crate::tests! { reads_and_writes without_preallocation evicts insert_flags zeros_are_a_key one_of_each_width }

fn reads_and_writes() {
    for map_type in [MapType::HASH, MapType::LRU_HASH] {
        let map = CheckedMap::<FlowKey, u64>::from_fd(flows(map_type, 64)).unwrap();
        assert!(matches!(map.proof(), Proof::Btf(_)), "{}", map.proof());
        let keys: Vec<_> = (0..20).map(FlowKey::numbered).collect();
        assert_eq!(map.get(&keys[0]).unwrap(), None);
        assert!(!map.contains(&keys[0]).unwrap());
        for (key, value) in keys.iter().zip(100u64..) {
            map.insert(key, &value, InsertFlags::Any).unwrap();
        }
        assert_eq!(map.get(&keys[7]).unwrap(), Some(107));
        assert!(map.contains(&keys[7]).unwrap());
        assert!(map.remove(&keys[7]).unwrap());
        assert!(!map.remove(&keys[7]).unwrap());
        assert_eq!(map.get(&keys[7]).unwrap(), None);
        assert_eq!(map.len().unwrap(), 19);

        let expected: BTreeMap<_, _> = keys.iter().copied().zip(100u64..).filter(|&(key, _)| key != keys[7]).collect();
        let found: BTreeMap<_, _> = map.iter().map(|element| element.unwrap()).collect();
        assert_eq!(found, expected, "{map_type}");
    }
}

fn without_preallocation() {
    let map = NewMap::new(MapType::HASH, 16, 8, 4).typed(&flow_types()).flags(NO_PREALLOC).make();
    let map = CheckedMap::<FlowKey, u64>::from_fd(map).unwrap();
    assert_eq!(map.info().flags.to_string(), "no_prealloc");
    map.insert(&FlowKey::numbered(1), &1, InsertFlags::Any).unwrap();
    assert_eq!(map.get(&FlowKey::numbered(1)).unwrap(), Some(1));
}

fn evicts() {
    let map = CheckedMap::<FlowKey, u64>::from_fd(flows(MapType::LRU_HASH, 16)).unwrap();
    for number in 0..1_000 {
        map.insert(&FlowKey::numbered(number), &1, InsertFlags::Any).unwrap();
    }
    let left = map.len().unwrap();
    assert!((1..=16).contains(&left), "{left}");
}

fn insert_flags() {
    let map = CheckedMap::<FlowKey, u64>::from_fd(flows(MapType::HASH, 4)).unwrap();
    let key = FlowKey::numbered(1);
    let error = map.insert(&key, &1, InsertFlags::Exist).unwrap_err();
    assert_eq!(error.meaning, Meaning::Absent);
    assert!(error.to_string().ends_with("(hash): there is no such element (ENOENT)"), "{error}");
    map.insert(&key, &1, InsertFlags::NoExist).unwrap();
    map.insert(&key, &2, InsertFlags::Exist).unwrap();
    let error = map.insert(&key, &3, InsertFlags::NoExist).unwrap_err();
    assert_eq!(error.meaning, Meaning::Exists);
    assert_eq!(map.get(&key).unwrap(), Some(2));
}

/// The walk starts from the null key: starting from a key of zeros would lose what lies before it.
fn zeros_are_a_key() {
    let map = CheckedMap::<FlowKey, u64>::from_fd(flows(MapType::HASH, 64)).unwrap();
    let zero = FlowKey::from_bytes(&[0; 16]).unwrap();
    map.insert(&zero, &0, InsertFlags::Any).unwrap();
    for number in 1..40 {
        map.insert(&FlowKey::numbered(number), &u64::from(number), InsertFlags::Any).unwrap();
    }
    for walk in [map.walk(), map.walk_by_keys()] {
        let mut walk = walk;
        let (mut count, mut zeros) = (0, 0);
        while let Some(element) = walk.next().unwrap() {
            count += 1;
            zeros += usize::from(element.key == [0; 16]);
        }
        assert_eq!((count, zeros), (40, 1));
    }
    assert_eq!(map.get(&zero).unwrap(), Some(0), "a value of zero is a value");
}

/// Keys that need no derive.
fn one_of_each_width() {
    fn check<K: MapKey + PartialEq + std::fmt::Debug>(c_type: &str, key: K) {
        let size = u32::try_from(size_of::<K>()).unwrap();
        let types = mapkey_tests::maps::Types::of_scalars(c_type, "__u32");
        let map = NewMap::new(MapType::HASH, size, 4, 2).typed(&types).make();
        let map = CheckedMap::<K, u32>::from_fd(map).unwrap();
        map.insert(&key, &7, InsertFlags::Any).unwrap();
        assert_eq!(map.iter().next().unwrap().unwrap(), (key, 7));
    }
    check("__u8", 1u8);
    check("__u16", 2u16);
    check("__u32", 3u32);
    check("__u64", 4u64);
    check("__be32", Be::new(5u32));
    check("__u8[6]", Mac::from_octets([6; 6]));
    check("__u8[16]", [7u8; 16]);
}
