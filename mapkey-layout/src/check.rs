//! What the derive asserts while compiling. Only the derive calls these.
//!
//! Each is `#[track_caller]`, so that the compiler points at the token that the derive chose and
//! nowhere else, and panics with a message that holds the bytes and the remedy.

use core::marker::PhantomData;

use crate::message::{Message, same};
use crate::{Annotation, ByteOrder, Kind, Layout};

/// The length of an array, from its type: its expression may not be repeated.
pub trait Array {
    /// How many elements.
    const LEN: usize;
}

impl<T, const N: usize> Array for [T; N] {
    const LEN: usize = N;
}

/// [`IS_COPY`](CopyProbe::IS_COPY) tells whether `T` is `Copy`, without an error where it is not.
pub struct CopyProbe<T>(PhantomData<T>);

impl<T: Copy> CopyProbe<T> {
    /// It is: an inherent constant goes before a trait's of the same name.
    pub const IS_COPY: bool = true;
}

/// The answer for types without the inherent constant.
pub trait NotCopy {
    /// It is not.
    const IS_COPY: bool = false;
}

impl<T> NotCopy for CopyProbe<T> {}

/// The type is `Copy`.
///
/// # Panics
///
/// Where it is not.
#[track_caller]
pub const fn copy(layout: &Layout, is_copy: bool) {
    if !is_copy {
        let message = Message::new()
            .text("`")
            .text(layout.name)
            .text("` is not `Copy`, and a key is copied to the kernel byte by byte: add `#[derive(Clone, Copy)]`");
        panic!("{}", message.as_str());
    }
}

/// No byte between field `index` and the next field, or the end, is without an owner.
///
/// # Panics
///
/// Where such a byte exists. `visibility` is what stands before the field's name.
#[track_caller]
pub const fn no_gap(layout: &Layout, index: usize, visibility: &str, tuple: bool) {
    let Some((start, end)) = gap_behind(layout, index) else { return };
    let field = &layout.fields()[index];
    let message = Message::new()
        .text("`")
        .text(layout.name)
        .text("` has ")
        .byte_count(end - start)
        .text(" of implicit padding at ")
        .number(start)
        .text("..")
        .number(end)
        .text(", behind `")
        .text(field.name)
        .text(if end - start == 1 {
            "`: no field owns it, and the kernel compares it"
        } else {
            "`: no field owns them, and the kernel compares them"
        });
    // Padding that is too short grows, anything else is followed by padding.
    let (remedy, bytes) = match field.layout.kind {
        Kind::Padding => ("; write `", field.layout.size + (end - start)),
        _ if tuple => ("; add behind it: `", end - start),
        _ => ("; add this line below it: `", end - start),
    };
    let message = message.text(remedy).text(visibility).text(if visibility.is_empty() { "" } else { " " });
    let message = match field.layout.kind {
        _ if tuple => message,
        Kind::Padding => message.text(field.name).text(": "),
        _ => pad_name(message, layout, index).text(": "),
    };
    let message = message.text("Padding<").number(bytes).text(">,`");
    panic!("{}", message.as_str());
}

/// The bytes behind field `index` that no field owns.
const fn gap_behind(layout: &Layout, index: usize) -> Option<(usize, usize)> {
    let fields = layout.fields();
    let start = fields[index].end();
    let end = if index + 1 < fields.len() { fields[index + 1].offset } else { layout.size };
    if start < end { Some((start, end)) } else { None }
}

/// Appends a name for a new field: `_pad`, or the next of `_pad2`, `_pad3` that neither a field nor
/// an earlier gap takes, so that all lines that a struct's errors offer can be pasted together.
const fn pad_name(message: Message, layout: &Layout, index: usize) -> Message {
    let mut earlier = 0;
    let mut i = 0;
    while i < index {
        let is_padding = matches!(layout.fields()[i].layout.kind, Kind::Padding);
        if gap_behind(layout, i).is_some() && !is_padding {
            earlier += 1;
        }
        i += 1;
    }
    let mut number = 1;
    loop {
        let name = if number == 1 { Message::new().text("_pad") } else { Message::new().text("_pad").number(number) };
        if !has_field(layout, name.as_str()) {
            if earlier == 0 {
                return message.text(name.as_str());
            }
            earlier -= 1;
        }
        number += 1;
    }
}

