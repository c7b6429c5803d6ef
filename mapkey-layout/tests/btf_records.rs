//! Records of every kind, in either byte order.
#![cfg(feature = "btf")]
#![allow(missing_docs)]

mod support;

use mapkey_layout::btf::{Btf, BtfError};
use support::{
    BOOL, Builder, CHAR, CONST, DATASEC, DECL_TAG, ENUM, ENUM64, FLOAT, FUNC, FUNC_PROTO, FWD, INT, KIND_FLAG, Order,
    RESTRICT, SIGNED, STRUCT, TYPE_TAG, UNION, VAR, VOLATILE, dump, exercise, index, types_name,
};

/// A struct that uses all kinds that can be part of one, among records of all other kinds.
fn everything() -> (Builder, u32) {
    let mut btf = Builder::new();
    let int = btf.int("int", 4, SIGNED);
    let u32 = btf.int("unsigned int", 4, 0);
    let char = btf.int("char", 1, SIGNED);
    let bool = btf.int("_Bool", 1, BOOL);
    let u64 = btf.int("long unsigned int", 8, 0);
    let double = btf.record("double", FLOAT, 0, 8, &[]);
    let u32_typedef = btf.typedef("__u32", u32);
    let be32 = btf.typedef("__be32", u32_typedef);
    let constant = btf.modifier(CONST, "", be32);
    let volatile = btf.modifier(VOLATILE, "", constant);
    let tagged = btf.modifier(TYPE_TAG, "rcu", volatile);
    let forward = btf.record("elsewhere", FWD, 0, 0, &[]);
    let pointer = btf.ptr(forward);
    let restrict = btf.modifier(RESTRICT, "", pointer);
    let name = btf.array(char, 16);
    let color = btf.enumeration(ENUM, "color", 4, &[("RED", 0), ("GREEN", 0xffff_fffe)]);
    let level = btf.enumeration(ENUM | KIND_FLAG, "level", 4, &[("LOW", -1)]);
    let wide = btf.enumeration(ENUM64, "wide", 8, &[("MAX", -1)]);
    let wide_signed = btf.enumeration(ENUM64 | KIND_FLAG, "wide_signed", 8, &[("MIN", i64::MIN)]);
    let proto = btf.record("", FUNC_PROTO, 1, int, &[0, pointer]);
    let function = btf.record("main", FUNC, 1, proto, &[]);
    let variable = btf.record("counter", VAR, 0, u64, &[1]);
    btf.record(".data", DATASEC, 1, 8, &[variable, 0, 8]);
    btf.record("hot", DECL_TAG, 0, function, &[u32::MAX]);
    let inner = btf.composite(UNION, "", 8, &[("number", u64, 0), ("pointer", restrict, 0)]);
    let outer = btf.structure(
        "everything",
        88,
        &[
            ("addr", tagged, 0),
            ("ok", bool, 32),
            ("", inner, 64),
            ("name", name, 128),
            ("ratio", double, 256),
            ("color", color, 320),
            ("level", level, 352),
            ("wide", wide, 384),
            ("wide_signed", wide_signed, 448),
            ("call", pointer, 512),
            ("count", int, 576),
            ("total", u64, 640),
        ],
    );
    (btf, outer)
}

const EVERYTHING: &str = "\
struct everything: size 88 align 8 Struct
  0 \"addr\" volatile const __be32: size 4 align 4 Unsigned Big
  32 \"ok\" _Bool: size 1 align 1 Bool Native
  64 \"\" union: size 8 align 8 Union
    0 \"number\" long unsigned int: size 8 align 8 Unsigned Native
    0 \"pointer\" struct elsewhere *restrict: size 8 align 8 Pointer
  128 \"name\" char[16]: size 16 align 1 array of 16
    char: size 1 align 1 Char Native
  256 \"ratio\" double: size 8 align 8 Float
  320 \"color\" enum color: size 4 align 4 enum signed=false
    RED = 0
    GREEN = 4294967294
  352 \"level\" enum level: size 4 align 4 enum signed=true
    LOW = -1
  384 \"wide\" enum wide: size 8 align 8 enum signed=false
    MAX = 18446744073709551615
  448 \"wide_signed\" enum wide_signed: size 8 align 8 enum signed=true
    MIN = -9223372036854775808
  512 \"call\" struct elsewhere *: size 8 align 8 Pointer
  576 \"count\" int: size 4 align 4 Signed Native
  640 \"total\" long unsigned int: size 8 align 8 Unsigned Native
";

#[test]
fn all_kinds_in_both_orders() {
    let (btf, outer) = everything();
    for order in [Order::Little, Order::Big] {
        let data = btf.build(order);
        assert_eq!(dump(&data, outer), EVERYTHING, "{order:?}");
        assert_eq!(index(&data, &[]).type_count(), outer);
        exercise(&data, &["everything", "color"]).expect("nothing is wrong with it");
    }
}

#[test]
fn a_longer_header_is_believed() {
    let (mut btf, outer) = everything();
    btf.layout = Some(vec![]);
    btf.more_header = vec![0xdead_beef; 5];
    assert_eq!(dump(&btf.build(Order::Big), outer), EVERYTHING);
}

