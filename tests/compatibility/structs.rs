//! Structs, unions and bit-fields.

use mapkey_runtime::{Be, Ipv4, Ipv6, Padding};

use crate::table::table;
use crate::types::{Hop, In6Addr, InAddr, U64};

table! {
    "Structs, unions and bit-fields"
    columns {
        nested "nested key"
        integer "integer of its size"
        octets "`[u8; N]`"
        bytes "`bytes`"
        rename "fields for its members, by `rename`"
        address "`Ipv4`, `Ipv6`"
        padding "`Padding`"
        left_out "left out"
        rust "Rust's own type"
    }
    c_struct "`struct hop v`" {
        nested(Hop) integer(u64) octets([u8; 8]) bytes(#[mapkey(bytes)] [u8; 8])
        rename(packed {
            id: u64,
            #[mapkey(rename = "v.addr")]
            addr: Be<u32>,
            #[mapkey(rename = "v.port")]
            port: u16,
            #[mapkey(rename = "v.flags")]
            flags: u16,
        })
        padding(packed { id: u64, _pad: Padding<8> }) left_out(left_out) rust(refused "types/tuple")
    }
    c_wrapper "`struct in_addr v`, one member" {
        nested(InAddr) integer(Be<u32>) octets([u8; 4]) bytes(#[mapkey(bytes)] [u8; 4])
        rename(#[mapkey(rename = "v.s_addr")] Be<u32>) address(Ipv4) padding(packed { id: u64, _pad: Padding<4> })
        left_out(left_out) rust(refused "types/std_ipv4")
    }
    c_in6_addr "`struct in6_addr v`" {
        nested(In6Addr) octets([u8; 16]) bytes(#[mapkey(bytes)] [u8; 16])
        rename(#[mapkey(rename = "v.in6_u.u6_addr32")] [Be<u32>; 4]) address(Ipv6)
        padding(packed { id: u64, _pad: Padding<16> }) left_out(left_out)
    }
    c_anonymous_struct "`struct { __u64 v; }` without a name" {
        nested(U64) integer(u64) octets([u8; 8]) bytes(#[mapkey(bytes)] [u8; 8]) rename(#[mapkey(rename = "v")] u64)
        padding(packed { id: u64, _pad: Padding<8> }) left_out(left_out)
    }
    c_union "`union { __u64 wide; ... } v`" {
        nested(U64) integer(u64) octets([u8; 8]) bytes(#[mapkey(bytes)] [u8; 8])
        rename(#[mapkey(rename = "v.wide")] u64) padding(packed { id: u64, _pad: Padding<8> }) left_out(left_out)
        rust(refused "shape/union")
    }
    c_anonymous_union "`union { __u64 v; ... }` without a name" {
        nested(U64) integer(u64) octets([u8; 8]) bytes(#[mapkey(bytes)] [u8; 8]) rename(#[mapkey(rename = "v")] u64)
        padding(packed { id: u64, _pad: Padding<8> }) left_out(left_out) rust(refused "shape/union")
    }
    c_bit_field "`__u64 v : 40, rest : 24`" {
        integer(u64) octets([u8; 8]) bytes(#[mapkey(bytes)] [u8; 8])
        rename(packed {
            id: u64,
            #[mapkey(rename = "v")]
            low: u32,
            #[mapkey(rename = "rest")]
            high: u32,
        })
        padding(packed { id: u64, _pad: Padding<8> }) left_out(left_out)
    }
    c_whole_bit_field "`__u64 v : 64`" {
        integer(u64) octets([u8; 8]) bytes(#[mapkey(bytes)] [u8; 8]) rename(#[mapkey(rename = "v")] u64)
        padding(packed { id: u64, _pad: Padding<8> }) left_out(left_out)
    }
    c_empty_member "`struct empty v`" {
        nested(refused "shape/no_fields") bytes(refused "shape/empty_array") padding(refused "shape/empty_nested")
        left_out(left_out)
    }
}
