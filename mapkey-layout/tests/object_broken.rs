//! Broken definitions are errors that name map and field; no object makes the reader panic or loop.
#![cfg(feature = "btf")]
#![allow(missing_docs)]

mod support;

use mapkey_layout::object::{KeyOrValue, MapDefinition, ObjectError, maps};
use object::write::{Object, Symbol, SymbolSection};
use object::{Architecture, BinaryFormat, Endianness, SectionKind, SymbolFlags, SymbolKind, SymbolScope};
use proptest::collection::vec;
use proptest::prelude::*;
use support::{Builder, CONST, DATASEC, FUNC_PROTO, Order, VAR};

/// An object whose section `.maps` has `bytes` bytes.
fn object(btf: Option<&Builder>, section: &str, bytes: &[u8], symbol: Option<(&str, u64, u64)>) -> Vec<u8> {
    let mut object = Object::new(BinaryFormat::Elf, Architecture::Bpf, Endianness::Little);
    let id = object.add_section(Vec::new(), section.as_bytes().to_vec(), SectionKind::Data);
    object.set_section_data(id, bytes, 8);
    if let Some((name, value, size)) = symbol {
        object.add_symbol(Symbol {
            name: name.as_bytes().to_vec(),
            value,
            size,
            kind: SymbolKind::Data,
            scope: SymbolScope::Dynamic,
            weak: false,
            section: SymbolSection::Section(id),
            flags: SymbolFlags::None,
        });
    }
    if let Some(btf) = btf {
        let id = object.add_section(Vec::new(), b".BTF".to_vec(), SectionKind::Debug);
        object.set_section_data(id, btf.build(Order::Little), 1);
    }
    object.write().expect("the object is a small one")
}

/// A definition with the fields that `fields` makes, of a map called `m`.
fn defined(fields: impl FnOnce(&mut Builder) -> Vec<(&'static str, u32)>) -> Vec<u8> {
    let mut btf = Builder::new();
    let fields = fields(&mut btf);
    let members: Vec<_> = (0..).step_by(64).zip(&fields).map(|(offset, &(name, ty))| (name, ty, offset)).collect();
    let size = u32::try_from(members.len() * 8).expect("a few fields");
    let definition = btf.structure("", size, &members);
    variable(btf, definition, size)
}

fn variable(mut btf: Builder, ty: u32, size: u32) -> Vec<u8> {
    let variable = btf.record("m", VAR, 0, ty, &[1]);
    btf.record(".maps", DATASEC, 1, size, &[variable, 0, size]);
    object(Some(&btf), ".maps", &[0; 64], None)
}

fn number(btf: &mut Builder, number: u32) -> u32 {
    let int = btf.int("int", 4, 0);
    let array = btf.array(int, number);
    btf.ptr(array)
}

fn error(data: &[u8]) -> String {
    maps(data).expect_err("the definition is broken").to_string()
}

fn only(data: &[u8]) -> MapDefinition<'_> {
    maps(data).expect("the definition is right").pop().expect("it has a map")
}

#[test]
fn fields_of_another_shape() {
    let not_a_pointer = defined(|btf| vec![("type", btf.int("int", 4, 0))]);
    assert_eq!(
        error(&not_a_pointer),
        "map `m`: its field `type` is `int`, expected a pointer to an array, as `__uint(type, BPF_MAP_TYPE_HASH)` makes it"
    );
    let key_is_a_value = defined(|btf| vec![("type", number(btf, 1)), ("key", btf.structure("flow_key", 4, &[]))]);
    assert_eq!(
        error(&key_is_a_value),
        "map `m`: its field `key` is `struct flow_key`, expected a pointer to a type, as `__type(key, struct flow_key)` \
         makes it"
    );
    let function = defined(|btf| {
        let function = btf.record("", FUNC_PROTO, 0, 0, &[]);
        vec![("type", number(btf, 1)), ("key", btf.ptr(function))]
    });
    assert!(error(&function).contains("expected a pointer to a type that has a size"), "{}", error(&function));
}

#[test]
fn definitions_that_contradict_themselves() {
    let conflict = defined(|btf| {
        let long = btf.int("long", 8, 0);
        vec![("type", number(btf, 1)), ("key", btf.ptr(long)), ("key_size", number(btf, 4))]
    });
    assert_eq!(
        error(&conflict),
        "map `m`: its keys have 8 bytes, and 4 by its field `key_size`: remove one of the two"
    );
    let no_type = defined(|btf| vec![("max_entries", number(btf, 1))]);
    assert!(error(&no_type).starts_with("map `m`: its definition says no type: add "), "{}", error(&no_type));
    let pinning = defined(|btf| vec![("type", number(btf, 1)), ("pinning", number(btf, 2))]);
    assert!(error(&pinning).starts_with("map `m`: its field `pinning` is 2, expected 0 "), "{}", error(&pinning));
}

#[test]
fn maps_in_maps() {
    let held = |field: &'static str| {
        defined(|btf| {
            let (ty, inner_ty) = (number(btf, 13), number(btf, 1));
            let inner = btf.structure("inner", 16, &[("type", inner_ty, 0), (field, inner_ty, 64)]);
            let pointer = btf.ptr(inner);
            vec![("type", ty), ("values", btf.array(pointer, 0))]
        })
    };
    assert!(error(&held("values")).contains("hold maps in turn"), "{}", error(&held("values")));
    assert!(error(&held("pinning")).contains("cannot be pinned"), "{}", error(&held("pinning")));
    let right = held("map_flags");
    assert_eq!(only(&right).value, KeyOrValue::Size(4));
    assert_eq!(only(&right).inner.expect("`values` is there").map_flags, 1);
}

