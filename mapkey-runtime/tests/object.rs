//! Keys held against the maps that a compiled object declares.

use mapkey_runtime::prelude::*;
use mapkey_runtime::{DifferenceKind, SourceError};

const MAPS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/maps.bpf.o");
const UNLOADABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/unloadable.bpf.o");
const RUST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/same-instructions.bpf.o");

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct FlowKey {
    saddr: Be<u32>,
    daddr: Be<u32>,
    sport: Be<u16>,
    dport: Be<u16>,
    #[mapkey(rename = "l4_proto")]
    proto: u8,
    #[mapkey(rename = "pad")]
    _pad: Padding<3>,
}

/// The same size, and two fields in each other's place.
#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Swapped {
    daddr: Be<u32>,
    saddr: Be<u32>,
    sport: Be<u16>,
    dport: Be<u16>,
    l4_proto: u8,
    #[mapkey(rename = "pad")]
    _pad: Padding<3>,
}

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
#[mapkey(prefix)]
struct Beginning {
    saddr: Be<u32>,
    daddr: Be<u32>,
}

#[derive(Clone, Copy, MapKey)]
#[repr(u32)]
enum State {
    New = 1,
    Old = 2,
}

fn object() -> Object {
    Object::file(MAPS).expect("the fixture")
}

fn matches<K: MapKey>(map: &str) -> Result<String, String> {
    let source = object().map(map).map_err(|error| error.to_string())?;
    K::validate_against(&source).map(|matched| matched.to_string()).map_err(|error| error.to_string())
}

/// One error type is enough for all of it.
#[test]
fn a_key_against_its_map() -> Result<(), ValidateError> {
    let object = Object::file(MAPS)?;
    let matched = FlowKey::validate_against(&object.map("flows")?)?;
    let expected = format!("match: FlowKey against struct flow_key, the key of map `flows` in {MAPS}");
    assert_eq!(matched.to_string(), expected);
    FlowKey::validate_against(&object.map("recent")?)?;
    FlowKey::validate_against(&object.map("outer.inner")?)?;
    let rust = Object::file(RUST)?;
    FlowKey::validate_against(&rust.map("derived")?)?;
    Ok(())
}

#[test]
fn fields_swapped_at_equal_size() {
    let report = Swapped::report_against(&object().map("flows").expect("it is declared")).expect("a type");
    assert!(report.differences.iter().any(|found| found.kind == DifferenceKind::Moved && found.field == "daddr"));
    let text = report.to_string();
    assert!(text.starts_with("mismatch: Swapped against struct flow_key, the key of map `flows` in "), "{text}");
}

/// A map compares all bytes of a key, so that no prefix will do.
#[test]
fn both_sides_end_at_the_same_byte() {
    let error = matches::<Beginning>("flows").expect_err("half of the key");
    assert!(error.contains("8 bytes behind the key's end, from `sport` on; a map compares all bytes"), "{error}");
    assert!(matches::<u64>("slots").is_err());
}

#[test]
fn keys_without_a_name() {
    assert!(matches::<u32>("slots").is_ok());
    assert!(matches::<Be<u32>>("slots").expect("a note").contains("note, byte-order"));
    assert!(matches::<[u8; 6]>("by_mac").is_ok());
    assert!(matches::<Mac>("by_mac").is_ok());
    assert!(matches::<[u8; 4]>("by_mac").is_err());
    assert!(matches::<u32>("by_state").expect("a note").contains("an enum there"));
    assert!(matches::<State>("by_state").is_ok());
    assert!(matches::<FlowKey>("slots").is_err());
}

/// The names in a trie's key are the program's, and `LpmKey` has none to rename.
#[test]
fn keys_of_tries() {
    assert!(matches::<LpmKey<Ipv4>>("nets_by_address").is_ok());
    assert!(matches::<LpmKey<Be<u32>>>("nets_by_address").is_ok());
    assert!(matches::<LpmKey<Ipv4>>("nets_by_data").is_ok());
    assert!(matches::<LpmKey<[u8; 4]>>("nets_by_data").is_ok());
    let native = matches::<LpmKey<Ipv4>>("nets_by_native").expect("a note");
    assert!(native.contains("a plain integer there"), "{native}");
    assert!(matches::<LpmKey<[u8; 4]>>("nets_by_address").is_err());
    assert!(matches::<LpmKey<[u8; 4]>>("nets_by_members").is_err());
    assert!(matches::<LpmKey<Ipv6>>("nets_by_address").is_err());
}

#[test]
fn a_value_is_a_source_too() {
    let source = object().map_value("flows").expect("its values have a type");
    assert!(source.to_string().starts_with("the value of map `flows` in "), "{source}");
    let layout = source.designated_layout().expect("one type is meant").expect("it can be read");
    assert_eq!((layout.name.as_str(), layout.size), ("counters", 16));
}

#[test]
fn what_is_not_there() {
    let text = |map| object().map(map).expect_err("no key").to_string();
    assert!(text("flow").ends_with("declares no map `flow`; did you mean `flows`?"), "{}", text("flow"));
    assert!(
        text("sizes_only").ends_with("only their size is given, 16 bytes: define them by `__type` instead of `__uint`")
    );
    assert!(text("events").contains("declares no type for the keys of map `events`: its definition has none"));
    let old = Object::file(UNLOADABLE).expect("the fixture").map("old").expect_err("sizes alone").to_string();
    assert!(old.contains("it is defined in a section `maps`, where only sizes are given (16 bytes)"), "{old}");
}

#[test]
fn what_is_no_object() {
    let missing = Object::file("no/such.o").expect_err("no file");
    assert!(matches!(missing, SourceError::Unreadable { .. }), "{missing}");
    let text = Object::file(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")).expect_err("no ELF file");
    assert!(text.to_string().contains("Cargo.toml: no ELF file that can be read"), "{text}");
    let bytes = std::fs::read(MAPS).expect("the fixture");
    assert!(Object::bytes(&bytes[..100], "embedded").is_err());
    let embedded = Object::bytes(bytes, "embedded").expect("the fixture");
    assert!(embedded.map("flows").is_ok_and(|key| key.to_string() == "the key of map `flows` in embedded"));
}
