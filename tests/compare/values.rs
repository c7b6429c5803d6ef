//! One value against another.

use mapkey_runtime::DifferenceKind::{ByteOrder, Enumerator, Missing, Resized, Retyped, Signedness, Tail, Uncovered};
use mapkey_runtime::{Be, FixedStr, Ipv4, Ipv6, KernelPtr, Le, Mac, MapKey};

use super::{found, key, mismatches, notes, report};

#[test]
fn typedefs_qualifiers_and_tags_are_seen_through() {
    key!(Key mirrors "qualified" { peer: Be<u32>, kind: u32 });
    assert_eq!(notes::<Key>(), []);
}

#[test]
fn byte_orders_that_are_named_on_both_sides() {
    key!(Right mirrors "orders" { be: Be<u32>, le: Le<u32>, plain: u32, be16: Be<u16>, plain16: u16 });
    assert_eq!(notes::<Right>(), []);
    key!(Reversed mirrors "orders" { be: Le<u32>, le: Be<u32>, plain: u32, be16: Be<u16>, plain16: u16 });
    assert_eq!(mismatches::<Reversed>(), found([(ByteOrder, "be"), (ByteOrder, "le")]));
}

#[test]
fn a_native_integer_where_the_order_is_named() {
    key!(Key mirrors "orders" { be: u32, le: u32, plain: u32, be16: i16, plain16: u16 });
    assert_eq!(mismatches::<Key>(), found([(ByteOrder, "be"), (ByteOrder, "le"), (ByteOrder, "be16")]));
    let text = &report::<Key>().differences[0].text;
    assert!(text.contains("make it a `Be<u32>`"), "{text}");
}

#[test]
fn an_order_where_none_is_named_is_a_note() {
    key!(Key mirrors "orders" { be: Be<u32>, le: Le<u32>, plain: Be<u32>, be16: Be<u16>, plain16: Le<u16> });
    assert_eq!(notes::<Key>(), found([(ByteOrder, "plain"), (ByteOrder, "plain16")]));
}

#[test]
fn a_native_integer_that_the_user_converts() {
    key!(Key mirrors "orders" {
        #[mapkey(network_order)]
        be: u32,
        #[mapkey(network_order)]
        le: u32,
        #[mapkey(network_order)]
        plain: u32,
        be16: Be<u16>,
        plain16: u16,
    });
    assert_eq!(mismatches::<Key>(), found([(ByteOrder, "le")]));
    assert_eq!(report::<Key>().notes.len(), 1, "the plain integer's order is unknown");
}

#[test]
fn signs_characters_and_enums_are_notes() {
    key!(Key mirrors "signs" { number: u32, color: u32, letter: u8, small: u8, truth: u8, byte: i8 });
    assert_eq!(
        notes::<Key>(),
        found([
            (Signedness, "number"),
            (Retyped, "color"),
            (Signedness, "letter"),
            (Signedness, "small"),
            (Retyped, "truth"),
            (Signedness, "byte"),
        ])
    );
    key!(Same mirrors "signs" { number: i32, color: i32, letter: i8, small: i8, truth: bool, byte: bool });
    assert_eq!(notes::<Same>(), found([(Retyped, "color"), (Signedness, "letter"), (Retyped, "byte")]));
}

#[test]
fn enums_are_compared_by_value() {
    #[derive(Clone, Copy, Debug, MapKey)]
    #[repr(u32)]
    enum Color {
        Red = 1,
        Green = 2,
        Blue = 4,
    }
    key!(Same mirrors "colored" { color: Color });
    assert_eq!(notes::<Same>(), []);

    #[derive(Clone, Copy, Debug, MapKey)]
    #[repr(u32)]
    enum Drifted {
        Red = 1,
        Green = 3,
        #[mapkey(rename = "COLOR_BLUE")]
        Azure = 5,
    }
    key!(Key mirrors "colored" { color: Drifted });
    assert_eq!(mismatches::<Key>(), found([(Enumerator, "color"), (Enumerator, "color")]));
    let texts: Vec<_> = report::<Key>().differences.into_iter().map(|found| found.text).collect();
    assert_eq!(texts, ["`Green` is 3, `COLOR_GREEN` is 2", "`Azure` is 5, `COLOR_BLUE` is 4"]);
    let _ = [Color::Red as u32, Color::Green as u32, Color::Blue as u32];
    let _ = [Drifted::Red as u32, Drifted::Green as u32, Drifted::Azure as u32];
}

