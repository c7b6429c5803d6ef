//! What a person types.

use super::*;

#[derive(Clone, Copy, MapKey)]
#[repr(u32)]
enum Proto {
    Tcp = 6,
    Udp = 17,
}

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct End {
    addr: Ipv4,
    port: Be<u16>,
    zone: i16,
}

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Asked {
    src: End,
    dst: End,
    hops: [u16; 4],
    name: FixedStr<8>,
    mac: [u8; 6],
    is_ct: bool,
    _pad: Padding<1>,
    proto: Proto,
    plain: u32,
}

fn shape() -> KeyShape {
    KeyShape::of_layout(&Asked::LAYOUT)
}

fn bytes(fields: &[&str]) -> Vec<u8> {
    Wanted::ask(&shape(), fields).unwrap().bytes().to_vec()
}

fn error(field: &str) -> String {
    Wanted::ask(&shape(), &[field]).unwrap_err().to_string()
}

#[test]
fn values_as_a_person_writes_them() {
    let key = bytes(&[
        "src.addr=192.0.2.1",
        "src.port=443",
        "src.zone=-2",
        "dst.addr=0xc0000202",
        "dst.port=0x1bb",
        "hops[1]=0b101",
        "hops[3]=1_000",
        "name=eth0",
        "mac=02:00:5e:10:00:01",
        "is_ct=true",
        "proto=Udp",
        "plain=0o17",
    ]);
    let expected = Asked::new(
        End::new(Ipv4::new(192, 0, 2, 1), Be::new(443), -2),
        End::new(Ipv4::new(192, 0, 2, 2), Be::new(443), 0),
        [0, 5, 0, 1000],
        FixedStr::new("eth0").unwrap(),
        [2, 0, 0x5e, 0x10, 0, 1],
        true,
        Proto::Udp,
        15,
    );
    assert_eq!(key, expected.as_bytes());
    assert_eq!(bytes(&["hops=1,2,3,4", "proto=6"])[16..24], [1u16, 2, 3, 4].map(u16::to_ne_bytes).concat());
    assert_eq!(bytes(&["mac=0x02005e100001"])[32..38], [2, 0, 0x5e, 0x10, 0, 1]);
    assert_eq!(bytes(&["mac[5]=7"])[32..38], [0, 0, 0, 0, 0, 7]);
}

#[test]
fn what_is_left_out_is_zero_and_said() {
    let wanted =
        Wanted::ask(&shape(), &["src.port=1", "hops[2]=3", "name=a", "mac=02:00:5e:10:00:01", "plain=1"]).unwrap();
    assert_eq!(wanted.left_out(), ["src.addr", "src.zone", "dst.addr", "dst.port", "dst.zone", "is_ct", "proto"]);
    let answer = look(MapType::HASH, &shape(), &wanted, &[]);
    assert!(
        answer.notes[0].starts_with("`src.addr`, `src.zone`, ")
            && answer.notes[0].ends_with("were left out and are zero"),
        "{answer}"
    );
}

#[test]
fn what_is_wrong_is_said_with_what_would_be_right() {
    assert_eq!(error("src.prt=1"), "`End` has no field `src.prt`; did you mean `src.port`?");
    assert_eq!(error("port=1"), "`Asked` has no field `port`; did you mean `src.port` or `dst.port`?");
    assert_eq!(error("src.port"), "`src.port` has no value: write `src.port=VALUE`");
    assert_eq!(
        error("src.port=70000"),
        "`70000` does not fit into `src.port`, which is `Be<u16>`: expected 0 to 65535"
    );
    assert_eq!(
        error("src.zone=40000"),
        "`40000` does not fit into `src.zone`, which is `i16`: expected -32768 to 32767"
    );
    assert_eq!(error("plain=-1"), "`-1` does not fit into `plain`, which is `u32`: expected 0 to 4294967295");
    assert_eq!(
        error("plain=192.0.2.1"),
        "`plain` is a plain `u32`, so that 192.0.2.1 can be in it in two ways: write `plain=0x10200c0` for network order, as \
         the wire and `__be32` have it, or `plain=0xc0000201` for this machine's order"
    );
    assert_eq!(error("src=1"), "`src` has fields of its own: give each of them, as `src.addr=VALUE`");
    assert_eq!(error("hops[4]=1"), "`hops` has 4 elements, 0 to 3; found `4`");
    assert_eq!(error("plain[0]=1"), "`plain` is no array, so that there is no `plain[0]`");
    assert_eq!(error("proto=Tpc"), "`proto` has no value `Tpc`; there is `Tcp`, `Udp`");
    assert_eq!(error("name=much too long"), "the text for `name` has 13 bytes, and the field has 8");
    assert_eq!(
        error("mac=1"),
        "`1` is no value for `mac`, which is `[u8; 6]`: expected a MAC address such as 02:00:5e:10:00:01, or 6 bytes in \
         hexadecimal, as 0x000000000000"
    );
    assert_eq!(error("5"), "`5` names no field: write `FIELD=VALUE`, or `key=5` for a key without fields");
    assert_eq!(
        error("name[0]=x"),
        "`x` is no value for `name[0]`, which is a byte: expected a number such as 443 or 0x1bb"
    );
    assert_eq!(
        error("plain=010"),
        "`010` in `plain=010` can be read in two ways: write `0o10` for base 8, or `10` for base 10"
    );
    assert_eq!(
        error("src.port=http"),
        "`http` is no value for `src.port`, which is `Be<u16>`: expected a number such as 443 or 0x1bb"
    );
    assert_eq!(error("hops[=1"), "`hops[` names no field: write `field`, `outer.field` or `array[3]`");
    let twice = Wanted::ask(&shape(), &["plain=1", "plain=2"]).unwrap_err().to_string();
    assert_eq!(twice, "`plain` has a value already: give each field once");
}

