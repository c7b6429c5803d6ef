//! Arrays.

use mapkey_runtime::{Be, FixedStr, Ipv4, Ipv6, Mac, Padding};

use crate::table::table;
use crate::types::Hop;

table! {
    "Arrays"
    columns {
        elements "array of the same elements"
        shorter "array of fewer"
        dimensions "other dimensions"
        others "array of other elements"
        octets "`[u8; N]`"
        text "`FixedStr`"
        address "`Ipv4`, `Ipv6`, `Mac`"
        bytes "`bytes`"
        padding "`Padding`"
        left_out "left out"
        rust "slice"
    }
    c_u8_array "`__u8 v[16]`" {
        elements([u8; 16]) shorter([u8; 12]) dimensions([[u8; 8]; 2]) others([u16; 8]) octets([u8; 16])
        text(FixedStr<16>) address(Ipv6) bytes(#[mapkey(bytes)] [u64; 2])
        padding(packed { id: u64, _pad: Padding<16> }) left_out(left_out) rust(refused "types/slice")
    }
    c_mac_array "`__u8 v[6]`" {
        elements([u8; 6]) shorter([u8; 5]) dimensions([[u8; 3]; 2]) others([u16; 3]) octets([u8; 6]) text(FixedStr<6>)
        address(Mac) bytes(#[mapkey(bytes)] [u16; 3]) padding(packed { id: u64, _pad: Padding<6> }) left_out(left_out)
        rust(refused "types/slice")
    }
    c_char_array "`char v[16]`" {
        elements([i8; 16]) shorter([i8; 12]) dimensions([[i8; 8]; 2]) others([u16; 8]) octets([u8; 16])
        text(FixedStr<16>) address(Ipv6) bytes(#[mapkey(bytes)] [u64; 2])
        padding(packed { id: u64, _pad: Padding<16> }) left_out(left_out) rust(refused "types/str")
    }
    c_u32_array "`__u32 v[4]`" {
        elements([u32; 4]) shorter([u32; 3]) dimensions([[u32; 2]; 2]) others([u64; 2]) octets([u8; 16])
        text(FixedStr<16>) address(Ipv6) bytes(#[mapkey(bytes)] [u8; 16])
        padding(packed { id: u64, _pad: Padding<16> }) left_out(left_out) rust(refused "types/slice")
    }
    c_be32_array "`__be32 v[4]`" {
        elements([Be<u32>; 4]) shorter([Be<u32>; 3]) dimensions([[Be<u32>; 2]; 2]) others([u32; 4]) octets([u8; 16])
        text(FixedStr<16>) address(Ipv6) bytes(#[mapkey(bytes)] [u8; 16])
        padding(packed { id: u64, _pad: Padding<16> }) left_out(left_out) rust(refused "types/slice")
    }
    c_two_dimensions "`__u16 v[2][2]`" {
        elements([[u16; 2]; 2]) shorter([[u16; 2]; 1]) dimensions([u16; 4]) others([u32; 2]) octets([u8; 8])
        text(FixedStr<8>) bytes(#[mapkey(bytes)] [u8; 8]) padding(packed { id: u64, _pad: Padding<8> })
        left_out(left_out) rust(refused "types/slice")
    }
    c_struct_array "`struct hop v[2]`" {
        elements([Hop; 2]) shorter([Hop; 1]) dimensions([[Hop; 1]; 2]) others([u64; 2]) octets([u8; 16])
        text(FixedStr<16>) bytes(#[mapkey(bytes)] [u8; 16]) padding(packed { id: u64, _pad: Padding<16> })
        left_out(left_out) rust(refused "types/slice")
    }
    c_flexible "`__u8 v[]`" {
        elements([u8; 8]) dimensions([[u8; 4]; 2]) others([u32; 2]) octets([u8; 8]) text(FixedStr<8>) address(Ipv4)
        bytes(#[mapkey(bytes)] [u8; 8]) padding(packed { id: u64, _pad: Padding<8> }) left_out(left_out)
        rust(refused "types/slice") } c_flexible_words "`__u32 v[]`" { elements([u32; 2]) dimensions([[u32; 1]; 2])
        others([u64; 1]) octets([u8; 8]) text(FixedStr<8>) address(Ipv4) bytes(#[mapkey(bytes)] [u8; 8])
        padding(packed { id: u64, _pad: Padding<8> }) left_out(left_out) rust(refused "types/slice")
    }
}
