//! Reports with every kind of difference, from real comparisons.

use std::collections::BTreeSet;

use mapkey_runtime::{Be, FixedStr, Ipv4, KernelPtr, Le, Mac, MapKey, Padding, Source, Validate};

/// The report's lines about the key `$name` with these fields, against the struct `$btf`.
macro_rules! lines {
    ($($(#[$meta:meta])* $btf:literal { $($(#[$on_field:meta])* $field:ident: $ty:ty),* $(,)? })*) => {{
        let mut lines = BTreeSet::new();
        $({
            #[derive(Clone, Copy, MapKey)]
            #[repr(C, packed)]
            #[mapkey(btf = $btf)]
            $(#[$meta])*
            #[allow(dead_code)]
            struct Key { $($(#[$on_field])* $field: $ty),* }
            lines.extend(lines_of::<Key>());
        })*
        lines
    }};
}

fn lines_of<K: MapKey>() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures");
    let fixtures = ["counterparts", "compatibility"].map(|name| format!("{folder}/{name}.btf"));
    let report = fixtures.iter().find_map(|path| K::report_against(&Source::file(path).expect("BTF")).ok());
    report.expect("a fixture has the struct").to_string().lines().map(super::squeezed).collect()
}

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Hop {
    addr: Be<u32>,
    port: u16,
    flags: u16,
}

#[derive(Clone, Copy, MapKey)]
#[repr(u32)]
#[allow(dead_code)]
enum Color {
    Red = 1,
    Green = 3,
    #[mapkey(rename = "COLOR_BLEU")]
    Azure = 4,
    Pink = 7,
}

#[derive(Clone, Copy, MapKey)]
#[repr(u16)]
#[allow(dead_code)]
enum Port {
    Https = 443,
}

#[derive(Clone, Copy, MapKey)]
#[repr(u32)]
#[allow(dead_code)]
enum Kind {
    Tcp = 6,
}

/// All lines of all reports, with one space where they have several.
pub(crate) fn produced() -> BTreeSet<String> {
    let mut lines = places();
    lines.extend(values());
    lines
}

fn places() -> BTreeSet<String> {
    lines! {
        "flow" { saddr: Be<u32>, sport: Be<u16>, dport: Be<u16> }
        "flow" { daddr: Be<u32>, saddr: Be<u32>, sport: Be<u16>, dport: Be<u16> }
        "flow" { saddr: Be<u32>, dst: Be<u32>, sport: Be<u16>, dport: Be<u16> }
        #[mapkey(prefix)] "flow" { saddr: Be<u32>, daddr: Be<u32> }
        "flow" { saddr: Be<u32>, daddr: Be<u32> }
        "sock" { sk_daddr: Be<u32>, skc_rcv_saddr: Be<u32>, sk_mark: u32 }
        "grown" { a: u32, b: u16, d: u8 }
        "grown" { a: u32, b: u16, _pad: Padding<2> }
        "tail_pad" { id: u64, kind: u64 }
        "tail_pad" { id: u64, kind: u32, _pad: Padding<4>, more: u64 }
        "tail_pad" { id: u64, kind: u32, #[mapkey(bytes)] rest: [u8; 4] }
        "route" { first: Hop, hops: [Hop; 1] }
        "own_pad" { a: u32, b: u8, pad: Padding<2>, c: Padding<1> }
        "storage" {
            #[mapkey(bytes)] inner: [u8; 4],
            #[mapkey(bytes)] u: [u8; 4],
            #[mapkey(bytes)] flags: [u8; 3],
            last: u8,
            pair: [u16; 2],
            grid: [[u8; 2]; 2],
        }
        "storage" { #[mapkey(bytes)] inner: [u8; 2], #[mapkey(bytes)] u: [u8; 2] }
        "anonymous" { ports: Be<u32>, mark: u32, #[mapkey(rename = "u.word")] word: u32, _pad: Padding<4> }
        "anonymous" { _pad: Padding<4>, mark: u32, #[mapkey(rename = "u.wide")] wide: u64 }
        "flexible" { prefixlen: u32, addr: Ipv4, port: Be<u32> }
        "flexible" { prefixlen: u32, data: Ipv4 }
        "flexible" { prefixlen: u32, #[mapkey(bytes)] rest: [u8; 4] }
        "c_flexible_words" { id: u64, v: [u64; 2] }
    }
}

fn values() -> BTreeSet<String> {
    lines! {
        "signs" { number: u32, color: u32, letter: u8, small: u8, truth: u8, byte: bool }
        "signs" { number: i32, color: [u8; 4], letter: i8, small: i8, truth: bool, byte: i8 }
        "orders" { be: u32, le: u32, plain: Be<u32>, be16: Port, plain16: u16 }
        "orders" { be: Le<u32>, le: Be<u32>, plain: u32, be16: Be<u16>, plain16: u16 }
        "pointers" { pointer: u64, number: KernelPtr }
        "pointers" { #[mapkey(pointer)] pointer: u64, #[mapkey(pointer)] number: u64 }
        "storage" { inner: [u8; 4], u: [u8; 4], low: [u8; 4], pair: [u8; 4], grid: [u8; 4] }
        "tail_pad" { id: [u8; 8], kind: Kind, _pad: Padding<4> }
        "floating" { real: u64 }
        "texts" { comm: FixedStr<16>, bytes: FixedStr<16>, two: [[u8; 8]; 2] }
        "addresses" {
            wrapped: Ipv4,
            order: Ipv4,
            octets: Ipv4,
            six: [u8; 16],
            six_words: FixedStr<16>,
            mac: Mac,
            host_words: [u16; 3],
        }
        "colored" { color: Color }
    }
}
