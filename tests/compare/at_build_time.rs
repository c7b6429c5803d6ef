//! What the compiler finds is what the library finds, also where there is a choice of types, and for the keys of maps.
//! `compatibility` and `against_compilers` hold the two against each other for all else.

use std::path::Path;

use mapkey_runtime::__build::verdict;
use mapkey_runtime::{Be, MapKey, NotCheckable, Object, Padding, Report, Source, Validate};
use mapkey_tests::assert_same_at_build_time;

use super::key;

fn fixture(name: &str) -> Source {
    Source::file(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)).expect("the fixture is BTF")
}

fn report<K: MapKey>() -> Result<Report, NotCheckable> {
    K::report_against(&fixture("counterparts.btf"))
}

fn report_on_map<K: MapKey>(name: &str) -> Result<Report, NotCheckable> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/maps.bpf.o");
    let object = Object::file(path).expect("the fixture is an object");
    K::report_against(&object.map(name).expect("the object has the map"))
}

/// A key, and both verdicts on it.
macro_rules! same {
    ($(#[$meta:meta])* $btf:literal { $($fields:tt)* }) => {{
        key!($(#[$meta])* Key mirrors $btf { $($fields)* });
        let at_build_time = verdict!(mapkey_runtime, Key, file = "fixtures/counterparts.btf", btf = $btf);
        let report = report::<Key>();
        assert_same_at_build_time(&report, at_build_time);
        report
    }};
}

#[test]
fn of_several_types_of_a_name_the_one_that_fits_best() {
    let matched = same!("twice" { a: u32, b: u32 }).expect("both are structs");
    assert!(matched.differences.is_empty() && matched.others.len() == 1, "{matched}");
    let neither = same!("twice" { a: u32, c: u16, d: u16 }).expect("both are structs");
    assert!(!neither.differences.is_empty(), "{neither}");
}

#[test]
fn flavours_and_names_that_are_not_there() {
    assert!(same!("flow___old" { saddr: Be<u32>, daddr: Be<u32>, sport: Be<u16>, dport: Be<u16> }).is_ok());
    assert!(same!("flwo" { a: u32 }).is_err());
    assert!(same!("only_declared" { a: u32 }).is_err());
}

#[test]
fn the_type_of_a_member() {
    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    #[mapkey(kernel = "sock.__sk_common", prefix)]
    #[allow(dead_code)]
    struct Common {
        skc_daddr: Be<u32>,
    }
    let at_build_time = verdict!(mapkey_runtime, Common, file = "fixtures/counterparts.btf", btf = "sock.__sk_common");
    assert_same_at_build_time(&report::<Common>(), at_build_time);
}

#[test]
fn the_nearest_names_are_for_run_time() {
    let report = same!(#[mapkey(prefix)] "sock" { sk_daddr: u16 }).expect("a struct");
    assert!(report.differences[0].text.contains("did you mean"), "{report}");
}

#[test]
fn keys_of_maps_end_where_the_maps_end() {
    key!(Whole mirrors "flow_key" {
        saddr: Be<u32>,
        daddr: Be<u32>,
        sport: Be<u16>,
        dport: Be<u16>,
        l4_proto: u8,
        pad: Padding<3>,
    });
    let at_build_time = verdict!(mapkey_runtime, Whole, file = "fixtures/maps.bpf.o", map = "flows");
    let report = report_on_map::<Whole>("flows");
    assert_same_at_build_time(&report, at_build_time);
    assert!(report.is_ok_and(|report| report.differences.is_empty()));

    key!(#[mapkey(prefix)] Prefix mirrors "flow_key" { saddr: Be<u32>, daddr: Be<u32> });
    let at_build_time = verdict!(mapkey_runtime, Prefix, file = "fixtures/maps.bpf.o", map = "flows");
    let report = report_on_map::<Prefix>("flows");
    assert_same_at_build_time(&report, at_build_time);
    assert!(report.is_ok_and(|report| report.differences.len() == 1));
}

#[test]
fn a_key_without_fields_is_marked_in_the_drawing() {
    let report = report_on_map::<[u8; 16]>("flows").expect("a type of keys");
    assert_eq!(
        report.differences[0].text,
        "a struct there: mirror it by a `#[repr(C)]` struct with its members that derives `MapKey`"
    );
    let text = report.to_string();
    let row = text.lines().find(|line| line.contains("saddr")).expect("the first row");
    assert!(row.starts_with("  !") && row.contains("[u8; 16]"), "{text}");
}
