//! Keys against the structs of `fixtures/counterparts.c`: what is equal, what is a note, what is a
//! mismatch, and with which words.

mod at_build_time;
mod hostile;
mod layouts;
mod names;
mod note;
mod reports;
mod values;

use mapkey_runtime::{DifferenceKind, MapKey, Report, Source, Validate, Verdict};

/// The report of `K` against the counterpart of its name.
fn report<K: MapKey>() -> Report {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/counterparts.btf");
    let source = Source::file(path).expect("the fixture is BTF");
    let report = K::report_against(&source).expect("the fixture has the counterpart");
    note::assert_same::<K>(&report, &source);
    report
}

/// Kinds and fields of all mismatches of `K`.
fn mismatches<K: MapKey>() -> Vec<(DifferenceKind, String)> {
    let report = report::<K>();
    let found: Vec<_> = report.differences.into_iter().map(|found| (found.kind, found.field)).collect();
    assert_eq!(report.verdict == Verdict::Match, found.is_empty());
    found
}

/// Kinds and fields of all notes of `K`, which matches.
fn notes<K: MapKey>() -> Vec<(DifferenceKind, String)> {
    let report = report::<K>();
    assert_eq!(report.verdict, Verdict::Match, "{report}");
    report.notes.into_iter().map(|found| (found.kind, found.field)).collect()
}

/// What [`mismatches`] and [`notes`] return, as one writes it down.
fn found<const N: usize>(list: [(DifferenceKind, &str); N]) -> Vec<(DifferenceKind, String)> {
    list.into_iter().map(|(kind, field)| (kind, field.to_owned())).collect()
}

/// A key and its counterpart's name, without the attributes that every one of them has.
macro_rules! key {
    ($(#[$meta:meta])* $name:ident mirrors $btf:literal { $($(#[$on_field:meta])* $field:ident: $ty:ty),* $(,)? }) => {
        #[derive(Clone, Copy, Debug, mapkey_runtime::MapKey)]
        #[repr(C)]
        #[mapkey(btf = $btf)]
        $(#[$meta])*
        struct $name { $($(#[$on_field])* $field: $ty),* }
    };
}
use key;