/// What newer loaders know, and `void`.
#[test]
fn what_is_skipped() {
    let object = defined(|btf| {
        vec![("type", number(btf, 27)), ("key", btf.ptr(0)), ("colour", btf.int("int", 4, 0)), ("", number(btf, 7))]
    });
    assert_eq!((only(&object).key, only(&object).map_type), (KeyOrValue::None, 27));
    // aya's ring buffers have a type of values and a size of 0.
    let object = defined(|btf| {
        let long = btf.int("long", 8, 0);
        vec![("type", number(btf, 27)), ("value", btf.ptr(long)), ("value_size", number(btf, 0))]
    });
    assert_eq!(only(&object).value, KeyOrValue::None);
}

#[test]
fn cycles_and_sizes_without_end() {
    let cycle = defined(|btf| {
        let at = btf.next_id();
        btf.modifier(CONST, "", at);
        vec![("type", at)]
    });
    assert!(error(&cycle).contains("its field `type` cannot be read: type 1 at byte "), "{}", error(&cycle));
    let array_of_itself = defined(|btf| {
        let at = btf.next_id();
        btf.array(at, 1);
        vec![("type", number(btf, 1)), ("key", btf.ptr(at))]
    });
    assert!(error(&array_of_itself).contains("nested more than 64"), "{}", error(&array_of_itself));
    let huge = defined(|btf| {
        let long = btf.int("long", 8, 0);
        let array = btf.array(long, u32::MAX);
        vec![("type", number(btf, 1)), ("key", btf.ptr(array))]
    });
    assert!(error(&huge).contains("too large for any memory"), "{}", error(&huge));
    let many = defined(|btf| vec![("other", number(btf, 1)); 65]);
    assert_eq!(error(&many), "map `m`: its definition has 65 fields: 64 are the limit");
}

#[test]
fn sections_that_do_not_fit_their_btf() {
    let mut btf = Builder::new();
    let int = btf.int("int", 4, 0);
    btf.record(".maps", DATASEC, 1, 8, &[int, 0, 8]);
    let no_variable = object(Some(&btf), ".maps", &[0; 8], None);
    assert!(matches!(maps(&no_variable), Err(ObjectError::NotAVariable { kind: 1, id: 1, .. })));

    let mut btf = Builder::new();
    let int = btf.int("int", 4, 0);
    assert_eq!(
        error(&variable(btf, int, 4)),
        "map `m`: its definition is `int`, expected a struct with the fields `type`, `key` and `value`"
    );
    let other = object(Some(&Builder::new()), ".maps", &[0; 8], None);
    assert!(matches!(maps(&other), Err(ObjectError::NoDefinitions)));
    let none = object(None, ".maps", &[0; 8], None);
    assert!(matches!(maps(&none), Err(ObjectError::Btf(_))));
    // Without maps, BTF is not looked at.
    assert_eq!(maps(&object(None, ".data", &[0; 8], None)), Ok(Vec::new()));
}

#[test]
fn older_definitions_outside_of_their_section() {
    for (start, size) in [(0, 19), (64, 20), (60, 20), (u64::MAX, 20), (0, u64::MAX)] {
        let broken = object(None, "maps", &[1; 64], Some(("old", start, size)));
        assert!(error(&broken).starts_with("map `old`: its definition takes "), "{start}, {size}");
    }
    assert_eq!(only(&object(None, "maps", &[1; 64], Some(("old", 44, 20)))).key, KeyOrValue::Size(0x0101_0101));
}

#[test]
fn what_is_no_object() {
    assert!(error(b"text").starts_with("no ELF file that can be read: "), "{}", error(b"text"));
    let program = std::fs::read(std::env::current_exe().expect("a test has a file")).expect("it can be read");
    assert!(error(&program).starts_with("no eBPF object: "), "{}", error(&program));
}

const REAL: [&[u8]; 3] = [
    include_bytes!("../../tests/fixtures/maps.bpf.o"),
    include_bytes!("../../tests/fixtures/unloadable.bpf.o"),
    include_bytes!("../../tests/fixtures/same-instructions.bpf.o"),
];

#[test]
fn truncated_objects() {
    for real in REAL {
        for len in 0..real.len() {
            assert!(maps(&real[..len]).is_err(), "{len} of {} bytes were enough", real.len());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn spoilt_objects(real in 0..REAL.len(), words in vec((any::<prop::sample::Index>(), word()), 1..12)) {
        let mut data = REAL[real].to_vec();
        for (at, word) in words {
            let at = at.index(data.len() / 4) * 4;
            data[at..at + 4].copy_from_slice(&word.to_le_bytes());
        }
        let _ = maps(&data);
    }

    #[test]
    fn flipped_bits(real in 0..REAL.len(), flips in vec((any::<prop::sample::Index>(), 0..8_u32), 1..40)) {
        let mut data = REAL[real].to_vec();
        for (at, bit) in flips {
            let at = at.index(data.len());
            data[at] ^= 1_u8 << bit;
        }
        let _ = maps(&data);
    }
}

fn word() -> impl Strategy<Value = u32> {
    prop_oneof![4 => 0..64_u32, 1 => any::<u32>(), 1 => Just(u32::MAX), 1 => Just(0x0f00_ffff)]
}
