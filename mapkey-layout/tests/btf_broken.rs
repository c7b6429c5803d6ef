//! What the reader refuses, and with which words.
#![cfg(feature = "btf")]
#![allow(missing_docs)]

mod support;

use mapkey_layout::btf::{Btf, BtfError};
use mapkey_layout::types::MAX_DEPTH;
use support::{
    Builder, CONST, DATASEC, DECL_TAG, FUNC, FWD, KIND_FLAG, Order, SIGNED, STRUCT, VAR, exercise, index, load_error,
};

fn parse_error(data: &[u8]) -> String {
    match Btf::parse(data) {
        Ok(_) => panic!("this was read as BTF"),
        Err(error) => error.to_string(),
    }
}

fn index_error(data: &[u8]) -> String {
    match Btf::parse(data).and_then(|btf| btf.index(&["key"]).map(|_| ())) {
        Ok(()) => panic!("this was indexed"),
        Err(error) => error.to_string(),
    }
}

fn small() -> Vec<u8> {
    let mut btf = Builder::new();
    btf.int("int", 4, SIGNED);
    btf.build(Order::Little)
}

#[test]
fn what_is_no_btf() {
    assert_eq!(
        parse_error(b"#!/bin/sh"),
        "neither BTF nor an ELF file: it starts with 23 21 2f 62, BTF starts with 9f eb or eb 9f and ELF with 7f 45 4c 46"
    );
    assert!(parse_error(b"").contains("it starts with nothing (it is empty), BTF"));
    for (start, message) in [
        (&b"\x1f\x8b\x08"[..], "the file is compressed with gzip: unpack it first, with `gzip -dk FILE`"),
        (b"\xfd7zXZ\0\0", "the file is compressed with xz: unpack it first, with `xz -dk FILE`"),
        (b"\x28\xb5\x2f\xfd", "the file is compressed with zstd: unpack it first, with `zstd -d FILE`"),
        (b"\x02\x21\x4c\x18", "the file is compressed with lz4: unpack it first, with `lz4 -d FILE`"),
        (b"\x5d\0\0\x80\0", "the file is compressed with lzma: unpack it first, with `lzma -dk FILE`"),
        (b"\x89LZO\0\r\n", "the file is compressed with lzo: unpack it first, with `lzop -d FILE`"),
    ] {
        assert_eq!(parse_error(start), message);
    }
}

#[test]
fn headers() {
    let change = |at: usize, byte: u8| {
        let mut data = small();
        data[at] = byte;
        parse_error(&data)
    };
    assert_eq!(change(2, 9), "BTF version 9 at byte 2: only version 1 is known");
    assert_eq!(change(3, 1), "BTF header flags 0x01 at byte 3: expected 0, no flag is known");
    assert_eq!(change(4, 20), "the BTF header says at byte 4 that it is 20 bytes long: expected 24 or more");
    assert_eq!(change(5, 1), "the BTF is cut off: the header at byte 0 takes 280 bytes, and 45 are there");
    assert_eq!(
        change(15, 0xff),
        "the BTF is cut off: the type section at byte 24 takes 4278190096 bytes, and 21 are there"
    );
    assert_eq!(change(17, 1), "the BTF is cut off: the string section at byte 296 takes 5 bytes, and 0 are there");
    assert_eq!(change(44, b'!'), "the BTF string section ends at byte 45 with 0x21: expected a NUL byte");
    assert_eq!(
        parse_error(&small()[..20]),
        "the BTF is cut off: the header at byte 0 takes 24 bytes, and 20 are there"
    );

    let mut btf = Builder::new();
    btf.layout = Some(vec![[0; 4]; 3]);
    let mut data = btf.build(Order::Little);
    data[28] = 0xff;
    assert!(parse_error(&data).starts_with("the BTF is cut off: the layout section at byte 32 takes 255 bytes"));
}

