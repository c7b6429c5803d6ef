//! Types of maps whose values are the kernel's things.

use std::net::UdpSocket;

use mapkey_runtime::map::{InsertFlags, Map, MapType, Meaning, Proof};
use mapkey_runtime::prelude::*;
use mapkey_tests::maps::NewMap;
use mapkey_tests::{Since, lacks};

use crate::keys::FlowKey;

crate::tests! { indices_by_type sockets_have_cookies programs_by_id networks_devices_by_key cgroup_storage stacks }

/// In all of these the keys are indices, and no other key opens them.
fn indices_by_type() {
    let types = [
        (MapType::PROG_ARRAY, 4),
        (MapType::PERF_EVENT_ARRAY, 4),
        (MapType::CGROUP_ARRAY, 4),
        (MapType::DEVMAP, 4),
        (MapType::SOCKMAP, 8),
        (MapType::CPUMAP, 4),
        (MapType::XSKMAP, 4),
        (MapType::REUSEPORT_SOCKARRAY, 8),
    ];
    for (map_type, value_size) in types {
        let map = NewMap::new(map_type, 4, value_size, 2).create();
        let Some(map) = lacks(&format!("maps of type {map_type}"), Since(5, 4), map) else { continue };
        let refused = CheckedMap::<FlowKey, u32>::from_fd(&map).unwrap_err();
        assert!(matches!(refused, CheckError::KeyRule { .. }), "{map_type}: {refused}");
        let checked = Map::from_fd(&map).unwrap();
        let found = if value_size == 4 {
            let map = checked.check::<u32, u32>().unwrap();
            assert!(matches!(map.proof(), Proof::MapType));
            map.get(&0).map(|found| found.map(u64::from))
        } else {
            checked.check::<u32, u64>().unwrap().get(&0)
        };
        match found {
            Ok(None) => {}
            Err(error) => assert_eq!(error.meaning, Meaning::NotSupported, "{map_type}: {error}"),
            Ok(Some(value)) => panic!("{map_type}: nothing was put into it, and {value} is in it"),
        }
    }
}

fn sockets_have_cookies() {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let map = NewMap::new(MapType::SOCKMAP, 4, 8, 2).make();
    let map = CheckedMap::<u32, u64>::from_fd(map).unwrap();
    map.insert_fd(&0, &socket, InsertFlags::Any).unwrap();
    assert_ne!(map.get(&0).unwrap(), None);
    assert_eq!(map.get(&1).unwrap(), None);
    assert_eq!(map.iter().filter_map(Result::ok).count(), 1);
    assert!(map.remove(&0).unwrap());

    let narrow = CheckedMap::<u32, u32>::from_fd(NewMap::new(MapType::SOCKMAP, 4, 4, 2).make()).unwrap();
    narrow.insert_fd(&0, &socket, InsertFlags::Any).unwrap();
    let error = narrow.get(&0).unwrap_err();
    assert_eq!(error.meaning, Meaning::CookieSize);
    assert!(error.to_string().contains("user space reads sockets as cookies of 8 bytes"), "{error}");
}

fn programs_by_id() {
    let map = CheckedMap::<u32, u32>::from_fd(NewMap::new(MapType::PROG_ARRAY, 4, 4, 2).make()).unwrap();
    assert_eq!(map.get(&1).unwrap(), None);
    assert_eq!(map.get(&2).unwrap_err().meaning, Meaning::IndexOutOfRange { index: 2, max_entries: 2 });
    let error = map.insert_fd(&0, std::fs::File::open("/dev/null").unwrap(), InsertFlags::Any).unwrap_err();
    assert_eq!(error.meaning, Meaning::NotADescriptor);
    assert!(error.to_string().contains("descriptors of programs"), "{error}");
}

fn networks_devices_by_key() {
    let map = NewMap::new(MapType::DEVMAP_HASH, 4, 4, 8).make();
    let map = Map::from_fd(map).unwrap().check_without_proof::<u32, u32>().unwrap();
    let loopback = 1u32;
    map.insert(&70_000, &loopback, InsertFlags::Any).unwrap();
    assert_eq!(map.get(&70_000).unwrap(), Some(loopback));
    assert_eq!(map.iter().map(|element| element.unwrap()).collect::<Vec<_>>(), [(70_000, loopback)]);
}

/// A kernel key: what attached programs make, user space reads.
fn cgroup_storage() {
    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    #[mapkey(kernel = "bpf_cgroup_storage_key")]
    struct CgroupStorageKey {
        cgroup_inode_id: u64,
        attach_type: u32,
        _pad: Padding<4>,
    }
    let types = mapkey_tests::maps::Types::of_struct(
        "bpf_cgroup_storage_key",
        16,
        &[("cgroup_inode_id", "__u64", 0), ("attach_type", "__u32", 8)],
    );
    let map = NewMap::new(MapType::CGROUP_STORAGE, 16, 8, 0).typed(&types).make();
    let map = CheckedMap::<CgroupStorageKey, u64>::from_fd(map).unwrap();
    assert_eq!(map.get(&CgroupStorageKey::new(1, 0)).unwrap(), None);
    let error = map.insert(&CgroupStorageKey::new(1, 0), &1, InsertFlags::Any).unwrap_err();
    assert_eq!(error.meaning, Meaning::Absent, "only attached programs make elements: {error}");
}

fn stacks() {
    let map = NewMap::new(MapType::STACK_TRACE, 4, 8 * 16, 4).make();
    let map = CheckedMap::<u32, [u64; 16]>::from_fd(map).unwrap();
    assert_eq!(map.get(&0).unwrap(), None);
    assert_eq!(map.len().unwrap(), 0);
}
