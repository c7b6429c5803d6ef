//! Verdicts as errors, so that `?` lets none pass.

use std::error::Error;

use mapkey_runtime::prelude::*;
use mapkey_runtime::{NotCheckable, Reason, Verdict};

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
#[mapkey(kernel = "ipv4_addr_key")]
struct Peer {
    addr: Ipv4,
    vif: u32,
}

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
#[mapkey(kernel = "ipv4_addr_key")]
struct Drifted {
    addr: u32,
    vif: i32,
}

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
#[mapkey(kernel = "ipv4_adr_key")]
struct Misspelled {
    addr: Ipv4,
    vif: i32,
}

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct In6Addr {
    #[mapkey(bytes)]
    in6_u: [u8; 16],
}

fn kernel() -> Source {
    Source::file(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/data/kernel.btf")).expect("the example's file")
}

#[test]
fn a_match_carries_its_notes() {
    let matched = Peer::validate_against(&kernel()).expect("a match");
    assert_eq!(matched.report().notes.len(), 1);
    let text = matched.to_string();
    assert!(text.starts_with("match: Peer against struct ipv4_addr_key of "), "{text}");
    assert!(text.contains("\n  note, signedness `vif`"), "{text}");
}

#[test]
fn a_mismatch_is_an_error_that_main_prints_well() {
    let error = Drifted::validate_against(&kernel()).expect_err("the address has an order");
    assert!(matches!(error, ValidateError::Mismatch(_)));
    assert_eq!(format!("{error:?}"), error.to_string());
    assert!(error.to_string().contains("byte-order"), "{error}");
}

#[test]
fn nothing_to_compare_with_is_an_error() {
    let error = Misspelled::validate_against(&kernel()).expect_err("no such struct");
    let text = error.to_string();
    assert!(text.starts_with("not checkable: ") && text.ends_with("did you mean `ipv4_addr_key`?"), "{text}");
    assert!(error.source().is_none(), "the text has the cause already");
    assert_eq!(format!("{error:?}"), text);
    let ValidateError::NotCheckable(Reason::Key(NotCheckable::NoSuchType { wanted, .. })) = error else {
        panic!("{error}")
    };
    assert_eq!(wanted, ["ipv4_adr_key"]);
}

#[test]
fn several_in_one_pass_keep_their_order() {
    let matches = validate_many(&kernel(), &[&In6Addr::LAYOUT, &Peer::LAYOUT]).expect("both match");
    let names: Vec<_> = matches.iter().map(|matched| matched.report().key.as_str()).collect();
    assert_eq!(names, ["In6Addr", "Peer"]);

    let layouts = [&Peer::LAYOUT, &Drifted::LAYOUT, &Misspelled::LAYOUT];
    let errors = validate_many(&kernel(), &layouts).expect_err("two fail");
    assert!(errors.results[0].is_ok());
    assert!(matches!(errors.results[1], Err(ValidateError::Mismatch(_))));
    assert!(matches!(errors.results[2], Err(ValidateError::NotCheckable(_))));
    assert!(errors.to_string().starts_with("2 of 3 keys are not proven\nmismatch: Drifted"), "{errors}");
}

#[test]
fn a_report_does_not_judge() {
    let report = Drifted::report_against(&kernel()).expect("there is a counterpart");
    assert_eq!(report.verdict, Verdict::Mismatch);
}

#[test]
fn no_keys_are_fine() {
    assert!(validate_many(&kernel(), &[]).expect("nothing fails").is_empty());
}

/// The kernel that runs, where it has BTF: each way to it gives the same verdict.
#[test]
fn the_running_kernel() {
    match (Source::kernel(), Peer::validate_against_btf()) {
        (Ok(kernel), Ok(matched)) => {
            let again = Peer::validate_against(&kernel).expect("the same kernel");
            assert_eq!(again.report(), matched.report());
        }
        (Err(_), Err(ValidateError::NotCheckable(Reason::Source(_)))) => {}
        (kernel, verdict) => panic!("{kernel:?}, {verdict:?}"),
    }
}
