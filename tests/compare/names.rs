//! Names: of members, of types, of several types at once.

use mapkey_runtime::DifferenceKind::{ByteOrder, Missing, Renamed};
use mapkey_runtime::{Be, MapKey, NotCheckable, Source, Validate};

use super::{found, key, mismatches, notes, report};

#[test]
fn a_name_that_differs_in_the_right_place() {
    key!(Key mirrors "flow" { saddr: Be<u32>, dst: Be<u32>, sport: Be<u16>, dport: Be<u16> });
    assert_eq!(mismatches::<Key>(), found([(Renamed, "dst")]));
    let text = &report::<Key>().differences[0].text;
    assert!(text.contains("`daddr`") && text.contains("rename = \"daddr\""), "{text}");
    key!(Said mirrors "flow" {
        saddr: Be<u32>,
        #[mapkey(rename = "daddr")]
        dst: Be<u32>,
        sport: Be<u16>,
        dport: Be<u16>,
    });
    assert_eq!(notes::<Said>(), []);
}

#[test]
fn the_nearest_member_is_suggested_from_any_level() {
    key!(#[mapkey(prefix)] Key mirrors "sock" { sk_daddr: u16 });
    let report = report::<Key>();
    assert_eq!(report.differences[0].kind, Missing);
    let text = &report.differences[0].text;
    assert!(text.contains("did you mean `__sk_common.skc_daddr`"), "{text}");
}

#[test]
fn a_rename_that_leads_nowhere() {
    key!(#[mapkey(prefix)] Key mirrors "flow" {
        #[mapkey(rename = "sadr")]
        from: Be<u32>,
    });
    let report = report::<Key>();
    assert_eq!(report.differences[0].kind, Missing);
    assert!(report.differences[0].text.contains("no member `sadr`; did you mean `saddr`"), "{report}");
}

#[test]
fn flavours_are_ignored_on_both_sides() {
    key!(Theirs mirrors "event" { cpu: u32 });
    assert_eq!(notes::<Theirs>(), []);
    key!(Ours mirrors "flow___old" { saddr: Be<u32>, daddr: Be<u32>, sport: Be<u16>, dport: Be<u16> });
    assert_eq!(notes::<Ours>(), []);
}

#[test]
fn a_match_with_any_type_of_the_name_is_a_match() {
    key!(Second mirrors "twice" { a: u32, b: u32 });
    assert_eq!(notes::<Second>(), []);
    let others = report::<Second>().others;
    assert_eq!(others.len(), 1);
    assert_eq!((others[0].size, others[0].differences), (4, 2));
    key!(Neither mirrors "twice" { a: u32, c: u16, d: u16 });
    assert!(!mismatches::<Neither>().is_empty());
}

fn not_checkable<K: MapKey>() -> NotCheckable {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/counterparts.btf");
    K::report_against(&Source::file(path).expect("the fixture is BTF")).expect_err("there is no such type")
}

#[test]
fn a_type_that_is_not_there() {
    key!(Key mirrors "flwo" { a: u32 });
    let text = not_checkable::<Key>().to_string();
    assert!(text.contains("counterparts.btf has no type `flwo`; did you mean `flow`"), "{text}");
}

#[test]
fn a_type_that_is_only_declared() {
    key!(Key mirrors "only_declared" { a: u32 });
    let reason = not_checkable::<Key>();
    assert!(matches!(reason, NotCheckable::NoSuchType { is_only_declared: true, .. }), "{reason}");
}

#[test]
fn a_member_that_is_not_there() {
    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    #[mapkey(kernel = "sock.__sk_comon")]
    struct Key {
        a: u32,
    }
    let text = not_checkable::<Key>().to_string();
    assert_eq!(text, "struct sock has no member `__sk_comon`; did you mean `__sk_common`?");
    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    #[mapkey(kernel("no_such_struct", "sock.__sk_common"))]
    struct Member {
        skc_daddr: Be<u32>,
        skc_rcv_saddr: Be<u32>,
    }
    assert_eq!(notes::<Member>(), []);
}

#[test]
fn own_keys_are_looked_up_by_their_rust_name_too() {
    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    struct TailPad {
        id: u64,
        kind: u32,
        _pad: mapkey_runtime::Padding<4>,
    }
    assert_eq!(notes::<TailPad>(), []);
}

#[test]
fn an_array_has_no_name_to_look_up() {
    assert!(matches!(not_checkable::<[u8; 4]>(), NotCheckable::NoName { .. }));
}

/// The key that the Rust program in `bpf/` has, against what bpf-linker wrote about it.
#[test]
fn a_shared_key_against_the_rust_object() {
    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    struct FlowKey {
        saddr: Be<u32>,
        daddr: Be<u32>,
        sport: Be<u16>,
        dport: Be<u16>,
        #[mapkey(rename = "l4_proto")]
        proto: u8,
        _padding: mapkey_runtime::Padding<3>,
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/same-instructions.bpf.o");
    let object = Source::file(path).expect("the object has BTF");
    let matched = FlowKey::validate_against(&object).expect("both sides share the key");
    assert!(matched.report().notes.is_empty(), "{matched}");

    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    #[mapkey(btf = "FlowKey")]
    struct Native {
        saddr: u32,
        daddr: Be<u32>,
        sport: Be<u16>,
        dport: Be<u16>,
        proto: u8,
        _pad: mapkey_runtime::Padding<3>,
    }
    let report = Native::report_against(&object).expect("it has the type");
    let kinds: Vec<_> = report.differences.iter().map(|found| (found.kind, found.field.as_str())).collect();
    assert_eq!(kinds, [(ByteOrder, "saddr")], "{report}");
}

#[test]
fn a_struct_of_another_size_is_not_the_same_under_another_name() {
    #[derive(Clone, Copy, Debug, MapKey)]
    #[repr(C)]
    struct Start {
        addr: Be<u32>,
    }
    key!(#[mapkey(prefix)] Key mirrors "route" { start: Start });
    let report = report::<Key>();
    assert_eq!(report.differences[0].kind, Missing, "{report}");
}
