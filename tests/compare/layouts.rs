//! Where members are, what covers them, and where both sides end.

use mapkey_runtime::DifferenceKind::{Missing, Moved, PaddingUsed, Renamed, Resized, Retyped, Tail, Uncovered};
use mapkey_runtime::{Be, Ipv4, LpmKey, MapKey, Padding};

use super::{found, key, mismatches, notes, report};

#[test]
fn swapped_members_are_seen_by_their_names() {
    key!(Key mirrors "flow" { daddr: Be<u32>, saddr: Be<u32>, sport: Be<u16>, dport: Be<u16> });
    assert_eq!(mismatches::<Key>(), found([(Moved, "daddr"), (Moved, "saddr")]));
}

#[test]
fn a_moved_member_and_what_is_there_instead() {
    key!(Key mirrors "flow" { saddr: Be<u32>, sport: Be<u16>, dport: Be<u16> });
    assert_eq!(mismatches::<Key>(), found([(Moved, "sport"), (Moved, "dport"), (Uncovered, "daddr"), (Tail, "")]));
    let text = &report::<Key>().differences[0].text;
    assert_eq!(text, "at offset 4 here, at 8 there; at offset 4 the counterpart has `daddr`");
}

#[test]
fn padding_over_members_that_the_other_side_uses() {
    key!(Key mirrors "grown" { a: u32, b: u16, _pad: Padding<2> });
    assert_eq!(mismatches::<Key>(), found([(PaddingUsed, "_pad"), (PaddingUsed, "_pad")]));
}

#[test]
fn padding_that_is_padding_there_too() {
    key!(SameName mirrors "own_pad" { a: u32, b: u8, pad: Padding<3> });
    assert_eq!(notes::<SameName>(), []);
    key!(Named mirrors "own_pad" {
        a: u32,
        b: u8,
        #[mapkey(rename = "pad")]
        _pad: Padding<3>,
    });
    assert_eq!(notes::<Named>(), []);
    key!(Implicit mirrors "tail_pad" { id: u64, kind: u32, _pad: Padding<4> });
    assert_eq!(notes::<Implicit>(), []);
    key!(Narrow mirrors "own_pad" { a: u32, b: u8, pad: Padding<2>, c: Padding<1> });
    assert_eq!(mismatches::<Narrow>(), found([(Resized, "pad"), (PaddingUsed, "c")]));
}

#[test]
fn a_member_without_a_field() {
    #[derive(Clone, Copy, MapKey)]
    #[repr(C, packed)]
    #[mapkey(btf = "grown")]
    struct Key {
        a: u32,
        b: u16,
        d: u8,
    }
    assert_eq!(mismatches::<Key>(), found([(Moved, "d"), (Uncovered, "c"), (Tail, "")]));
}

