//! Tries, arrays, and maps without keys.

use mapkey_runtime::explain::CauseKind;

use crate::maps::{Maps, assert_first, kinds};

fn net(len: u32, data: [u8; 4]) -> Vec<u8> {
    [len.to_ne_bytes(), data].concat()
}

#[test]
fn prefixes() {
    let Some(mut maps) = Maps::load("prefixes") else { return };
    maps.fill_trie("nets", &[(24, [113, 0, 203, 0]), (16, [198, 51, 0, 0]), (24, [198, 51, 100, 0])]);
    let answer = maps.ask("nets", &["prefixlen=32", "addr=0xcb0071"]);
    assert_first(&answer, CauseKind::ByteOrder, &["addr"], &net(24, [113, 0, 203, 0]));
    // What is stored is the longest prefix that fits.
    let answer = maps.ask("nets", &["prefixlen=32", "addr=198.51.100.7"]);
    assert_eq!((kinds(&answer), answer.found), (vec![CauseKind::Present], Some(true)), "{answer}");
    assert_eq!(answer.causes[0].entry, Some(net(24, [198, 51, 100, 0])), "{answer}");
    assert!(answer.causes[0].text.contains("with a prefix of 24 bits"), "{answer}");
    // A lookup with fewer bits than any entry has.
    let answer = maps.ask("nets", &["addr=198.51.100.7"]);
    assert_first(&answer, CauseKind::NearValue, &["prefixlen"], &net(16, [198, 51, 0, 0]));
    assert!(answer.notes.iter().any(|note| note.contains("`prefixlen` was left out and is zero")), "{answer}");
    let answer = maps.ask("nets", &["prefixlen=33", "addr=198.51.100.7"]);
    assert_eq!((kinds(&answer), answer.found), (vec![CauseKind::PrefixTooLong], Some(false)), "{answer}");
    let answer = maps.ask("nets", &["prefixlen=32", "addr=192.0.2.1"]);
    assert_eq!((kinds(&answer), answer.found), (vec![], Some(false)), "{answer}");
}

#[test]
fn arrays() {
    let Some(mut maps) = Maps::load("arrays") else { return };
    maps.set_slot(3, 7);
    let answer = maps.ask("slots", &["key=3"]);
    assert_eq!((kinds(&answer), answer.found), (vec![CauseKind::Present], Some(true)), "{answer}");
    let answer = maps.ask("slots", &["key=16"]);
    assert_eq!((kinds(&answer), answer.found), (vec![CauseKind::IndexOutOfRange], Some(false)), "{answer}");
    assert!(answer.causes[0].text.contains("the map has 16 entries, 0 to 15"), "{answer}");
    let answer = maps.map("slots").explain(&3u32.to_be_bytes()).expect("the map is open");
    assert!(answer.causes[0].text.contains("in the other byte order it is 3"), "{answer}");
}

#[test]
fn a_queue_has_no_keys() {
    let Some(maps) = Maps::load("a_queue_has_no_keys") else { return };
    let answer = maps.map("waiting").explain(&[]).expect("the map is open");
    assert_eq!((kinds(&answer), answer.found), (vec![CauseKind::WrongMapType], None), "{answer}");
}
