//! Keys that are looked for among others.

mod asking;
mod decoys;
mod kinds;
mod pairs;
mod properties;
mod shapes;
mod states;
mod text;

use mapkey_ebpf::Mac;

use super::*;
use crate::map::{MapFlags, MapInfo, MapType};
use crate::prelude::*;

/// A flow with explicit padding.
#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Flow {
    saddr: Ipv4,
    daddr: Ipv4,
    sport: Be<u16>,
    dport: Be<u16>,
    proto: u8,
    _pad: Padding<3>,
}

/// All sizes, with the padding that C would put there.
#[derive(Debug, Clone, Copy, MapKey)]
#[repr(C)]
struct Mixed {
    tag: u8,
    _pad: Padding<3>,
    ifindex: u32,
    cookie: u64,
    port: u16,
    _tail: Padding<6>,
}

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Named {
    comm: FixedStr<16>,
    ifindex: u32,
}

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Process {
    pid_tgid: u64,
    syscall: i64,
}

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Neighbour {
    addr: Ipv6,
    mac: Mac,
    vlan: Be<u16>,
}

fn info(map_type: MapType, key_size: usize) -> MapInfo {
    MapInfo {
        id: 41,
        name: "flows".to_owned(),
        map_type,
        key_size: u32::try_from(key_size).unwrap(),
        value_size: 8,
        max_entries: 1024,
        flags: MapFlags(0),
        btf_id: 0,
        btf_key_type_id: 0,
        btf_value_type_id: 0,
    }
}

/// Looks for `wanted` in a map with `entries`, which does not have it.
fn look(map_type: MapType, shape: &KeyShape, wanted: &Wanted, entries: &[Vec<u8>]) -> Explanation {
    let mut scan = Scan::new(shape, wanted, map_type.key_rule());
    entries.iter().for_each(|entry| scan.see(entry));
    let mut facts = MapFacts::new(info(map_type, shape.size()), Lookup::Absent);
    facts.walk = WalkFacts::Complete { restarts: 0 };
    facts.info.max_entries = u32::try_from(entries.len() * 2).unwrap().max(1024);
    explain(wanted, &facts, Some(&scan.finish()))
}

fn in_hash<K: MapKey>(wanted: &K, entries: &[Vec<u8>]) -> Explanation {
    let shape = KeyShape::of_layout(&K::LAYOUT);
    look(MapType::HASH, &shape, &Wanted::bytes_of(&shape, wanted.as_bytes()).unwrap(), entries)
}

fn raw(wanted: &[u8], entries: &[Vec<u8>]) -> Explanation {
    let shape = KeyShape::raw(wanted.len());
    look(MapType::HASH, &shape, &Wanted::bytes_of(&shape, wanted).unwrap(), entries)
}

fn flow(host: u8, sport: u16, dport: u16) -> Flow {
    Flow::new(Ipv4::new(10, 0, 7, host), Ipv4::new(192, 0, 2, 33), Be::new(sport), Be::new(dport), 6)
}

/// Flows that have nothing to do with each other.
fn flows(count: u8) -> Vec<Vec<u8>> {
    let other = |n: u8| {
        let (a, b) = (n.wrapping_mul(37) | 1, n.wrapping_mul(91) ^ 0x5a);
        Flow::new(
            Ipv4::new(172, 16, a, b),
            Ipv4::new(100, 64, b, a),
            Be::new(33000 + u16::from(b) * 7),
            Be::new(8443),
            6,
        )
    };
    (0..count).map(|n| other(n).as_bytes().to_vec()).collect()
}

fn with(mut entries: Vec<Vec<u8>>, entry: &[u8]) -> Vec<Vec<u8>> {
    entries.insert(entries.len() / 2, entry.to_vec());
    entries
}

/// The kinds of the first cause and of those that hold together with it.
fn first(answer: &Explanation) -> Vec<CauseKind> {
    let Some(cause) = answer.causes.first() else { return Vec::new() };
    let together = answer.causes[1..].iter().take_while(|other| other.is_together);
    std::iter::once(cause).chain(together).map(|cause| cause.kind).collect()
}

fn assert_first(answer: &Explanation, kinds: &[CauseKind], fields: &[&str], entry: &[u8]) {
    assert_eq!(first(answer), kinds, "{answer}");
    let cause = &answer.causes[0];
    assert_eq!(cause.fields, fields, "{answer}");
    assert_eq!(cause.entry.as_deref(), Some(entry), "{answer}");
    assert!(cause.confidence >= 0.6, "{answer}");
}
