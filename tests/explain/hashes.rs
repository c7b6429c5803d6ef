//! Hash tables.

use mapkey_runtime::explain::{CauseKind, Explanation};
use mapkey_runtime::prelude::*;

use crate::maps::{Maps, assert_first, kinds};

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
#[mapkey(btf = "flow_key")]
struct FlowKey {
    saddr: Ipv4,
    daddr: Ipv4,
    sport: Be<u16>,
    dport: Be<u16>,
    proto: u8,
    _pad: Padding<3>,
}

fn flow(host: u8, sport: u16) -> FlowKey {
    FlowKey::new(Ipv4::new(10, 0, 7, host), Ipv4::new(192, 0, 2, 33), Be::new(sport), Be::new(443), 6)
}

fn bytes(key: &FlowKey) -> [u8; 16] {
    key.as_bytes().try_into().expect("16 bytes")
}

/// Flows that are not asked for.
fn others(count: u16) -> impl Iterator<Item = [u8; 16]> {
    (0..count).map(|n| {
        let [a, b] = n.wrapping_mul(40503).to_be_bytes();
        bytes(&FlowKey::new(Ipv4::new(172, 16, a, b), Ipv4::new(100, 64, b, a), Be::new(33000 + n), Be::new(8443), 17))
    })
}

const ASKED: [&str; 5] = ["saddr=10.0.7.9", "daddr=192.0.2.33", "sport=40000", "dport=443", "proto=6"];

#[test]
fn dirty_padding_by_the_maps_own_type() {
    let Some(mut maps) = Maps::load("dirty_padding_by_the_maps_own_type") else { return };
    let mut dirty = bytes(&flow(9, 40000));
    dirty[13..].copy_from_slice(&[0xde, 0xad, 0x01]);
    maps.fill("flows", others(300).chain([dirty]));
    let answer = maps.ask("flows", &ASKED);
    assert_first(&answer, CauseKind::DirtyPadding, &["[13..16]"], &dirty);
    assert!(answer.to_string().contains("de ad 01 there, 00 00 00 here"), "{answer}");
    // The same by a derived key.
    let flows: CheckedMap<FlowKey, u64> = maps.map("flows").check().expect("the key fits");
    let answer = flows.explain(&flow(9, 40000)).expect("the map is open");
    assert_first(&answer, CauseKind::DirtyPadding, &["[13..16]"], &dirty);
    assert!(answer.causes[0].text.contains("`_pad`"), "{answer}");
}

#[test]
fn byte_order_by_the_maps_own_type() {
    let Some(mut maps) = Maps::load("byte_order_by_the_maps_own_type") else { return };
    let mut swapped = bytes(&flow(9, 40000));
    swapped[8..10].reverse();
    swapped[10..12].reverse();
    maps.fill("flows", others(300).chain([swapped]));
    let answer = maps.ask("flows", &ASKED);
    assert_first(&answer, CauseKind::ByteOrder, &["sport", "dport"], &swapped);
    assert!(answer.repair.as_deref().is_some_and(|repair| repair.contains("bpf_htons")), "{answer}");
}

#[test]
fn nothing_close_is_nothing_claimed() {
    let Some(mut maps) = Maps::load("nothing_close_is_nothing_claimed") else { return };
    maps.fill("flows", others(300));
    let answer = maps.ask("flows", &ASKED);
    assert_eq!((kinds(&answer), answer.found), (vec![], Some(false)), "{answer}");
    assert!(answer.ruled_out.len() > 10, "{answer}");
    assert_eq!(kinds(&maps.ask("few", &["key=7"])), [CauseKind::EmptyMap]);
}

#[test]
fn a_key_that_is_there_is_found() {
    let Some(mut maps) = Maps::load("a_key_that_is_there_is_found") else { return };
    maps.fill("flows", [bytes(&flow(9, 40000))]);
    let answer = maps.ask("flows", &ASKED);
    assert_eq!((kinds(&answer), answer.found), (vec![CauseKind::Present], Some(true)), "{answer}");
    assert!(answer.causes[0].text.contains("the value is 01 00 00 00 00 00 00 00"), "{answer}");
}

