//! Arrays: every index is there from the start, and nothing else.

use mapkey_runtime::map::{InsertFlags, MapType, Meaning, Proof};
use mapkey_runtime::prelude::*;
use mapkey_tests::maps::{NewMap, Types};

use crate::keys::FlowKey;

crate::tests! { every_index_is_there out_of_range_is_no_absence keys_are_indices a_key_of_one_field_is_an_index }

fn array(len: u32) -> NewMap<'static> {
    NewMap::new(MapType::ARRAY, 4, 8, len)
}

fn every_index_is_there() {
    let types = Types::of_scalars("__u32", "__u64");
    let map = CheckedMap::<u32, u64>::from_fd(array(5).typed(&types).make()).unwrap();
    assert!(matches!(map.proof(), Proof::Btf(_)), "{}", map.proof());
    assert_eq!(map.get(&4).unwrap(), Some(0));
    map.insert(&3, &33, InsertFlags::Any).unwrap();
    let elements: Vec<_> = map.iter().map(|element| element.unwrap()).collect();
    assert_eq!(elements, [(0, 0), (1, 0), (2, 0), (3, 33), (4, 0)]);
    assert_eq!(map.len().unwrap(), 5);

    let error = map.remove(&3).unwrap_err();
    assert_eq!(error.meaning, Meaning::NotRemovable);
    assert!(error.to_string().contains("always there and cannot be removed; write zeros instead (EINVAL)"), "{error}");
    let error = map.insert(&3, &1, InsertFlags::NoExist).unwrap_err();
    assert_eq!(error.meaning, Meaning::Exists);
}

/// ENOENT means absence in a hash table alone.
fn out_of_range_is_no_absence() {
    let map = CheckedMap::<u32, u64>::from_fd(array(5).make()).unwrap();
    let error = map.get(&5).unwrap_err();
    assert_eq!(error.meaning, Meaning::IndexOutOfRange { index: 5, max_entries: 5 });
    assert!(error.to_string().ends_with("index 5 is out of range: the map has 5 elements, 0 to 4 (ENOENT)"), "{error}");
    let error = map.insert(&5, &1, InsertFlags::Any).unwrap_err();
    assert!(error.to_string().ends_with("index 5 is out of range: the map has 5 elements, 0 to 4 (E2BIG)"), "{error}");
    assert!(map.contains(&5).is_err());
}

fn keys_are_indices() {
    let map = array(5).make();
    // Without BTF the type of the map is the proof.
    let by_type = CheckedMap::<u32, u64>::from_fd(&map).unwrap();
    assert!(matches!(by_type.proof(), Proof::MapType));
    let refused = CheckedMap::<FlowKey, u64>::from_fd(&map).unwrap_err();
    assert!(matches!(refused, CheckError::KeyRule { .. }));
    assert!(
        refused.to_string().contains("its keys are indices, a `u32` in this machine's order; use `u32`"),
        "{refused}"
    );
    let refused = CheckedMap::<Be<u32>, u64>::from_fd(&map).unwrap_err();
    assert!(matches!(refused, CheckError::KeyRule { .. }), "{refused}");
    let refused = CheckedMap::<u64, u64>::from_fd(&map).unwrap_err();
    assert!(matches!(refused, CheckError::KeyRule { .. }), "{refused}");
}

fn a_key_of_one_field_is_an_index() {
    #[derive(Clone, Copy, MapKey)]
    #[repr(transparent)]
    struct Slot(u32);

    #[derive(Clone, Copy, MapKey)]
    #[repr(u32)]
    enum Counter {
        Packets = 0,
        Bytes = 1,
    }

    let map = array(2).make();
    CheckedMap::<u32, u64>::from_fd(&map).unwrap().insert(&1, &9, InsertFlags::Any).unwrap();
    assert_eq!(CheckedMap::<Slot, u64>::from_fd(&map).unwrap().get(&Slot(1)).unwrap(), Some(9));
    let counters = CheckedMap::<Counter, u64>::from_fd(&map).unwrap();
    assert_eq!(counters.get(&Counter::Bytes).unwrap(), Some(9));
    assert_eq!(counters.get(&Counter::Packets).unwrap(), Some(0));
}
