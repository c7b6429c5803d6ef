//! The object that a map was made from as the proof, where the map's own BTF cannot be.

use mapkey_runtime::map::{Access, Map, MapType, NotProven, Proof};
use mapkey_runtime::prelude::*;
use mapkey_tests::maps::{NO_PREALLOC, NewMap, Types};
use mapkey_tests::rights::as_nobody;

crate::tests! {
    without_btf without_the_right_to_read_it another_type_and_sizes another_key names_that_are_not_there
    btf_that_contradicts
}

/// The key of `flows` in the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, MapKey)]
#[repr(C)]
struct FlowKey {
    saddr: Be<u32>,
    daddr: Be<u32>,
    sport: Be<u16>,
    dport: Be<u16>,
    l4_proto: u8,
    _pad: Padding<3>,
}

type Stats = [u64; 2];

fn object() -> Object {
    let bytes = include_bytes!("../../examples/flow-monitor/flow.bpf.o");
    Object::bytes(bytes.as_slice(), "flow.bpf.o").unwrap()
}

fn flows() -> NewMap<'static> {
    NewMap::new(MapType::LRU_HASH, 16, 16, 10_240).named("flows")
}

fn without_btf() {
    let map = Map::from_fd(flows().make()).unwrap().check_by_object::<FlowKey, Stats>(&object(), "flows").unwrap();
    assert!(matches!(map.proof(), Proof::Object(_)), "{}", map.proof());
    let expected = "match: FlowKey against struct flow_key, the key of map `flows` in flow.bpf.o";
    assert!(map.proof().to_string().starts_with(expected), "{}", map.proof());
    assert_eq!(map.get(&FlowKey::new(Be::new(1), Be::new(2), Be::new(3), Be::new(4), 6)).unwrap(), None);
    // Loaders choose the number of elements.
    let fewer = NewMap::new(MapType::LRU_HASH, 16, 16, 64).make();
    Map::from_fd(fewer).unwrap().check_by_object::<FlowKey, Stats>(&object(), "flows").unwrap();
}

fn without_the_right_to_read_it() {
    let types = Types::load(|btf| (btf.structure("anything", 16, &[]), btf.structure("stats", 16, &[])));
    let map = flows().typed(&types).make();
    as_nobody(|| {
        let map = Map::from_fd(&map).unwrap().check_by_object::<FlowKey, Stats>(&object(), "flows").unwrap();
        assert!(matches!(map.proof(), Proof::Object(_)));
    });
}

fn another_type_and_sizes() {
    let other = NewMap::new(MapType::HASH, 20, 8, 4).flags(NO_PREALLOC).named("flows").make();
    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    struct Longer {
        flow: FlowKey,
        ifindex: u32,
    }
    let map = Map::from_fd(&other).unwrap();
    let name = map.info().to_string();
    let refused = map.check_by_object::<Longer, u64>(&object(), "flows").unwrap_err();
    let expected = format!(
        "{name} is not the map that flow.bpf.o declares:\n  type: declared lru_hash, found hash\n  key size: declared 16, \
         found 20\n  value size: declared 16, found 8\n  flags: declared none, found no_prealloc\n  remove the pin or the old \
         map, or use the object that made it"
    );
    assert_eq!(refused.to_string(), expected);
    let CheckError::NotTheObjects { differences, .. } = refused else { panic!("{refused}") };
    assert_eq!((differences[1].declared.as_str(), differences[1].found.as_str()), ("16", "20"));
}

fn another_key() {
    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    struct Swapped {
        daddr: Be<u32>,
        saddr: Be<u32>,
        sport: Be<u16>,
        dport: Be<u16>,
        l4_proto: u8,
        _pad: Padding<3>,
    }
    let map = Map::from_fd(flows().make()).unwrap();
    let refused = map.check_by_object::<Swapped, Stats>(&object(), "flows").unwrap_err();
    assert!(matches!(refused, CheckError::Mismatch(_)));
    assert!(refused.to_string().contains("the key of map `flows` in flow.bpf.o"), "{refused}");
}

fn names_that_are_not_there() {
    let map = Map::from_fd(flows().make()).unwrap();
    let refused = map.check_by_object::<FlowKey, Stats>(&object(), "flow").unwrap_err();
    assert!(matches!(refused, CheckError::NotProven { reason: NotProven::Key(_), .. }));
    assert!(refused.to_string().ends_with("flow.bpf.o declares no map `flow`; did you mean `flows`?"), "{refused}");
}

fn btf_that_contradicts() {
    let types = Types::load(|btf| {
        let word = btf.int("unsigned int", 4, 0);
        (
            btf.structure("other", 16, &[("a", word, 0), ("b", word, 32), ("c", word, 64), ("d", word, 96)]),
            btf.structure("stats", 16, &[]),
        )
    });
    let map = Map::from_fd(flows().typed(&types).make()).unwrap();
    assert_eq!(map.access().unwrap(), Access::ReadWrite);
    let refused = map.check_by_object::<FlowKey, Stats>(&object(), "flows").unwrap_err();
    assert!(matches!(refused, CheckError::Mismatch(_)));
    assert!(refused.to_string().contains("struct other"), "{refused}");
}
