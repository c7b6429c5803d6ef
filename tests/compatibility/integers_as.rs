//! Integers of C as something else.

use mapkey_runtime::{Ipv4, KernelPtr, Padding};

use crate::table::table;
use crate::types;

table! {
    "Integers as something else"
    columns {
        array "`[u8; N]`"
        bytes "`bytes`"
        truth "`bool`"
        enumeration "enum"
        address "`Ipv4`"
        pointer "`pointer`"
        kernel_ptr "`KernelPtr`"
        padding "`Padding`"
        left_out "left out"
    }
    c_u8 "`__u8`" {
        array([u8; 1]) bytes(#[mapkey(bytes)] [u8; 1]) pointer(refused "attributes/pointer_too_small") truth(bool)
        padding(packed { id: u64, _pad: Padding<1> }) left_out(left_out)
    }
    c_u16 "`__u16`" {
        array([u8; 2]) bytes(#[mapkey(bytes)] [u8; 2]) pointer(refused "attributes/pointer_too_small")
        padding(packed { id: u64, _pad: Padding<2> }) left_out(left_out)
    }
    c_u32 "`__u32`" {
        array([u8; 4]) bytes(#[mapkey(bytes)] [u8; 4]) pointer(refused "attributes/pointer_too_small")
        enumeration(types::Color) address(Ipv4) padding(packed { id: u64, _pad: Padding<4> }) left_out(left_out)
    }
    c_u64 "`__u64`" {
        array([u8; 8]) bytes(#[mapkey(bytes)] [u8; 8]) pointer(#[mapkey(pointer)] u64) kernel_ptr(KernelPtr)
        enumeration(types::Wide) padding(packed { id: u64, _pad: Padding<8> }) left_out(left_out)
    }
    c_be16 "`__be16`" {
        array([u8; 2]) bytes(#[mapkey(bytes)] [u8; 2]) pointer(refused "attributes/pointer_too_small")
        padding(packed { id: u64, _pad: Padding<2> }) left_out(left_out)
    }
    c_be32 "`__be32`" {
        array([u8; 4]) bytes(#[mapkey(bytes)] [u8; 4]) pointer(refused "attributes/pointer_too_small")
        enumeration(types::Color) address(Ipv4) padding(packed { id: u64, _pad: Padding<4> }) left_out(left_out)
    }
    c_be64 "`__be64`" {
        array([u8; 8]) bytes(#[mapkey(bytes)] [u8; 8]) pointer(#[mapkey(pointer)] u64) kernel_ptr(KernelPtr)
        enumeration(types::Wide) padding(packed { id: u64, _pad: Padding<8> }) left_out(left_out)
    }
    c_le32 "`__le32`" {
        array([u8; 4]) bytes(#[mapkey(bytes)] [u8; 4]) pointer(refused "attributes/pointer_too_small")
        enumeration(types::Color) address(Ipv4) padding(packed { id: u64, _pad: Padding<4> }) left_out(left_out)
    }
}
