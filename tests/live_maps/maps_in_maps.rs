//! Maps of maps: what is written are descriptors, what is read are ids.

use std::fs::File;
use std::os::fd::AsFd;

use mapkey_runtime::map::{InsertFlags, Map, MapType, Meaning, NotProven, Proof};
use mapkey_runtime::prelude::*;
use mapkey_tests::maps::NewMap;

use crate::keys::{FlowKey, flows};

crate::tests! { hash_of_maps array_of_maps something_else_than_a_map }

fn hash_of_maps() {
    let inner = flows(MapType::HASH, 8);
    let outer = NewMap::new(MapType::HASH_OF_MAPS, 16, 4, 8).holding(inner.as_fd()).make();

    // The kernel takes no BTF for maps of maps (`map_check_no_btf` in kernel/bpf/syscall.c).
    let refused = CheckedMap::<FlowKey, u32>::from_fd(&outer).unwrap_err();
    assert!(matches!(refused, CheckError::NotProven { reason: NotProven::NoBtf, .. }), "{refused}");

    let outer = Map::from_fd(outer).unwrap().check_without_proof::<FlowKey, u32>().unwrap();
    let key = FlowKey::numbered(1);
    assert!(outer.get_map(&key).unwrap().is_none());
    outer.insert_fd(&key, &inner, InsertFlags::Any).unwrap();

    let found = outer.get_map(&key).unwrap().unwrap();
    let inner = CheckedMap::<FlowKey, u64>::from_fd(inner).unwrap();
    assert_eq!(found.info().id, inner.info().id);
    assert_eq!(outer.get(&key).unwrap(), Some(inner.info().id));
    let found = found.check::<FlowKey, u64>().unwrap();
    found.insert(&key, &5, InsertFlags::Any).unwrap();
    assert_eq!(inner.get(&key).unwrap(), Some(5));
    assert_eq!(outer.iter().map(|element| element.unwrap()).collect::<Vec<_>>(), [(key, inner.info().id)]);
}

fn array_of_maps() {
    let inner = flows(MapType::HASH, 8);
    let outer = NewMap::new(MapType::ARRAY_OF_MAPS, 4, 4, 3).holding(inner.as_fd()).make();
    let outer = CheckedMap::<u32, u32>::from_fd(outer).unwrap();
    assert!(matches!(outer.proof(), Proof::MapType));
    outer.insert_fd(&1, &inner, InsertFlags::Any).unwrap();
    let id = Map::from_fd(&inner).unwrap().info().id;
    assert_eq!(outer.get(&1).unwrap(), Some(id));
    assert_eq!(outer.get(&0).unwrap(), None, "a slot without a map");
    assert_eq!(outer.get(&3).unwrap_err().meaning, Meaning::IndexOutOfRange { index: 3, max_entries: 3 });
    assert_eq!(outer.iter().map(|element| element.unwrap()).collect::<Vec<_>>(), [(1, id)]);
    assert!(outer.remove(&1).unwrap());
    assert!(!outer.remove(&1).unwrap());
}

fn something_else_than_a_map() {
    let inner = flows(MapType::HASH, 8);
    let other = NewMap::new(MapType::HASH, 4, 4, 8).make();
    let outer = NewMap::new(MapType::ARRAY_OF_MAPS, 4, 4, 3).holding(inner.as_fd()).make();
    let outer = CheckedMap::<u32, u32>::from_fd(outer).unwrap();
    let file = File::open("/proc/self/status").unwrap();
    let error = outer.insert_fd(&1, &file, InsertFlags::Any).unwrap_err();
    assert_eq!(error.meaning, Meaning::NotADescriptor);
    let error = outer.insert_fd(&1, &other, InsertFlags::Any).unwrap_err();
    assert_eq!(error.meaning, Meaning::NotADescriptor);
    assert!(error.to_string().contains("of the same type and sizes as the map that it was made with"), "{error}");

    let plain = CheckedMap::<FlowKey, u64>::from_fd(&inner).unwrap();
    let error = plain.insert_fd(&FlowKey::numbered(1), &inner, InsertFlags::Any).unwrap_err();
    assert_eq!((error.meaning, error.errno), (Meaning::NotOfDescriptors, None));
}
