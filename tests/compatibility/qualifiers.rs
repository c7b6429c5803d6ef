//! Typedefs, qualifiers and tags.

use mapkey_runtime::{Be, KernelPtr};

use crate::table::table;

table! {
    "Typedefs, qualifiers and tags"
    columns {
        unsigned "`uN`"
        signed "`iN`"
        be "`Be<_>`"
        bytes "`bytes`"
        pointer "`pointer`"
        kernel_ptr "`KernelPtr`"
    }
    c_typedefs "typedefs of `__u32`" {
        unsigned(u32) signed(i32) be(Be<u32>) bytes(#[mapkey(bytes)] [u8; 4])
    }
    c_typedefs_be "typedefs of `__be32`" {
        unsigned(u32) signed(i32) be(Be<u32>) bytes(#[mapkey(bytes)] [u8; 4])
    }
    c_const "`const __u32`" {
        unsigned(u32) signed(i32) be(Be<u32>) bytes(#[mapkey(bytes)] [u8; 4])
    }
    c_volatile "`volatile __u32`" {
        unsigned(u32) signed(i32) be(Be<u32>) bytes(#[mapkey(bytes)] [u8; 4])
    }
    c_const_volatile_be "`const volatile __be32`" {
        unsigned(u32) signed(i32) be(Be<u32>) bytes(#[mapkey(bytes)] [u8; 4])
    }
    c_decl_tag "`__u32` with a declaration tag" {
        unsigned(u32) signed(i32) be(Be<u32>) bytes(#[mapkey(bytes)] [u8; 4])
    }
    c_type_tag "`__u32 *` with a type tag" {
        unsigned(u64) signed(i64) bytes(#[mapkey(bytes)] [u8; 8]) pointer(#[mapkey(pointer)] u64)
        kernel_ptr(KernelPtr)
    }
    c_restrict "`__u32 *restrict`" {
        unsigned(u64) signed(i64) bytes(#[mapkey(bytes)] [u8; 8]) pointer(#[mapkey(pointer)] u64)
        kernel_ptr(KernelPtr)
    }
}
