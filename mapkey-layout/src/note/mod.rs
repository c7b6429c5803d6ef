//! Layouts that travel inside a finished binary, as ELF notes.
//!
//! The derive puts one note for each key into the section `.note.mapkey` of Linux targets, so that a binary can be held
//! against any kernel offline, and a program can check all its keys at once. Linkers keep notes, `strip` does too, and
//! `readelf --notes` shows them. Nothing of them is used when the program runs.
//!
//! # The format
//!
//! A note as the System V ABI has it, with the alignment 4 and the name `mapkey`. Its type is the version of what its
//! descriptor holds, [`VERSION`]; a reader knows the versions up to its own and says so for a later one. The words of a
//! note's header are in the target's byte order; the descriptor has no order:
//!
//! ```text
//! descriptor  string: the path of the module that has the key ("crate::module"), then a layout
//! layout      byte: bits 0..4 kind, bit 5 has a name, bit 6 has a claim, bit 7 has an alignment
//!             number: size
//!             string: name, where it is not what the kind and the size say
//!             claim: byte: bit 0 a module, bit 1 a name in BTF, bit 2 `prefix`
//!                    number of the kernel's names, these strings, then the strings of bits 0 and 1
//!             byte: the alignment's logarithm, where the alignment is not what the kind and the size say
//!             and by its kind
//!               enum    number of variants, each: string and flag (a rename), zigzag number: value, string: rename
//!               array   number of elements, the element's layout
//!               struct  number of fields, each: byte: bits 0..1 annotation, string and flag (a rename),
//!                       string: rename, number: offset, layout
//! number      LEB128, unsigned
//! string      number of bytes, the bytes in UTF-8; with a flag: twice this number, plus one where the flag is set
//! ```
//!
//! Kinds: 0 and 1 an integer in the machine's order, without and with sign; 2 and 3 in big-endian, 4 and 5 in
//! little-endian order; 6 `bool`; 7 and 8 an enum without and with sign; 9 an array; 10 a struct; 11 a transparent one;
//! 12 text; 13 an address; 14 a pointer; 15 padding. Annotations: 0 none, 1 `bytes`, 2 `pointer`, 3 `network_order`. The
//! descriptor is filled up to a multiple of four bytes with zeros that its length does not count.

mod code;
mod emit;

#[cfg(feature = "btf")]
mod arena;
#[cfg(feature = "btf")]
mod cursor;
#[cfg(feature = "btf")]
mod elf;
#[cfg(feature = "btf")]
mod error;
#[cfg(feature = "btf")]
mod read;

#[doc(hidden)]
pub use emit::{Note, descriptor_room};

#[cfg(feature = "btf")]
pub use arena::Arena;
#[cfg(feature = "btf")]
pub use elf::{note_segment, notes};
#[cfg(feature = "btf")]
pub use error::NoteError;
#[cfg(feature = "btf")]
pub use read::{Key, RawNote, keys};

/// The version of the descriptor that this crate writes, and the last one that it reads.
pub const VERSION: u32 = 1;

/// The name of the notes.
pub const NAME: &str = "mapkey";

/// The section that has the notes.
pub const SECTION: &str = ".note.mapkey";
