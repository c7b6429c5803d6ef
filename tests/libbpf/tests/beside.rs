//! libbpf-rs's own access beside a checked handle, on one map. Needs root.

use libbpf_rs::{MapCore, MapFlags, ObjectBuilder};
use mapkey_runtime::map::InsertFlags;
use mapkey_runtime::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, MapKey)]
#[repr(C)]
struct FlowKey {
    saddr: Be<u32>,
    daddr: Be<u32>,
    sport: Be<u16>,
    dport: Be<u16>,
    l4_proto: u8,
    _pad: Padding<3>,
}

fn key(number: u32) -> FlowKey {
    FlowKey::new(Be::new(number), Be::new(2), Be::new(3), Be::new(4), 6)
}

fn bytes(value: [u64; 2]) -> Vec<u8> {
    value.iter().flat_map(|number| number.to_ne_bytes()).collect()
}

#[test]
fn an_object_that_libbpf_loaded() {
    let object = include_bytes!("../../../examples/flow-monitor/flow.bpf.o");
    let mut builder = ObjectBuilder::default();
    let loaded = builder.open_memory(object).expect("libbpf reads the object").load().expect("libbpf loads it");
    let theirs = loaded.maps().find(|map| map.name() == "flows").expect("the object declares it");

    let checked = CheckedMap::<FlowKey, [u64; 2]>::from_fd(&theirs).expect("it opens");
    assert!(checked.proof().to_string().starts_with("match: FlowKey"), "{}", checked.proof());

    theirs.update(key(1).as_bytes(), &bytes([1, 10]), MapFlags::ANY).expect("libbpf writes");
    assert_eq!(checked.get(&key(1)), Ok(Some([1, 10])));
    checked.insert(&key(2), &[2, 20], InsertFlags::NoExist).expect("we write");
    assert_eq!(theirs.lookup(key(2).as_bytes(), MapFlags::ANY).expect("libbpf reads"), Some(bytes([2, 20])));
    assert_eq!(checked.remove(&key(1)), Ok(true));
    assert_eq!(theirs.lookup(key(1).as_bytes(), MapFlags::ANY).expect("libbpf reads"), None);
    assert_eq!(theirs.keys().collect::<Vec<_>>(), [key(2).as_bytes()]);

    drop(loaded);
    assert!(checked.is_open(), "the handle holds the map");
    assert_eq!(checked.get(&key(2)), Ok(Some([2, 20])));
}