#[test]
fn an_enum_where_an_integer_is() {
    #[derive(Clone, Copy, Debug, MapKey)]
    #[repr(u32)]
    enum State {
        Up = 1,
    }
    key!(Key mirrors "qualified" { peer: Be<u32>, kind: State });
    assert_eq!(notes::<Key>(), found([(Retyped, "kind")]));
    let _ = State::Up;
}

#[test]
fn wrappers_with_one_member_are_their_content() {
    #[derive(Clone, Copy, Debug, MapKey)]
    #[repr(transparent)]
    struct Inode(Be<u32>);
    #[derive(Clone, Copy, Debug, MapKey)]
    #[repr(C)]
    struct InAddr {
        s_addr: Be<u32>,
    }
    key!(Transparent mirrors "qualified" { peer: Inode, kind: u32 });
    assert_eq!(notes::<Transparent>(), []);
    key!(OneMember mirrors "qualified" { peer: InAddr, kind: u32 });
    assert_eq!(notes::<OneMember>(), []);
    key!(Theirs mirrors "addresses" {
        wrapped: Be<u32>,
        order: InAddr,
        octets: [u8; 4],
        six: Ipv6,
        six_words: [Be<u32>; 4],
        mac: [u8; 6],
        host_words: [u16; 3],
    });
    assert_eq!(notes::<Theirs>(), []);
}

#[test]
fn addresses_are_what_the_kernel_stores_them_in() {
    key!(Key mirrors "addresses" {
        wrapped: Ipv4,
        order: Ipv4,
        octets: Ipv4,
        six: Ipv6,
        six_words: Ipv6,
        mac: Mac,
        host_words: Mac,
    });
    assert_eq!(notes::<Key>(), found([(ByteOrder, "host_words")]));
}

#[test]
fn bytes_that_are_something_else() {
    key!(Key mirrors "storage" { inner: [u8; 4], u: [u8; 4], low: [u8; 4], pair: [u8; 4], grid: [u8; 4] });
    assert_eq!(
        mismatches::<Key>(),
        found([
            (Retyped, "inner"),
            (Retyped, "u"),
            (Retyped, "low"),
            (Retyped, "pair"),
            (Uncovered, "high"),
            (Uncovered, "rest")
        ]),
    );
}

#[test]
fn raw_storage_covers_whatever_is_there() {
    key!(Key mirrors "storage" {
        #[mapkey(bytes)]
        inner: [u8; 4],
        #[mapkey(bytes)]
        u: u32,
        #[mapkey(bytes)]
        flags: [u8; 4],
        #[mapkey(bytes)]
        pair_and_grid: [u8; 8],
    });
    assert_eq!(notes::<Key>(), []);
    key!(Short mirrors "storage" {
        #[mapkey(bytes)]
        inner_and_half_of_u: [u8; 6],
        #[mapkey(bytes)]
        other_half: [u8; 2],
        #[mapkey(bytes)]
        flags: [u8; 3],
        no_bytes: u8,
        pair: [u16; 2],
        grid: [[u8; 2]; 2],
    });
    // Two fields of raw storage cover `u` together; nothing covers the last bit-field's last byte.
    assert_eq!(mismatches::<Short>(), found([(Missing, "no_bytes"), (Resized, "flags")]), "{}", report::<Short>());
}

#[test]
fn bit_fields_are_refused_as_fields() {
    key!(Key mirrors "storage" {
        #[mapkey(bytes)]
        inner: [u8; 4],
        #[mapkey(rename = "u.word")]
        u: u32,
        low: u32,
        pair: [u16; 2],
        grid: [[u8; 2]; 2],
    });
    let found_kinds = mismatches::<Key>();
    assert_eq!(found_kinds[0], (Retyped, "low".to_owned()));
    let text = &report::<Key>().differences[0].text;
    assert!(text.contains("a bit-field of 3 bits"), "{text}");
}

