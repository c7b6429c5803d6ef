//! Packed and aligned structs, and padding of both sides.

use mapkey_runtime::Padding;

use crate::table::table;

table! {
    "Packed and aligned structs"
    columns {
        packed "`repr(C, packed)`"
        implicit "`repr(C)` without `Padding`"
        three "`repr(C)`, `Padding<3>` before `v`"
        seven "`repr(C)`, `Padding<7>` before `v`, `Padding<4>` behind"
        aligned "`repr(C, align(16))`, `Padding<3>` before `v`, `Padding<8>` behind"
        named "`Padding<3>` with `rename = \"pad\"`"
    }
    c_natural "`__u8 kind; __u32 v`" {
        packed(packed { kind: u8, v: u32 })
        implicit(refused "padding/middle")
        three(plain { kind: u8, _pad: Padding<3>, v: u32 })
        seven(plain { kind: u8, _pad: Padding<7>, v: u32, _pad2: Padding<4> })
        aligned(aligned { kind: u8, _pad: Padding<3>, v: u32, _pad2: Padding<8> })
    }
    c_packed "the same, packed" {
        packed(packed { kind: u8, v: u32 })
        implicit(refused "padding/middle")
        three(plain { kind: u8, _pad: Padding<3>, v: u32 })
        seven(plain { kind: u8, _pad: Padding<7>, v: u32, _pad2: Padding<4> })
        aligned(aligned { kind: u8, _pad: Padding<3>, v: u32, _pad2: Padding<8> })
    }
    c_aligned_member "`v` aligned to 8" {
        packed(packed { kind: u8, v: u32 })
        implicit(refused "padding/middle")
        three(plain { kind: u8, _pad: Padding<3>, v: u32 })
        seven(plain { kind: u8, _pad: Padding<7>, v: u32, _pad2: Padding<4> })
        aligned(aligned { kind: u8, _pad: Padding<3>, v: u32, _pad2: Padding<8> })
    }
    c_aligned_struct "the struct aligned to 16" {
        packed(packed { kind: u8, v: u32 })
        implicit(refused "padding/align")
        three(plain { kind: u8, _pad: Padding<3>, v: u32 })
        seven(plain { kind: u8, _pad: Padding<7>, v: u32, _pad2: Padding<4> })
        aligned(aligned { kind: u8, _pad: Padding<3>, v: u32, _pad2: Padding<8> })
    }
    c_own_pad "`__u8 kind; __u8 pad[3]; __u32 v`" {
        packed(packed { kind: u8, v: u32 })
        implicit(refused "padding/middle")
        three(plain { kind: u8, _pad: Padding<3>, v: u32 })
        named(plain {
            kind: u8,
            #[mapkey(rename = "pad")]
            _pad: Padding<3>,
            v: u32,
        })
    }
}
