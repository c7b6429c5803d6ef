//! What a handle needs before it exists: sizes, and the key's type field by field.

use mapkey_runtime::DifferenceKind;
use mapkey_runtime::map::{Access, Map, MapType, NotProven, Proof};
use mapkey_runtime::prelude::*;
use mapkey_tests::bpffs::BpfFs;
use mapkey_tests::maps::{NewMap, Types, pin};

use crate::keys::{FlowKey, flow_types};

crate::tests! {
    fields_swapped_at_equal_size a_pin_whose_key_grew a_map_without_btf a_map_whose_keys_have_no_type
    another_value_size rusts_own_names both_sides_are_drawn
}

fn made_by(types: &Types, key_size: u32) -> CheckError {
    let map = NewMap::new(MapType::HASH, key_size, 8, 4).typed(types).make();
    CheckedMap::<FlowKey, u64>::from_fd(map).unwrap_err()
}

fn fields_swapped_at_equal_size() {
    let swapped = [
        ("daddr", "__be32", 0),
        ("saddr", "__be32", 4),
        ("sport", "__be16", 8),
        ("dport", "__be16", 10),
        ("proto", "__u8", 12),
    ];
    let CheckError::Mismatch(report) = made_by(&Types::of_struct("flow_key", 16, &swapped), 16) else {
        panic!("a mismatch")
    };
    let found: Vec<_> = report.differences.iter().map(|found| (found.kind, found.field.as_str())).collect();
    assert_eq!(found, [(DifferenceKind::Moved, "saddr"), (DifferenceKind::Moved, "daddr")]);
}

/// What stays in a pin when the program is loaded again with a longer key.
fn a_pin_whose_key_grew() {
    let bpffs = BpfFs::mount();
    let path = bpffs.pin("flows");
    let grown = [
        ("saddr", "__be32", 0),
        ("daddr", "__be32", 4),
        ("sport", "__be16", 8),
        ("dport", "__be16", 10),
        ("proto", "__u8", 12),
        ("ifindex", "__u32", 16),
    ];
    let old = NewMap::new(MapType::HASH, 20, 8, 4).typed(&Types::of_struct("flow_key", 20, &grown)).make();
    pin(&old, &path);

    let refused = CheckedMap::<FlowKey, u64>::open_pinned(&path).unwrap_err();
    let CheckError::Mismatch(report) = &refused else { panic!("{refused}") };
    assert!(!report.differences.is_empty());
    let text = refused.to_string();
    for part in ["FlowKey, 16 bytes", "struct flow_key, 20 bytes", "tail", "ifindex"] {
        assert!(text.contains(part), "`{part}` is in\n{text}");
    }

    // Without BTF the sizes tell.
    let bare = bpffs.pin("bare");
    pin(NewMap::new(MapType::HASH, 20, 8, 4).make(), &bare);
    let refused = CheckedMap::<FlowKey, u64>::open_pinned(&bare).unwrap_err();
    assert!(matches!(refused, CheckError::KeySize { .. }));
    assert!(refused.to_string().contains("has keys of 20 bytes, `FlowKey` has 16"), "{refused}");
    let refused =
        Map::open_pinned(&bare, Access::ReadWrite).unwrap().check_without_proof::<FlowKey, u64>().unwrap_err();
    assert!(matches!(refused, CheckError::KeySize { .. }), "{refused}");
}

fn a_map_without_btf() {
    let map = NewMap::new(MapType::HASH, 16, 8, 4).named("flows").make();
    let refused = CheckedMap::<FlowKey, u64>::from_fd(&map).unwrap_err();
    assert!(matches!(refused, CheckError::NotProven { reason: NotProven::NoBtf, .. }));
    let text = refused.to_string();
    assert!(text.starts_with("not checkable: nothing proves what the keys of map "), "{text}");
    assert!(text.contains("`flows` (hash) are: it was made without BTF; prove them by the object"), "{text}");

    let map = Map::from_fd(&map).unwrap().check_without_proof::<FlowKey, u64>().unwrap();
    assert!(matches!(map.proof(), Proof::None(NotProven::NoBtf)));
    assert_eq!(map.get(&FlowKey::numbered(1)).unwrap(), None);
}

/// An array of values alone: `btf_key_type_id` is 0.
fn a_map_whose_keys_have_no_type() {
    let types = Types::load(|btf| {
        let value = mapkey_tests::maps::scalar(btf, "__u64");
        let variable = btf.record("counters", mapkey_tests::btf::VAR, 0, value, &[1]);
        (0, btf.record(".data", mapkey_tests::btf::DATASEC, 1, 8, &[variable, 0, 8]))
    });
    let map = NewMap::new(MapType::ARRAY, 4, 8, 1).typed(&types).make();
    let map = CheckedMap::<u32, u64>::from_fd(map).unwrap();
    assert!(matches!(map.key_source(), Err(NotProven::NoKeyType)));
    assert!(matches!(map.proof(), Proof::MapType));
}

fn another_value_size() {
    let map = NewMap::new(MapType::HASH, 16, 8, 4).typed(&flow_types()).make();
    let refused = CheckedMap::<FlowKey, u32>::from_fd(&map).unwrap_err();
    assert!(refused.to_string().contains("has values of 8 bytes, the value type has 4"), "{refused}");
    // A contradiction is refused even where no proof is asked for.
    let refused = Map::from_fd(&map).unwrap().check_without_proof::<u128Key, u64>().unwrap_err();
    assert!(matches!(refused, CheckError::Mismatch(_)), "{refused}");
}

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
#[allow(non_camel_case_types)]
struct u128Key {
    low: u64,
    high: u64,
}

/// As bpf-linker writes them: fields by their Rust names, `Be` as a struct of its own.
fn rusts_own_names() {
    let types = Types::load(|btf| {
        let u32_ = btf.int("u32", 4, 0);
        let u16_ = btf.int("u16", 2, 0);
        let u8_ = btf.int("u8", 1, 0);
        let be32 = btf.structure("Be_3C_u32_3E_", 4, &[("bytes", u32_, 0)]);
        let be16 = btf.structure("Be_3C_u16_3E_", 2, &[("bytes", u16_, 0)]);
        let index = btf.int("__ARRAY_SIZE_TYPE__", 4, 0);
        let three = btf.record("", mapkey_tests::btf::ARRAY, 0, 0, &[u8_, index, 3]);
        let pad = btf.structure("Padding_3C_3_3E_", 3, &[("__0", three, 0)]);
        let members = [
            ("saddr", be32, 0),
            ("daddr", be32, 32),
            ("sport", be16, 64),
            ("dport", be16, 80),
            ("proto", u8_, 96),
            ("_pad", pad, 104),
        ];
        (btf.structure("FlowKey", 16, &members), btf.int("u64", 8, 0))
    });
    let map = NewMap::new(MapType::HASH, 16, 8, 4).typed(&types).make();
    CheckedMap::<FlowKey, u64>::from_fd(map).unwrap();
}

fn both_sides_are_drawn() {
    let native = [
        ("saddr", "__u32", 0),
        ("daddr", "__be32", 4),
        ("sport", "__be16", 8),
        ("dport", "__be16", 10),
        ("proto", "__u8", 12),
        ("tos", "__u8", 13),
    ];
    let text = made_by(&Types::of_struct("flow_key", 16, &native), 16).to_string();
    assert!(text.starts_with("mismatch: FlowKey against struct flow_key, the keys of map "), "{text}");
    assert!(text.contains("padding-used      _pad"), "{text}");
    assert!(text.contains("tos"), "{text}");
}
