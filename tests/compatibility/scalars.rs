//! Characters, truth values, enums, floats, pointers and 128-bit integers.

use mapkey_runtime::{Be, KernelPtr, Padding};

use crate::table::table;
use crate::types;

table! {
    "Other values"
    columns {
        unsigned "`uN`"
        signed "`iN`"
        be "`Be<_>`"
        truth "`bool`"
        enumeration "enum with these values"
        bytes "`bytes`"
        pointer "`pointer`"
        kernel_ptr "`KernelPtr`"
        padding "`Padding`"
        left_out "left out"
        rust "Rust's own type"
    }
    c_char "`char`" {
        unsigned(u8) signed(i8) be(refused "types/be_of_no_integer") truth(bool) bytes(#[mapkey(bytes)] u8)
        padding(packed { id: u64, _pad: Padding<1> }) left_out(left_out) rust(refused "types/char")
    }
    c_bool "`_Bool`" {
        unsigned(u8) signed(i8) be(refused "types/be_of_no_integer") truth(bool) bytes(#[mapkey(bytes)] u8)
        padding(packed { id: u64, _pad: Padding<1> }) left_out(left_out)
    }
    c_enum "`enum`" {
        unsigned(u32) signed(i32) be(Be<u32>) enumeration(types::Color) bytes(#[mapkey(bytes)] [u8; 4])
        padding(packed { id: u64, _pad: Padding<4> }) left_out(left_out) rust(refused "repr/enum_c")
    }
    c_enum_negative "`enum` with negative values" {
        unsigned(u32) signed(i32) be(Be<i32>) enumeration(types::Verdict) bytes(#[mapkey(bytes)] [u8; 4])
        padding(packed { id: u64, _pad: Padding<4> }) left_out(left_out) rust(refused "repr/enum_c")
    }
    c_enum_wide "`enum` of 64 bits" {
        unsigned(u64) signed(i64) be(Be<u64>) enumeration(types::Wide) bytes(#[mapkey(bytes)] [u8; 8])
        pointer(#[mapkey(pointer)] u64) kernel_ptr(KernelPtr) padding(packed { id: u64, _pad: Padding<8> })
        left_out(left_out) rust(refused "repr/enum_c")
    }
    c_float "`float`" {
        unsigned(u32) signed(i32) bytes(#[mapkey(bytes)] u32) padding(packed { id: u64, _pad: Padding<4> })
        left_out(left_out) rust(refused "types/f32")
    }
    c_double "`double`" {
        unsigned(u64) signed(i64) bytes(#[mapkey(bytes)] u64) pointer(#[mapkey(pointer)] u64) kernel_ptr(KernelPtr)
        padding(packed { id: u64, _pad: Padding<8> }) left_out(left_out) rust(refused "types/f64")
    }
    c_pointer "`void *`" {
        unsigned(u64) signed(i64) be(Be<u64>) bytes(#[mapkey(bytes)] [u8; 8]) pointer(#[mapkey(pointer)] u64)
        kernel_ptr(KernelPtr) padding(packed { id: u64, _pad: Padding<8> }) left_out(left_out)
        rust(refused "types/pointer")
    }
    c_function_pointer "`int (*)(int)`" {
        unsigned(u64) signed(i64) be(Be<u64>) bytes(#[mapkey(bytes)] [u8; 8]) pointer(#[mapkey(pointer)] u64)
        kernel_ptr(KernelPtr) padding(packed { id: u64, _pad: Padding<8> }) left_out(left_out)
        rust(refused "types/function_pointer")
    }
    c_int128 "`__int128`" {
        unsigned([u64; 2]) signed([i64; 2]) bytes(#[mapkey(bytes)] [u64; 2])
        padding(packed { id: u64, _pad: Padding<16> }) left_out(left_out) rust(refused "types/i128")
    }
}
