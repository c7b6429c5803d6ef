//! Storage: user space names an element by a descriptor of its owner.

use std::fs::File;
use std::net::UdpSocket;
use std::os::fd::AsRawFd;

use mapkey_runtime::map::{InsertFlags, KeyRule, MapType, Meaning};
use mapkey_runtime::prelude::*;
use mapkey_tests::maps::{NO_PREALLOC, NewMap, Types};

use crate::keys::FlowKey;

crate::tests! { a_sockets_value no_owner keys_are_descriptors }

fn storage() -> CheckedMap<i32, u64> {
    let types = Types::of_scalars("__s32", "__u64");
    CheckedMap::from_fd(NewMap::new(MapType::SK_STORAGE, 4, 8, 0).flags(NO_PREALLOC).typed(&types).make()).unwrap()
}

fn a_sockets_value() {
    let map = storage();
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let key = socket.as_raw_fd();
    assert_eq!(map.get(&key).unwrap(), None);
    map.insert(&key, &7, InsertFlags::Any).unwrap();
    assert_eq!(map.get(&key).unwrap(), Some(7));
    assert!(map.remove(&key).unwrap());
    assert!(!map.remove(&key).unwrap());
    let error = map.iter().next().unwrap().unwrap_err();
    assert!(error.to_string().contains("user space cannot do this with a map of type sk_storage"), "{error}");
}

fn no_owner() {
    let map = storage();
    let file = File::open("/dev/null").unwrap();
    for key in [file.as_raw_fd(), -1, 1_000_000] {
        let error = map.get(&key).unwrap_err();
        assert_eq!(error.meaning, Meaning::NoOwner { key }, "{error}");
        assert!(error.to_string().contains(&format!("the key {key} is no descriptor of a socket")), "{error}");
        assert_eq!(map.insert(&key, &1, InsertFlags::Any).unwrap_err().meaning, Meaning::NoOwner { key });
    }
}

fn keys_are_descriptors() {
    let map = storage();
    let refused = CheckedMap::<FlowKey, u64>::from_fd(&map).unwrap_err();
    assert!(matches!(refused, CheckError::KeyRule { rule: KeyRule::Owner, .. }), "{refused}");
    assert!(refused.to_string().contains("by the descriptor of their owner"), "{refused}");
}
