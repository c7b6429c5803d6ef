//! The maps of compiled objects: what a definition says, and which programs use it.
#![cfg(feature = "btf")]
#![allow(missing_docs)]

use mapkey_layout::object::{Form, KeyOrValue, Linkage, MapDefinition, Pinning, maps};

const MAPS: &[u8] = include_bytes!("../../tests/fixtures/maps.bpf.o");
const UNLOADABLE: &[u8] = include_bytes!("../../tests/fixtures/unloadable.bpf.o");
const RUST: &[u8] = include_bytes!("../../tests/fixtures/same-instructions.bpf.o");

fn find<'d>(object: &'d [u8], name: &str) -> MapDefinition<'d> {
    let maps = maps(object).expect("the fixture is whole");
    maps.into_iter().find(|map| map.name == name).expect("the fixture has it")
}

fn size_of_type(slot: KeyOrValue) -> u32 {
    match slot {
        KeyOrValue::Type { size, .. } => size,
        other => panic!("a type is expected, not {other:?}"),
    }
}

#[test]
fn fields_of_definitions() {
    let flows = find(MAPS, "flows");
    assert_eq!((flows.map_type, flows.max_entries, flows.map_flags), (1, 1024, 0));
    assert_eq!((flows.form, flows.linkage, flows.pinning), (Form::Btf, Linkage::Global, Pinning::ByName));
    assert_eq!((size_of_type(flows.key), size_of_type(flows.value)), (16, 16));

    let recent = find(MAPS, "recent");
    assert_eq!((recent.map_type, recent.map_flags, recent.numa_node), (9, 6, Some(0)));
    assert_eq!((size_of_type(recent.key), recent.pinning), (16, Pinning::None));

    let sizes_only = find(MAPS, "sizes_only");
    assert_eq!((sizes_only.key, sizes_only.value), (KeyOrValue::Size(16), KeyOrValue::Size(8)));
    assert_eq!(size_of_type(find(MAPS, "slots").key), 4);
    assert_eq!(size_of_type(find(MAPS, "by_mac").key), 6);
    assert_eq!(size_of_type(find(MAPS, "by_state").key), 4);

    let events = find(MAPS, "events");
    assert_eq!((events.key, events.value, events.max_entries), (KeyOrValue::None, KeyOrValue::None, 4096));
    let seen = find(MAPS, "seen");
    assert_eq!((seen.key, size_of_type(seen.value), seen.map_extra), (KeyOrValue::None, 4, Some(3)));
}

#[test]
fn a_map_of_maps_has_what_it_holds() {
    let outer = find(MAPS, "outer");
    assert_eq!((outer.map_type, outer.value), (12, KeyOrValue::Size(4)));
    let inner = outer.inner.expect("the definition has `values`");
    assert_eq!((inner.map_type, inner.max_entries, size_of_type(inner.key)), (1, 8, 16));
}

#[test]
fn users_are_found_through_calls_callbacks_and_maps_of_maps() {
    let users = |name| find(MAPS, name).used_by;
    // By a function in .text that both call.
    assert_eq!(users("flows"), ["count_flows", "classify"]);
    // By a static function that this one calls within its section.
    assert_eq!(users("recent"), ["count_flows", "classify"]);
    assert_eq!(users("slots"), ["classify"]);
    // By a callback, which is not called but given.
    assert_eq!(users("by_state"), ["classify"]);
    // Through the map that holds it from the start.
    assert_eq!(users("inner"), ["classify"]);
    assert_eq!(users("unused"), [""; 0]);
    // By a function that no program calls.
    assert_eq!(users("uncalled"), [""; 0]);
}

#[test]
fn rusts_definitions_have_the_same_shape() {
    let derived = find(RUST, "derived");
    assert_eq!((derived.map_type, derived.max_entries, derived.form), (1, 64, Form::Btf));
    assert_eq!((size_of_type(derived.key), size_of_type(derived.value)), (16, 8));
    assert_eq!(derived.used_by, ["count_derived"]);
    assert_eq!(find(RUST, "hand_written").used_by, ["count_hand_written"]);
}

#[test]
fn older_definitions_have_sizes_alone() {
    let old = find(UNLOADABLE, "old");
    assert_eq!((old.form, old.map_type, old.max_entries, old.map_flags), (Form::Legacy, 1, 64, 1));
    assert_eq!((old.key, old.value, old.pinning), (KeyOrValue::Size(16), KeyOrValue::Size(8), Pinning::None));
    assert_eq!(old.used_by, ["uses_all"]);
    let pinned = find(UNLOADABLE, "old_and_pinned");
    assert_eq!((pinned.form, pinned.pinning, pinned.key), (Form::Legacy, Pinning::ByName, KeyOrValue::Size(4)));
}

/// clang relocates a static map to its section, at a distance that the instruction has.
#[test]
fn maps_of_other_linkage() {
    for (name, linkage) in
        [("hidden", Linkage::Static), ("hidden_too", Linkage::Static), ("elsewhere", Linkage::Extern)]
    {
        let map = find(UNLOADABLE, name);
        assert_eq!((map.linkage, map.used_by), (linkage, vec!["uses_all"]), "{name}");
    }
}

/// What another reader says of the same objects.
#[test]
fn as_aya_reads_them() {
    for bytes in [MAPS, RUST] {
        let theirs = aya_obj::Object::parse(bytes).expect("aya reads the fixture");
        for ours in maps(bytes).expect("the fixture is whole") {
            let theirs = theirs.maps.get(ours.name).expect("aya has the map too");
            assert_eq!((ours.map_type, ours.key.size()), (theirs.map_type(), theirs.key_size()), "{}", ours.name);
            assert_eq!((ours.value.size(), ours.max_entries), (theirs.value_size(), theirs.max_entries()));
            assert_eq!(ours.map_flags, theirs.map_flags());
            assert_eq!(u64::from(ours.map_extra.unwrap_or(0)), theirs.map_extra());
            assert_eq!(ours.pinning == Pinning::ByName, theirs.pinning() == aya_obj::maps::PinningType::ByName);
            let key_type = match theirs {
                aya_obj::Map::Btf(map) => map.def.btf_key_type_id,
                aya_obj::Map::Legacy(_) => 0,
            };
            assert_eq!(ours.key.type_id().unwrap_or(0), key_type, "{}", ours.name);
            assert_eq!(ours.inner.map(|inner| inner.key.size()), theirs.inner().map(|inner| inner.key_size()));
        }
    }
}
