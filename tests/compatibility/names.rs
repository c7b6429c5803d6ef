//! Which type a name leads to.

use crate::table::table;

table! {
    "Names"
    columns {
        mirrors "`v: u32`"
        wide "`v: u64`"
        neither "`v: u16`"
        bytes "`[u8; 4]`, `bytes`"
        renamed "`w: u32`"
    }
    c_plain "one struct of the name, `__u32 v`" {
        mirrors(plain { v: u32 }) wide(plain { v: u64 }) neither(plain { v: u16 })
        bytes(plain { #[mapkey(bytes)] v: [u8; 4] }) renamed(plain { w: u32 })
    }
    c_flavour "a CO-RE flavour alone, `struct c_flavour___v2`" {
        mirrors(plain { v: u32 }) wide(plain { v: u64 }) neither(plain { v: u16 })
        bytes(plain { #[mapkey(bytes)] v: [u8; 4] }) renamed(plain { w: u32 })
    }
    c_several "two structs of the name, `__u32 v` and `__u64 v`" {
        mirrors(plain { v: u32 }) wide(plain { v: u64 }) neither(plain { v: u16 })
        bytes(plain { #[mapkey(bytes)] v: [u8; 4] }) renamed(plain { w: u32 })
    }
    c_declared "a declaration alone, `struct c_declared;`" {
        mirrors(plain { v: u32 }) wide(plain { v: u64 }) neither(plain { v: u16 })
        bytes(plain { #[mapkey(bytes)] v: [u8; 4] }) renamed(plain { w: u32 })
    }
    c_nowhere "no type of the name" {
        mirrors(plain { v: u32 }) wide(plain { v: u64 }) neither(plain { v: u16 })
        bytes(plain { #[mapkey(bytes)] v: [u8; 4] }) renamed(plain { w: u32 })
    }
    c_empty "an empty struct" {
        mirrors(plain { v: u32 }) wide(plain { v: u64 }) neither(plain { v: u16 })
        bytes(plain { #[mapkey(bytes)] v: [u8; 4] }) renamed(plain { w: u32 })
    }
    c_opaque "4 bytes and no member" {
        mirrors(plain { v: u32 }) wide(plain { v: u64 }) neither(plain { v: u16 })
        bytes(plain { #[mapkey(bytes)] v: [u8; 4] }) renamed(plain { w: u32 })
    }
}