#[test]
fn records() {
    let mut btf = Builder::new();
    btf.record("key", STRUCT, 3, 4, &[0, 0, 0]);
    assert_eq!(
        index_error(&btf.native()),
        "the BTF is cut off: the type record at byte 24 takes 48 bytes, and 24 are there"
    );
    let mut btf = Builder::new();
    btf.modifier(FUNC, "key", 0);
    btf.raw(&[0, FUNC << 24]);
    assert_eq!(
        index_error(&btf.native()),
        "the BTF is cut off: the type record at byte 36 takes 12 bytes, and 8 are there"
    );

    let mut btf = Builder::new();
    btf.record("", 63, 0, 0, &[]);
    assert_eq!(
        index_error(&btf.native()),
        "type 1 at byte 24 is of kind 63, which is not known, and the BTF has no layout section that tells how long it \
         is: expected a kind from 1 to 19"
    );
    let mut btf = Builder::new();
    btf.raw(&[99, STRUCT << 24, 0]);
    assert_eq!(
        index_error(&btf.native()),
        "the record at byte 24 has its name at string offset 99, and the string section is 1 bytes long; the BTF of a \
         kernel module is only readable beside the kernel's"
    );
}

#[test]
fn names_that_nobody_can_read() {
    for name in ["a\u{1b}[31mb", "line\nbreak", "\u{9b}31m"] {
        let mut btf = Builder::new();
        let id = btf.structure(name, 0, &[]);
        let data = btf.native();
        let found = index(&data, &[]).name_of(id);
        assert!(matches!(found, Err(BtfError::Name { offset: 37, .. })), "{found:?}");
        let message = load_error(&data, id).to_string();
        assert!(!message.chars().any(char::is_control), "{message:?}");
    }
    let mut btf = Builder::new();
    let int = btf.int("int", 4, 0);
    let id = btf.structure("key", 4, &[("byte", int, 0)]);
    let mut data = btf.native();
    let at = data.windows(4).position(|bytes| bytes == b"byte").expect("the member is named so");
    data[at] = 0xff;
    assert_eq!(
        load_error(&data, id).to_string(),
        format!("the name at byte {at} is no text: \"\\xffyte\" is not UTF-8, or has control characters")
    );
    let mut btf = Builder::new();
    let id = btf.structure(&"x".repeat(5000), 0, &[]);
    assert!(matches!(load_error(&btf.native(), id), BtfError::NameLength { limit: 4095, .. }));
}

#[test]
fn ids() {
    let mut btf = Builder::new();
    let id = btf.structure("key", 4, &[("a", 77, 0)]);
    assert_eq!(load_error(&btf.native(), id), BtfError::IdOutOfRange { found: 77, max: 1 });
    assert_eq!(load_error(&btf.native(), u32::MAX), BtfError::IdOutOfRange { found: u32::MAX, max: 1 });
    for (kind, body) in [(FUNC, 0), (VAR, 1), (DATASEC, 0), (DECL_TAG, 1)] {
        let mut btf = Builder::new();
        let id = btf.record("it", kind, 0, 0, &[0][..body]);
        let error = load_error(&btf.native(), id);
        assert!(matches!(error, BtfError::NotAType { id: 1, offset: 24, .. }), "{error}");
    }
}

#[test]
fn cycles() {
    let mut btf = Builder::new();
    let own = btf.structure("own", 4, &[("a", btf.next_id(), 0)]);
    let first = btf.next_id();
    btf.structure("first", 4, &[("a", first + 1, 0)]);
    btf.array(first + 2, 1);
    btf.typedef("third", first);
    let typedef = btf.typedef("typedef", btf.next_id());
    let constant = btf.modifier(CONST, "", btf.next_id() + 1);
    btf.typedef("back", constant);
    let into = btf.typedef("into", constant);
    let data = btf.native();
    assert_eq!(load_error(&data, own).to_string(), "type 1 at byte 24 contains itself");
    assert_eq!(load_error(&data, first).to_string(), "type 2 at byte 48 contains itself");
    assert!(matches!(load_error(&data, first + 1), BtfError::Cycle { id: 3, .. }));
    assert!(matches!(load_error(&data, typedef), BtfError::Cycle { .. }));
    assert!(matches!(load_error(&data, constant), BtfError::Cycle { .. }));
    assert!(matches!(load_error(&data, into), BtfError::TooDeep { .. }));
    exercise(&data, &["own", "first", "typedef", "third", "into"]).expect("only loading fails");
}