const fn has_field(layout: &Layout, name: &str) -> bool {
    let fields = layout.fields();
    let mut i = 0;
    while i < fields.len() {
        if same(fields[i].name.as_bytes(), name.as_bytes()) {
            return true;
        }
        i += 1;
    }
    false
}

/// Field `index` has bytes.
///
/// # Panics
///
/// Where it has none.
#[track_caller]
pub const fn not_empty(layout: &Layout, index: usize) {
    if layout.fields()[index].layout.size == 0 {
        let message = Message::new()
            .text("field `")
            .text(layout.fields()[index].name)
            .text("` of `")
            .text(layout.name)
            .text("` has no bytes: a key is compared byte by byte, remove the field");
        panic!("{}", message.as_str());
    }
}

/// The whole type is `expected` bytes long.
///
/// # Panics
///
/// Where it is not.
#[track_caller]
pub const fn size(layout: &Layout, expected: usize) {
    if layout.size != expected {
        let message = Message::new()
            .text("`")
            .text(layout.name)
            .text("` takes ")
            .byte_count(layout.size)
            .text(", and ")
            .number(expected)
            .text(if expected == 1 { " is" } else { " are" })
            .text(" expected here: change its fields, or write `size = ")
            .number(layout.size)
            .text("`");
        panic!("{}", message.as_str());
    }
}

/// Field `index` starts at byte `expected`.
///
/// # Panics
///
/// Where it does not.
#[track_caller]
pub const fn offset(layout: &Layout, index: usize, expected: usize) {
    let field = &layout.fields()[index];
    if field.offset != expected {
        let message = Message::new()
            .text("field `")
            .text(field.name)
            .text("` of `")
            .text(layout.name)
            .text("` is at offset ")
            .number(field.offset)
            .text(", and ")
            .number(expected)
            .text(" is expected here: change what is before it, or write `offset = ")
            .number(field.offset)
            .text("`");
        panic!("{}", message.as_str());
    }
}

/// The annotation of field `index` fits its type.
///
/// # Panics
///
/// For `network_order` on what is no native integer of several bytes, `pointer` on what is no 64-bit
/// integer, and `bytes` on what has invalid bytes.
#[track_caller]
pub const fn annotation(layout: &Layout, index: usize) {
    let field = &layout.fields()[index];
    let kind = &field.layout.kind;
    let fault = match field.annotation {
        Annotation::NetworkOrder if !matches!(kind, Kind::Int { order: ByteOrder::Native, .. }) => {
            "` is no native integer, and `network_order` is for one that you convert by hand: remove the attribute"
        }
        Annotation::NetworkOrder if field.layout.size == 1 => {
            "` is one byte, which has no order: remove `network_order`"
        }
        Annotation::Pointer if !(field.layout.size == 8 && matches!(kind, Kind::Int { .. } | Kind::Pointer)) => {
            "` is no 64-bit integer, and a pointer of the kernel is one: use `u64` or `KernelPtr`"
        }
        Annotation::Bytes if !field.layout.any_bit_pattern() => {
            "` has invalid bytes, and `bytes` is storage for any: use `[u8; N]` or an integer"
        }
        _ => return,
    };
    let message = Message::new().text("field `").text(field.name).text("` of `").text(layout.name).text(fault);
    panic!("{}", message.as_str());
}

/// Every pattern of bits is a value of field `index`, as `aya::Pod` promises.
///
/// # Panics
///
/// Where one is not.
#[track_caller]
pub const fn any_bit_pattern(layout: &Layout, index: usize) {
    let field = &layout.fields()[index];
    if !field.layout.any_bit_pattern() {
        let message = Message::new()
            .text("`aya_pod` promises that any bytes are a `")
            .text(layout.name)
            .text("`, and field `")
            .text(field.name)
            .text("` holds a `bool` or an enum, which has invalid bytes: store it as an integer and convert it");
        panic!("{}", message.as_str());
    }
}