#[test]
fn unknown_kinds_are_skipped_by_the_layout_section() {
    let mut btf = Builder::new();
    let int = btf.int("int", 4, SIGNED);
    // Kind 20 with one word, kind 100 with three words for each of two elements.
    btf.record("strange", 20, 7, 0, &[1]);
    let unknown = btf.record("stranger", 100, 2, 0, &[1, 2, 3, 4, 5, 6]);
    let known = btf.structure("known", 4, &[("a", int, 0)]);
    let without_layout = Btf::parse(&btf.native()).and_then(|btf| btf.index(&[]).map(|index| index.type_count()));
    assert_eq!(without_layout, Err(BtfError::UnknownKind { kind: 20, id: 2, offset: 24 + 16 }));

    let mut layout = vec![[0; 4]; 101];
    layout[20] = [4, 0, 0, 0];
    layout[100] = [0, 12, 0xff, 0xff];
    // What the section says of a kind that we know is not used, and neither is kind 0.
    layout[4] = [200, 200, 0, 0];
    btf.layout = Some(layout);
    for order in [Order::Little, Order::Big] {
        let data = btf.build(order);
        let index = index(&data, &["known", "stranger"]);
        assert_eq!(index.candidates("known").ids, [known]);
        assert_eq!(index.candidates("stranger").ids, [0; 0]);
        assert_eq!(index.name_of(unknown), Ok("stranger"));
        let error = index.load(&[unknown]).map(|_| ()).expect_err("the kind is unknown");
        assert!(matches!(error, BtfError::UnknownKind { kind: 100, id: 3, .. }), "{error}");
    }
    btf.record("never", 0, 0, 0, &[]);
    assert!(matches!(
        Btf::parse(&btf.native()).and_then(|btf| btf.index(&[]).map(|_| ())),
        Err(BtfError::UnknownKind { kind: 0, id: 5, .. })
    ));
}

#[test]
fn vlen_has_24_bits() {
    let mut btf = Builder::new();
    let int = btf.int("int", 4, SIGNED);
    let count = 0x1_0001;
    btf.enumeration(ENUM, "large", 4, &vec![("A", 1); count]);
    let behind = btf.structure("behind", 4, &[("a", int, 0)]);
    let data = btf.native();
    let index = index(&data, &["behind", "large"]);
    assert_eq!(index.candidates("behind").ids, [behind]);
    let (types, uses) = index.load(&index.candidates("large").ids).expect("enums have no limit");
    assert_eq!(types.enumerators(uses[0].index).len(), count);
}

#[test]
fn bit_fields_by_kind_flag_and_by_the_integer() {
    let mut btf = Builder::new();
    let u32 = btf.int("unsigned int", 4, 0);
    let u8 = btf.int("unsigned char", 1, 0);
    let flagged = btf.composite(
        STRUCT | KIND_FLAG,
        "flagged",
        8,
        &[("a", u32, 3 << 24), ("b", u32, 29 << 24 | 3), ("c", u32, 32)],
    );
    // Before `kind_flag`, the integer says how many of its bits there are, and from where on.
    let three = btf.record("unsigned int", INT, 0, 4, &[3]);
    let five = btf.record("unsigned int", INT, 0, 4, &[5 << 16 | 5]);
    let legacy = btf.structure("legacy", 4, &[("a", three, 0), ("b", five, 3), ("c", u8, 13), ("d", u8, 24)]);
    let data = btf.native();
    assert_eq!(
        dump(&data, flagged),
        "struct flagged: size 8 align 4 Struct\n  \
         0:3 \"a\" unsigned int: size 4 align 4 Unsigned Native\n  \
         3:29 \"b\" unsigned int: size 4 align 4 Unsigned Native\n  \
         32 \"c\" unsigned int: size 4 align 4 Unsigned Native\n"
    );
    assert_eq!(
        dump(&data, legacy),
        "struct legacy: size 4 align 4 Struct\n  \
         0:3 \"a\" unsigned int: size 4 align 4 Unsigned Native\n  \
         8:5 \"b\" unsigned int: size 4 align 4 Unsigned Native\n  \
         13:8 \"c\" unsigned char: size 1 align 1 Unsigned Native\n  \
         24 \"d\" unsigned char: size 1 align 1 Unsigned Native\n"
    );
}

#[test]
fn typedefs_give_the_byte_order() {
    let mut btf = Builder::new();
    let u16 = btf.int("short unsigned int", 2, 0);
    let be16 = btf.typedef("__be16", u16);
    let port = btf.typedef("port_t", be16);
    let constant = btf.modifier(CONST, "", port);
    let le64 = btf.typedef("__le64", u16);
    let near = btf.typedef("__be160", u16);
    let ports = btf.array(port, 2);
    let data = btf.native();
    let index = index(&data, &[]);
    let (types, uses) = index.load(&[u16, constant, port, le64, near, ports]).expect("nothing is wrong with these");
    let orders: Vec<String> = uses.iter().map(|ty| format!("{:?}", ty.order)).collect();
    assert_eq!(orders, ["Native", "Big", "Big", "Little", "Native", "Native"]);
    assert!(uses[..5].iter().all(|ty| ty.index == uses[0].index), "one integer is loaded once");
    match types.get(uses[5].index).shape {
        mapkey_layout::types::Shape::Array { element, len: 2 } => {
            assert_eq!(element.order, mapkey_layout::ByteOrder::Big);
        }
        ref shape => panic!("{shape:?}"),
    }
}