#[test]
fn a_key_without_fields_is_called_key() {
    let shape = KeyShape::of_layout(&u32::LAYOUT);
    assert_eq!(Wanted::ask(&shape, &["key=5"]).unwrap().bytes(), 5u32.to_ne_bytes());
    assert_eq!(Wanted::ask(&shape, &["pid=5"]).unwrap_err().to_string(), "`u32` has no field `pid`; it has `key`");
    let shape = KeyShape::of_layout(&<[u32; 4]>::LAYOUT);
    assert_eq!(Wanted::ask(&shape, &["key[3]=1"]).unwrap().bytes()[12..], 1u32.to_ne_bytes());
}

#[test]
fn bytes_in_hexadecimal() {
    let shape = KeyShape::raw(4);
    for text in ["c0000201", "0xc0000201", "c0 00 02 01", "c0:00:02:01", "0xc0 0x0 0x2 0x1", "\\xc0\\x00\\x02\\x01"] {
        assert_eq!(Wanted::hex(&shape, text).unwrap().bytes(), [0xc0, 0, 2, 1], "{text}");
    }
    let error = |text| Wanted::hex(&shape, text).unwrap_err().to_string();
    assert_eq!(error("c0000"), "`c0000` is no key in hexadecimal: expected two digits for each byte, as `c0 00 02 01`");
    assert_eq!(error("c0"), "1 byte was given, and this map's key has 4");
    assert_eq!(error("zz"), "`zz` is no key in hexadecimal: expected two digits for each byte, as `c0 00 02 01`");
    assert!(Wanted::ask(&shape, &["sport=1"]).unwrap_err().to_string().contains("give the bytes with `--hex`"));
}

#[test]
fn digits_alone_are_no_bytes() {
    let error = |size, typed: &str| Wanted::ask(&KeyShape::raw(size), &[typed]).unwrap_err().to_string();
    let (native, network) = ("0xc8000000", "0x000000c8");
    let native = if cfg!(target_endian = "little") { native } else { network };
    assert_eq!(
        error(4, "key=200"),
        format!(
            "`key` is 4 bytes and not known to be a number: write `key={native}` for 200 in this machine's order, \
             `key={network}` for network order"
        )
    );
    // These could be eight digits of bytes, and are not taken for them.
    assert!(error(4, "key=12345678").contains("`key=0x00bc614e` for network order"));
    assert!(error(1, "key=10").ends_with("write `key=0x0a` for 10"));
    assert!(error(4, "key=99999999999").contains("expected an IPv4 address"));
    for typed in ["key=0x12345678", "key=12 34 56 78", "key=18.52.86.120"] {
        assert_eq!(Wanted::ask(&KeyShape::raw(4), &[typed]).unwrap().bytes(), [0x12, 0x34, 0x56, 0x78], "{typed}");
    }
}

#[test]
fn a_network_is_written_with_its_prefix() {
    let shape = KeyShape::of_layout(&LpmKey::<Ipv4>::LAYOUT);
    let wanted = Wanted::ask(&shape, &["data=192.0.2.0/24"]).unwrap();
    assert_eq!(wanted.bytes(), LpmKey::new(24, Ipv4::new(192, 0, 2, 0)).unwrap().as_bytes());
    assert!(wanted.left_out().is_empty());
    assert!(Wanted::ask(&shape, &["data=192.0.2.0/24", "prefix_len=8"]).is_err());
}
