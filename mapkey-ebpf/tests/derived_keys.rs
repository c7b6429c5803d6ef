//! Derived keys read from bytes, as a map gives them.

use std::collections::HashSet;

use mapkey_ebpf::{Be, FixedStr, InvalidKey, Ipv6, LpmKey, MapKey, Padding};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, MapKey)]
#[repr(i16)]
enum State {
    Closed = -1,
    Open = 3,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, MapKey)]
#[repr(C)]
struct Peer {
    port: Be<u16>,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, MapKey)]
#[repr(C)]
struct Conn {
    src: Peer,
    hops: [Peer; 2],
    seen: bool,
    _pad: Padding<1>,
}

fn conn() -> Conn {
    let peer = |port, state| Peer::new(Be::new(port), state);
    Conn::new(peer(80, State::Open), [peer(1, State::Closed), peer(2, State::Open)], true)
}

#[test]
fn a_key_is_its_bytes() {
    let key = conn();
    assert_eq!(key.as_bytes().len(), 14);
    assert_eq!(key.as_bytes()[..2], [0, 80]);
    assert_eq!(key.as_bytes()[12..], [1, 0]);
    assert_eq!(Conn::from_bytes(key.as_bytes()), Ok(key));
}

#[test]
fn the_field_with_invalid_bytes_is_named() {
    let error = |change: &dyn Fn(&mut [u8])| {
        let mut bytes = conn().as_bytes().to_vec();
        change(&mut bytes);
        Conn::from_bytes(&bytes).unwrap_err().to_string()
    };
    assert_eq!(
        error(&|bytes| bytes[2..4].copy_from_slice(&(-300i16).to_ne_bytes())),
        "`src.state` of `Conn` holds -300, and a `State` is -1 (`Closed`) or 3 (`Open`); make it an `i16` if the map can \
         hold other values"
    );
    assert_eq!(
        error(&|bytes| bytes[10..12].copy_from_slice(&4i16.to_ne_bytes())),
        "`hops[1].state` of `Conn` holds 4, and a `State` is -1 (`Closed`) or 3 (`Open`); make it an `i16` if the map can \
         hold other values"
    );
    assert_eq!(
        error(&|bytes| bytes[12] = 255),
        "`seen` of `Conn` holds 255, and a `bool` is 0 or 1; make it a `u8` if the map can hold other values"
    );
}

#[test]
fn every_wrong_length_is_an_error() {
    for len in (0..40).filter(|&len| len != 14) {
        let error = Conn::from_bytes(&vec![0; len]).unwrap_err();
        assert!(matches!(error, InvalidKey::Length { found, .. } if found == len), "{error}");
    }
}

#[test]
fn dirty_padding_is_kept_and_makes_another_key() {
    let clean = conn();
    let mut bytes = clean.as_bytes().to_vec();
    bytes[13] = 9;
    let dirty = Conn::from_bytes(&bytes).unwrap();
    assert_eq!(dirty.as_bytes(), bytes);
    assert_eq!(dirty.dirty_padding().to_string(), "13..14 (`_pad`): 09");
    assert_ne!(dirty, clean);
    assert_eq!(HashSet::from([dirty, clean]).len(), 2);
    assert!(format!("{dirty:?}").ends_with("_pad: Padding<1>(dirty: 09) }"), "{dirty:?}");
    assert!(format!("{clean:?}").ends_with("_pad: Padding<1> }"), "{clean:?}");
}

#[test]
fn a_key_is_read_from_any_address() {
    let key = conn();
    let mut shifted = vec![0];
    shifted.extend_from_slice(key.as_bytes());
    assert_eq!(Conn::from_bytes(&shifted[1..]), Ok(key));
}

#[test]
fn every_type_fits_into_a_packed_key() {
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, MapKey)]
    #[repr(C, packed)]
    struct Packed {
        kind: u8,
        addr: Ipv6,
        net: LpmKey<Be<u64>>,
        comm: FixedStr<16>,
        id: u64,
    }
    let net = LpmKey::new(8, Be::new(1)).unwrap();
    let key = Packed::new(1, Ipv6::default(), net, FixedStr::truncated("systemd"), 2);
    assert_eq!(key.as_bytes().len(), 1 + 16 + 12 + 16 + 8);
    assert_eq!(Packed::from_bytes(key.as_bytes()), Ok(key));
    assert_eq!(format!("{key:?}"), "Packed { kind: 1, addr: ::, net: 1/8, comm: \"systemd\", id: 2 }");
}
