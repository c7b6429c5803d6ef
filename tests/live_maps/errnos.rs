//! What the kernel says to a user who may do everything.

use mapkey_runtime::map::{Access, InsertFlags, Map, MapType, Meaning};
use mapkey_runtime::prelude::*;
use mapkey_tests::maps::{NO_PREALLOC, NewMap, READ_ONLY, WRITE_ONLY, freeze};
use mapkey_tests::memory::MemoryCgroup;

use crate::keys::{FlowKey, flow_types, flows};

crate::tests! { full a_read_only_handle a_write_only_handle maps_of_one_direction frozen a_key_of_another_length no_such_id
no_memory }

fn new() -> NewMap<'static> {
    NewMap::new(MapType::HASH, 16, 8, 4)
}

fn full() {
    let map = CheckedMap::<FlowKey, u64>::from_fd(flows(MapType::HASH, 4)).unwrap();
    for number in 0..4 {
        map.insert(&FlowKey::numbered(number), &1, InsertFlags::Any).unwrap();
    }
    let error = map.insert(&FlowKey::numbered(4), &1, InsertFlags::Any).unwrap_err();
    assert_eq!(error.meaning, Meaning::Full { max_entries: 4 });
    assert!(error.to_string().contains("the map is full, it has room for 4 elements"), "{error}");
    assert!(error.to_string().ends_with("(E2BIG)"), "{error}");
    map.insert(&FlowKey::numbered(0), &2, InsertFlags::Any).unwrap();
}

fn a_read_only_handle() {
    let id = Map::from_fd(new().typed(&flow_types()).make());
    let writable = id.unwrap();
    let map = Map::open_id(writable.info().id, Access::ReadOnly).unwrap();
    assert_eq!(map.access().unwrap(), Access::ReadOnly);
    let map = map.check::<FlowKey, u64>().unwrap();
    assert_eq!(map.get(&FlowKey::numbered(1)).unwrap(), None);
    assert_eq!(map.len().unwrap(), 0);
    let error = map.insert(&FlowKey::numbered(1), &1, InsertFlags::Any).unwrap_err();
    assert_eq!(error.meaning, Meaning::ReadOnly);
    assert!(error.to_string().contains("the handle is read-only (`BPF_F_RDONLY`)"), "{error}");
    assert_eq!(map.remove(&FlowKey::numbered(1)).unwrap_err().meaning, Meaning::ReadOnly);
}

fn a_write_only_handle() {
    let writable = Map::from_fd(new().typed(&flow_types()).make()).unwrap();
    let map = Map::open_id(writable.info().id, Access::WriteOnly).unwrap();
    assert_eq!(map.access().unwrap(), Access::WriteOnly);
    let error = map.get_bytes(&[0; 16]).unwrap_err();
    assert_eq!(error.meaning, Meaning::WriteOnly, "{error}");
    assert_eq!(map.walk().next().unwrap_err().meaning, Meaning::WriteOnly);
    assert_eq!(map.walk_by_keys().next().unwrap_err().meaning, Meaning::WriteOnly);
    let refused = map.check::<FlowKey, u64>().unwrap_err();
    assert!(matches!(refused, CheckError::WriteOnly { .. }));
    assert!(refused.to_string().contains("nothing could be looked up"), "{refused}");
}

/// The flags that a map is made with bind its maker's descriptor too.
fn maps_of_one_direction() {
    let map = CheckedMap::<FlowKey, u64>::from_fd(new().typed(&flow_types()).flags(READ_ONLY).make()).unwrap();
    assert_eq!(map.insert(&FlowKey::numbered(1), &1, InsertFlags::Any).unwrap_err().meaning, Meaning::ReadOnly);
    let refused = CheckedMap::<FlowKey, u64>::from_fd(new().typed(&flow_types()).flags(WRITE_ONLY).make()).unwrap_err();
    assert!(matches!(refused, CheckError::WriteOnly { .. }), "{refused}");
}

fn frozen() {
    let map = CheckedMap::<FlowKey, u64>::from_fd(flows(MapType::HASH, 4)).unwrap();
    map.insert(&FlowKey::numbered(1), &1, InsertFlags::Any).unwrap();
    freeze(&map);
    let error = map.insert(&FlowKey::numbered(1), &2, InsertFlags::Any).unwrap_err();
    assert_eq!(error.meaning, Meaning::Frozen);
    assert!(error.to_string().contains("the map is frozen (`BPF_MAP_FREEZE`)"), "{error}");
    assert_eq!(map.remove(&FlowKey::numbered(1)).unwrap_err().meaning, Meaning::Frozen);
    assert_eq!(map.get(&FlowKey::numbered(1)).unwrap(), Some(1));
}

/// The kernel could not tell: the call carries no length. The library does not ask it.
fn a_key_of_another_length() {
    let map = Map::from_fd(flows(MapType::HASH, 4)).unwrap();
    for len in [0, 15, 17] {
        let error = map.get_bytes(&vec![0; len]).unwrap_err();
        assert_eq!((error.meaning, error.errno), (Meaning::KeyLength { found: len, expected: 16 }, None));
    }
}

fn no_such_id() {
    let error = Map::open_id(u32::MAX - 1, Access::ReadWrite).unwrap_err();
    assert!(error.to_string().starts_with("no map has the id 4294967294"), "{error}");
}

/// Elements are charged to the cgroup that the map was made in.
fn no_memory() {
    let cgroup = match MemoryCgroup::make() {
        Ok(cgroup) => cgroup,
        Err(error) => return eprintln!("lacking errnos::no_memory: a cgroup whose memory can be limited: {error}"),
    };
    let map = cgroup.within(|| NewMap::new(MapType::HASH, 16, 1_024, 1 << 16).flags(NO_PREALLOC).make()).unwrap();
    let map = Map::from_fd(map).unwrap().check_without_proof::<FlowKey, [u8; 1_024]>().unwrap();
    let insert = |number| map.insert(&FlowKey::numbered(number), &[0; 1_024], InsertFlags::Any);
    cgroup.limit_to_now_and(1 << 20).unwrap();
    let error = (0..1 << 16).find_map(|number| insert(number).err()).expect("64 MiB are more than the limit");
    assert_eq!((&error.meaning, error.errno.and_then(|errno| errno.name())), (&Meaning::NoMemory, Some("ENOMEM")));
    assert!(error.is_transient());
    assert!(error.to_string().contains("in the cgroup of the process that made the map"), "{error}");

    cgroup.limit_to_now_and(1 << 24).unwrap();
    // The kernel gets memory after an insert that found none.
    let again = (0..1_000).find_map(|_| insert(1 << 16).ok());
    assert!(again.is_some(), "the limit was raised");
}