/// `depth` structs in each other.
fn nested(depth: u32) -> (Builder, u32) {
    let mut btf = Builder::new();
    let mut inner = btf.int("int", 4, 0);
    for _ in 0..depth {
        inner = btf.structure("level", 4, &[("inner", inner, 0)]);
    }
    (btf, inner)
}

#[test]
fn depth() {
    let (btf, outer) = nested(MAX_DEPTH);
    let data = btf.native();
    assert!(index(&data, &[]).load(&[outer]).is_ok());
    exercise(&data, &["level"]).expect("it is just deep enough");
    let (btf, outer) = nested(MAX_DEPTH + 1);
    let data = btf.native();
    assert!(matches!(load_error(&data, outer), BtfError::TooDeep { limit: MAX_DEPTH, .. }));
    // The inner types are in the table already when the outer ones are loaded.
    let found = index(&data, &[]).load(&(1..=outer).collect::<Vec<_>>()).map(|_| ());
    assert!(matches!(found, Err(BtfError::TooDeep { .. })), "{found:?}");

    let (btf, outer) = nested(100_000);
    assert!(matches!(load_error(&btf.native(), outer), BtfError::TooDeep { .. }));
}

#[test]
fn complexity() {
    let mut btf = Builder::new();
    let mut inner = btf.structure("empty", 0, &[]);
    for _ in 0..MAX_DEPTH - 1 {
        inner = btf.structure("twice", 0, &[("", inner, 0), ("", inner, 0)]);
    }
    let data = btf.native();
    let error = load_error(&data, inner);
    assert!(matches!(error, BtfError::TooComplex { id: 17, found: 0x1_fffe, limit: 0x1_0000, .. }), "{error}");
    exercise(&data, &["twice"]).expect("only loading fails");
}

#[test]
fn sizes() {
    let mut btf = Builder::new();
    let int = btf.int("int", 4, 0);
    let first = btf.array(int, u32::MAX);
    let second = btf.array(first, u32::MAX);
    let elements = u64::from(u32::MAX) * 4;
    assert_eq!(
        load_error(&btf.native(), second),
        BtfError::ArraySize { id: second, offset: 24 + 16 + 24, len: u32::MAX, element: elements }
    );
    let outside = btf.structure("outside", 4, &[("a", int, 0), ("b", int, 8)]);
    assert_eq!(
        load_error(&btf.native(), outside).to_string(),
        "member 1 of type 4 at byte 88 takes 32 bits from bit 8 on, and the type has 4 bytes; a pointer is taken to \
         have 64 bits"
    );
    let field = btf.composite(STRUCT | KIND_FLAG, "field", 4, &[("a", int, 4 << 24 | 29)]);
    assert!(matches!(load_error(&btf.native(), field), BtfError::MemberOutside { start: 29, bits: 4, .. }));
    let huge = btf.structure("huge", u32::MAX, &[("a", first, u32::MAX)]);
    assert!(matches!(load_error(&btf.native(), huge), BtfError::Unaligned { start: 0xffff_ffff, .. }));
    let forward = btf.record("later", FWD, 0, 0, &[]);
    let unaligned = btf.structure("unaligned", 4, &[("a", forward, 3)]);
    assert!(matches!(load_error(&btf.native(), unaligned), BtfError::Unaligned { member: 0, start: 3, .. }));
}
