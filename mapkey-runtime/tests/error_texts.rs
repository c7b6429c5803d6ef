//! What a `main` prints that returns an error, and what `anyhow` and others make of its causes.

use std::error::Error;
use std::{io, iter};

use mapkey_runtime::explain::{KeyShape, Wanted};
use mapkey_runtime::map::{MapRef, NotProven};
use mapkey_runtime::prelude::*;

#[derive(Clone, Copy, Debug, MapKey)]
#[repr(C)]
#[mapkey(kernel = "no_such_struct")]
struct Nowhere {
    up: bool,
}

/// `Debug` is the text, and no cause repeats a part of it.
fn reads_once(error: &dyn Error) {
    let text = error.to_string();
    assert_eq!(format!("{error:?}"), text);
    for cause in iter::successors(error.source(), |&cause| cause.source()) {
        assert!(!text.contains(&cause.to_string()), "{text}: {cause}");
    }
}

#[test]
fn maps_that_do_not_open() {
    reads_once(&CheckedMap::<u32, u64>::open_pinned("/nowhere/flows").unwrap_err());
    reads_once(&CheckedMap::<u32, u64>::from_fd(io::stdin()).unwrap_err());
    let here = CheckedMap::<u32, u64>::open_pinned("no_such_pin").unwrap_err();
    assert_eq!(here.to_string(), "nothing is pinned at no_such_pin: there is no such file in .");
    reads_once(&"flows".parse::<MapRef>().unwrap_err());
    reads_once(&NotProven::Unreadable(io::ErrorKind::InvalidData.into()));
}

#[test]
fn sources_and_verdicts() {
    reads_once(&Source::file("/nowhere").map(|_| ()).unwrap_err());
    reads_once(&Source::file("/proc/self/status").map(|_| ()).unwrap_err());
    reads_once(&Object::file("/nowhere").map(|_| ()).unwrap_err());
    let kernel = Source::file(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/data/kernel.btf")).unwrap();
    reads_once(&Nowhere::validate_against(&kernel).map(|_| ()).unwrap_err());
    reads_once(&Nowhere::report_against(&kernel).unwrap_err());
}

#[test]
fn values() {
    reads_once(&Nowhere::from_bytes(&[2]).unwrap_err());
    reads_once(&Nowhere::from_bytes(&[]).unwrap_err());
    reads_once(&FixedStr::<4>::new("nginx").unwrap_err());
    reads_once(&LpmKey::new(33, Ipv4::from([192, 0, 2, 1])).unwrap_err());
    reads_once(&"192.0.2".parse::<Ipv4>().unwrap_err());
    let shape = KeyShape::of_layout(&Nowhere::LAYOUT);
    reads_once(&Wanted::ask(&shape, &["down=1"]).unwrap_err());
}