#[test]
fn pointers_need_to_be_called_so() {
    key!(Plain mirrors "pointers" { pointer: u64, number: u64 });
    assert_eq!(mismatches::<Plain>(), found([(Retyped, "pointer")]));
    key!(Annotated mirrors "pointers" {
        #[mapkey(pointer)]
        pointer: u64,
        number: u64,
    });
    assert_eq!(notes::<Annotated>(), []);
    key!(Opaque mirrors "pointers" { pointer: KernelPtr, number: KernelPtr });
    assert_eq!(mismatches::<Opaque>(), found([(Retyped, "number")]));
    key!(Wrong mirrors "pointers" {
        #[mapkey(pointer)]
        pointer: u64,
        #[mapkey(pointer)]
        number: u64,
    });
    assert_eq!(mismatches::<Wrong>(), found([(Retyped, "number")]));
}

#[test]
fn text_is_text() {
    key!(Key mirrors "texts" { comm: FixedStr<16>, bytes: FixedStr<16>, two: [FixedStr<8>; 2] });
    assert_eq!(notes::<Key>(), found([(Retyped, "bytes")]));
    key!(Short mirrors "texts" { comm: FixedStr<15>, gap: u8, bytes: [u8; 16], two: [[u8; 8]; 2] });
    assert_eq!(mismatches::<Short>()[0], (Resized, "comm".to_owned()));
}

#[test]
fn floats_are_of_another_kind() {
    key!(Key mirrors "floating" { real: u64 });
    assert_eq!(mismatches::<Key>(), found([(Retyped, "real")]));
}

#[test]
fn another_width() {
    key!(Key mirrors "tail_pad" { id: u64, kind: u64 });
    assert_eq!(mismatches::<Key>(), found([(Resized, "kind")]));
}

#[test]
fn a_wrapper_keeps_what_its_field_says() {
    #[derive(Clone, Copy, Debug, MapKey)]
    #[repr(transparent)]
    struct Converted(#[mapkey(network_order)] u32);
    key!(Order mirrors "qualified" { peer: Converted, kind: u32 });
    assert_eq!(notes::<Order>(), []);

    #[derive(Clone, Copy, Debug, MapKey)]
    #[repr(transparent)]
    struct Raw(#[mapkey(bytes)] [u8; 4]);
    key!(Bytes mirrors "storage" {
        inner: Raw,
        #[mapkey(rename = "u.word")]
        u: Raw,
        #[mapkey(bytes)]
        bits: [u8; 4],
        pair: Raw,
        grid: Raw,
    });
    assert_eq!(notes::<Bytes>(), []);

    #[derive(Clone, Copy, Debug, MapKey)]
    #[repr(transparent)]
    #[mapkey(btf = "in6_addr")]
    struct Renamed(#[mapkey(rename = "in6_u.u6_addr32")] [Be<u32>; 4]);
    assert_eq!(notes::<Renamed>(), []);

    #[derive(Clone, Copy, Debug, MapKey)]
    #[repr(transparent)]
    #[mapkey(btf = "flow", prefix)]
    struct First {
        saddr: Be<u32>,
    }
    assert_eq!(notes::<First>(), found([(Tail, "")]));
}

#[test]
fn an_enum_where_the_order_is_named() {
    #[derive(Clone, Copy, Debug, MapKey)]
    #[repr(u16)]
    enum Port {
        Https = 443,
    }
    key!(Key mirrors "flow" { saddr: Be<u32>, daddr: Be<u32>, sport: Port, dport: Be<u16> });
    assert_eq!(mismatches::<Key>(), found([(ByteOrder, "sport")]));
    let _ = Port::Https;
}

#[test]
fn an_order_where_an_enum_is() {
    key!(Key mirrors "colored" { color: Be<u32> });
    assert_eq!(notes::<Key>(), found([(Retyped, "color"), (ByteOrder, "color")]));
}