#[test]
fn bit_fields_enumerators_and_text() {
    let Some(mut maps) = Maps::load("bit_fields_enumerators_and_text") else { return };
    let map = maps.map("processes");
    let shape = map.key_shape().expect("the map has BTF");
    let asked = [
        "pid_tgid=0x4d2_0000162e",
        "comm=nginx",
        "verdict=VERDICT_DROP",
        "kind=5",
        "level=600",
        "flag=1",
        "cookie=0x1122334455667788",
    ];
    let wanted = mapkey_runtime::explain::Wanted::ask(&shape, &asked).expect("values that fit");
    let clean: [u8; 40] = wanted.bytes().try_into().expect("40 bytes");
    let explain = |change: &dyn Fn(&mut [u8; 40])| -> (Explanation, [u8; 40]) {
        let mut maps = Maps::load("bit_fields_enumerators_and_text").expect("it loaded before");
        let mut entry = clean;
        change(&mut entry);
        maps.fill("processes", [entry]);
        (maps.ask("processes", &asked), entry)
    };
    // The three bits behind `level`, whose 13 bits with `kind` are in bytes 28 and 29.
    let (answer, entry) = explain(&|key| key[29] |= 0x80);
    assert_first(&answer, CauseKind::DirtyPadding, &["[29..30]"], &entry);
    // The hole before `cookie`.
    let (answer, entry) = explain(&|key| key[31] = 0x55);
    assert_first(&answer, CauseKind::DirtyPadding, &["[31..32]"], &entry);
    let (answer, entry) = explain(&|key| key[16] = b'x');
    assert_first(&answer, CauseKind::StringTail, &["comm"], &entry);
    let (answer, entry) = explain(&|key| key[..8].rotate_left(4));
    assert_first(&answer, CauseKind::SwappedHalves, &["pid_tgid"], &entry);
    let (answer, entry) = explain(&|key| key[28] ^= 1);
    assert_first(&answer, CauseKind::NearValue, &["kind"], &entry);
    maps.fill("processes", [clean]);
    assert_eq!(maps.ask("processes", &asked).found, Some(true));
}

#[test]
fn the_rest_of_a_union_is_padding() {
    let Some(mut maps) = Maps::load("the_rest_of_a_union_is_padding") else { return };
    let mut entry = [0u8; 20];
    entry[..2].copy_from_slice(&2u16.to_ne_bytes());
    entry[2..4].copy_from_slice(&443u16.to_be_bytes());
    entry[4..8].copy_from_slice(&[192, 0, 2, 1]);
    entry[12..20].fill(0xcc);
    maps.fill("peers", [entry]);
    let answer = maps.ask("peers", &["family=2", "port=443", "v4=192.0.2.1"]);
    assert_first(&answer, CauseKind::DirtyPadding, &["[12..20]"], &entry);
    let answer = maps.ask("peers", &["family=2", "port=443", "v6=c000:201::"]);
    assert_first(&answer, CauseKind::NearValue, &["v6"], &entry);
    // Mere bytes do not say which member is meant: then it is a doubt.
    let answer = maps.map("peers").explain(&{
        let mut wanted = entry;
        wanted[12..].fill(0);
        wanted
    });
    let answer = answer.expect("the map is open");
    assert_first(&answer, CauseKind::DirtyPadding, &["[12..20]"], &entry);
    assert!(answer.causes[0].confidence <= 0.5, "{answer}");
}

#[test]
fn a_map_without_types() {
    let Some(mut maps) = Maps::load("a_map_without_types") else { return };
    let mut swapped = bytes(&flow(9, 40000));
    swapped[..4].reverse();
    maps.fill("untyped", others(300).chain([swapped]));
    let answer = maps.map("untyped").explain(flow(9, 40000).as_bytes()).expect("the map is open");
    assert_first(&answer, CauseKind::ByteOrder, &["[0..4]"], &swapped);
    assert!(answer.notes.iter().any(|note| note.contains("looked at as bytes")), "{answer}");
    let answer = maps.map("untyped").explain(&[0; 12]).expect("the map is open");
    assert_eq!((kinds(&answer), answer.found), (vec![CauseKind::KeySize], None), "{answer}");
}

#[test]
fn eviction_and_a_full_map() {
    let Some(mut maps) = Maps::load("eviction_and_a_full_map") else { return };
    maps.fill("recent", others(4000));
    let answer = maps.ask("recent", &ASKED);
    assert_eq!(kinds(&answer), [CauseKind::Evicted], "{answer}");
    assert!(answer.causes[0].text.contains("may have been evicted"), "{answer}");
    maps.fill("few", (100..104u32).map(u32::to_ne_bytes));
    assert_eq!(kinds(&maps.ask("few", &["key=7"])), [CauseKind::MapFull]);
}
