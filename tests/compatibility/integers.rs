//! Integers of C as integers of Rust.

use mapkey_runtime::{Be, Le};

use crate::table::table;
use crate::types;

table! {
    "Integers as integers"
    columns {
        unsigned "`uN`"
        signed "`iN`"
        be "`Be<_>`"
        le "`Le<_>`"
        network_order "`network_order`"
        wrapper "transparent wrapper"
    }
    c_u8 "`__u8`" {
        unsigned(u8) signed(i8) be(refused "types/be_of_no_integer") le(refused "types/be_of_no_integer")
        network_order(refused "attributes/network_order_on_a_byte") wrapper(types::U8)
    }
    c_s8 "`__s8`" {
        unsigned(u8) signed(i8) be(refused "types/be_of_no_integer") le(refused "types/be_of_no_integer")
        network_order(refused "attributes/network_order_on_a_byte") wrapper(types::I8)
    }
    c_u16 "`__u16`" {
        unsigned(u16) signed(i16) be(Be<u16>) le(Le<u16>) network_order(#[mapkey(network_order)] u16)
        wrapper(types::U16)
    }
    c_s16 "`__s16`" {
        unsigned(u16) signed(i16) be(Be<i16>) le(Le<i16>) network_order(#[mapkey(network_order)] i16)
        wrapper(types::I16)
    }
    c_u32 "`__u32`" {
        unsigned(u32) signed(i32) be(Be<u32>) le(Le<u32>) network_order(#[mapkey(network_order)] u32)
        wrapper(types::U32)
    }
    c_s32 "`__s32`" {
        unsigned(u32) signed(i32) be(Be<i32>) le(Le<i32>) network_order(#[mapkey(network_order)] i32)
        wrapper(types::I32)
    }
    c_u64 "`__u64`" {
        unsigned(u64) signed(i64) be(Be<u64>) le(Le<u64>) network_order(#[mapkey(network_order)] u64)
        wrapper(types::U64)
    }
    c_s64 "`__s64`" {
        unsigned(u64) signed(i64) be(Be<i64>) le(Le<i64>) network_order(#[mapkey(network_order)] i64)
        wrapper(types::I64)
    }
    c_long "`long`" {
        unsigned(u64) signed(i64) be(Be<i64>) le(Le<i64>) network_order(#[mapkey(network_order)] i64)
        wrapper(types::I64)
    }
    c_be16 "`__be16`" {
        unsigned(u16) signed(i16) be(Be<u16>) le(Le<u16>) network_order(#[mapkey(network_order)] u16)
        wrapper(types::Be16)
    }
    c_be32 "`__be32`" {
        unsigned(u32) signed(i32) be(Be<u32>) le(Le<u32>) network_order(#[mapkey(network_order)] u32)
        wrapper(types::Be32)
    }
    c_be64 "`__be64`" {
        unsigned(u64) signed(i64) be(Be<u64>) le(Le<u64>) network_order(#[mapkey(network_order)] u64)
        wrapper(types::Be64)
    }
    c_le16 "`__le16`" {
        unsigned(u16) signed(i16) be(Be<u16>) le(Le<u16>) network_order(#[mapkey(network_order)] u16)
        wrapper(types::Le16)
    }
    c_le32 "`__le32`" {
        unsigned(u32) signed(i32) be(Be<u32>) le(Le<u32>) network_order(#[mapkey(network_order)] u32)
        wrapper(types::Le32)
    }
    c_le64 "`__le64`" {
        unsigned(u64) signed(i64) be(Be<u64>) le(Le<u64>) network_order(#[mapkey(network_order)] u64)
        wrapper(types::Le64)
    }
}