#[test]
fn char_is_told_from_numbers() {
    let mut btf = Builder::new();
    for (name, encoding) in [
        ("char", SIGNED),
        ("char", 0),
        ("char", CHAR),
        ("c", SIGNED | CHAR),
        ("signed char", SIGNED),
        ("unsigned char", 0),
        ("bool", BOOL),
    ] {
        btf.int(name, 1, encoding);
    }
    btf.int("char32", 4, CHAR);
    let data = btf.native();
    let lines: String = (1..=8).map(|id| dump(&data, id)).collect();
    assert_eq!(
        lines,
        "char: size 1 align 1 Char Native\nchar: size 1 align 1 Char Native\nchar: size 1 align 1 Char Native\n\
         c: size 1 align 1 Char Native\nsigned char: size 1 align 1 Signed Native\n\
         unsigned char: size 1 align 1 Unsigned Native\nbool: size 1 align 1 Bool Native\n\
         char32: size 4 align 4 Unsigned Native\n"
    );
}

#[test]
fn alignment_is_inferred() {
    let mut btf = Builder::new();
    let u8 = btf.int("unsigned char", 1, 0);
    let u64 = btf.int("long unsigned int", 8, 0);
    let natural = btf.structure("natural", 16, &[("a", u8, 0), ("b", u64, 64)]);
    let packed = btf.structure("packed", 9, &[("a", u8, 0), ("b", u64, 8)]);
    let short_tail = btf.structure("short_tail", 9, &[("b", u64, 0), ("a", u8, 64)]);
    let around = btf.structure("around", 24, &[("a", u64, 0), ("packed", packed, 64)]);
    let empty = btf.structure("empty", 0, &[]);
    let flexible = btf.array(u64, 0);
    let tail = btf.structure("tail", 8, &[("a", u64, 0), ("rest", flexible, 64)]);
    let data = btf.native();
    let index = index(&data, &[]);
    let (types, uses) = index.load(&[natural, packed, short_tail, around, empty, tail]).expect("all are right");
    let aligns: Vec<u64> = uses.iter().map(|ty| types.get(ty.index).align).collect();
    assert_eq!(aligns, [8, 1, 1, 8, 1, 8]);
}

#[test]
fn types_are_spelled_as_in_c() {
    let mut btf = Builder::new();
    let char = btf.int("char", 1, SIGNED);
    let const_char = btf.modifier(CONST, "", char);
    let text = btf.ptr(const_char);
    let const_text = btf.modifier(CONST, "", text);
    let texts = btf.ptr(const_text);
    let foo = btf.structure("foo", 0, &[]);
    let row = btf.array(foo, 3);
    let table = btf.array(row, 2);
    let to_row = btf.ptr(row);
    let foo_ptr = btf.ptr(foo);
    let pointers = btf.array(foo_ptr, 4);
    let flexible = btf.array(char, 0);
    let attach = btf.enumeration(ENUM, "bpf_attach_type", 4, &[("A", 0)]);
    let anonymous = btf.composite(UNION, "", 0, &[]);
    let union_fwd = btf.record("later", FWD | KIND_FLAG, 0, 0, &[]);
    let head = btf.record("callback_head", FWD, 0, 0, &[]);
    let head_ptr = btf.ptr(head);
    let proto = btf.record("", FUNC_PROTO, 1, 0, &[0, head_ptr]);
    let callback = btf.ptr(proto);
    let callbacks = btf.array(callback, 2);
    let printf = btf.record("", FUNC_PROTO, 2, 1, &[0, text, 0, 0]);
    let nothing = btf.record("", FUNC_PROTO, 0, 0, &[]);
    let rcu = btf.modifier(TYPE_TAG, "rcu", foo);
    let rcu_ptr = btf.ptr(rcu);
    let cycle = btf.ptr(btf.next_id());
    let unnamed = btf.record("", INT, 0, 4, &[32]);
    let data = btf.native();
    let index = index(&data, &[]);
    for (id, expected) in [
        (0, "void"),
        (text, "const char *"),
        (texts, "const char *const *"),
        (foo, "struct foo"),
        (table, "struct foo[2][3]"),
        (to_row, "struct foo (*)[3]"),
        (pointers, "struct foo *[4]"),
        (flexible, "char[]"),
        (attach, "enum bpf_attach_type"),
        (anonymous, "union"),
        (union_fwd, "union later"),
        (callback, "void (*)(struct callback_head *)"),
        (callbacks, "void (*[2])(struct callback_head *)"),
        (printf, "char (const char *, ...)"),
        (nothing, "void (void)"),
        (rcu_ptr, "struct foo *"),
        (cycle, "..."),
        (unnamed, "?"),
        (unnamed + 1, "?"),
    ] {
        assert_eq!(types_name(&index, id), expected);
    }
}