#[test]
fn a_prefix_of_the_counterpart() {
    key!(Short mirrors "flow" { saddr: Be<u32>, daddr: Be<u32> });
    assert_eq!(mismatches::<Short>(), found([(Tail, "")]));
    key!(#[mapkey(prefix)] Prefix mirrors "flow" { saddr: Be<u32>, daddr: Be<u32> });
    assert_eq!(notes::<Prefix>(), found([(Tail, "")]));
    key!(Long mirrors "tail_pad" { id: u64, kind: u32, _pad: Padding<4>, more: u64 });
    assert_eq!(mismatches::<Long>(), found([(Missing, "more"), (Tail, "")]));
}

#[test]
fn the_key_continues_a_flexible_array() {
    key!(Bytes mirrors "flexible" { prefixlen: u32, data: [u8; 8] });
    assert_eq!(notes::<Bytes>(), []);
    key!(Typed mirrors "flexible" { prefixlen: u32, data: Ipv4 });
    assert_eq!(notes::<Typed>(), found([(Retyped, "data")]));
    key!(Several mirrors "flexible" { prefixlen: u32, addr: Ipv4, port: Be<u32> });
    assert_eq!(notes::<Several>(), found([(Renamed, "addr"), (Renamed, "port")]));

    #[derive(Clone, Copy, MapKey)]
    #[repr(transparent)]
    #[mapkey(btf = "flexible")]
    struct Trie(LpmKey<[u8; 4]>);
    assert_eq!(notes::<Trie>(), []);
}

#[derive(Clone, Copy, Debug, MapKey)]
#[repr(C)]
struct Hop {
    addr: Be<u32>,
    port: u16,
    flags: u16,
}

#[test]
fn nested_keys_are_compared_at_the_leaves() {
    key!(Key mirrors "route" { first: Hop, hops: [Hop; 2] });
    assert_eq!(notes::<Key>(), []);
}

#[test]
fn differences_within_nested_keys_are_named_by_their_path() {
    #[derive(Clone, Copy, Debug, MapKey)]
    #[repr(C)]
    struct Swapped {
        addr: Be<u32>,
        flags: u16,
        port: u16,
    }
    key!(Key mirrors "route" { first: Swapped, hops: [Swapped; 2] });
    assert_eq!(
        mismatches::<Key>(),
        found([(Moved, "first.flags"), (Moved, "first.port"), (Moved, "hops[].flags"), (Moved, "hops[].port")])
    );
    key!(Fewer mirrors "route" { first: Hop, hops: [Hop; 1] });
    assert_eq!(mismatches::<Fewer>(), found([(Resized, "hops"), (Tail, "")]));
}

#[test]
fn a_field_for_a_member_of_a_nested_struct() {
    key!(Key mirrors "route" {
        #[mapkey(rename = "first.addr")]
        addr: Be<u32>,
        #[mapkey(rename = "first.port")]
        port: u16,
        _pad: Padding<2>,
        hops: [Hop; 2],
    });
    assert_eq!(mismatches::<Key>(), found([(PaddingUsed, "_pad")]));
    assert_eq!(report::<Key>().differences[0].member.as_deref(), Some("first.flags"));
}

#[test]
fn members_of_anonymous_structs_are_named_as_in_c() {
    key!(Key mirrors "anonymous" {
        #[mapkey(rename = "src")]
        from: Be<u16>,
        #[mapkey(rename = "dst")]
        to: Be<u16>,
        mark: u32,
        #[mapkey(rename = "u.wide")]
        wide: u64,
    });
    assert_eq!(notes::<Key>(), []);
}

#[test]
fn a_union_needs_its_member_named() {
    key!(Key mirrors "anonymous" { ports: Be<u32>, mark: u32, u: u64 });
    assert_eq!(mismatches::<Key>(), found([(Retyped, "ports"), (Retyped, "u")]));
    let text = &report::<Key>().differences[0].text;
    assert!(text.contains("rename = \"ports\""), "{text}");
}

#[test]
fn padding_over_the_rest_of_a_union_is_a_note() {
    key!(Key mirrors "anonymous" {
        #[mapkey(rename = "ports")]
        ports: Be<u32>,
        mark: u32,
        #[mapkey(rename = "u.word")]
        word: u32,
        _pad: Padding<4>,
    });
    assert_eq!(notes::<Key>(), found([(PaddingUsed, "_pad")]));
    key!(Unnamed mirrors "anonymous" {
        #[mapkey(rename = "ports")]
        ports: Be<u32>,
        mark: u32,
        _pad: Padding<8>,
    });
    assert_eq!(mismatches::<Unnamed>(), found([(PaddingUsed, "_pad")]));
}

#[test]
fn raw_storage_for_the_smaller_member_of_a_union() {
    key!(Key mirrors "anonymous" {
        #[mapkey(rename = "ports")]
        ports: Be<u32>,
        mark: u32,
        #[mapkey(bytes, rename = "u.word")]
        word: [u8; 4],
        _pad: Padding<4>,
    });
    assert_eq!(notes::<Key>(), found([(PaddingUsed, "_pad")]));
}

#[test]
fn fields_of_a_tuple_struct_are_found_by_their_place() {
    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    #[mapkey(btf = "flow")]
    struct Key(Be<u32>, Be<u32>, u16, Be<u16>);
    assert_eq!(mismatches::<Key>(), found([(super::DifferenceKind::ByteOrder, "2")]));
}
