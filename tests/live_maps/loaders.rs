//! aya's own typed access beside a checked handle, on one map.

use aya::Ebpf;
use aya::maps::{HashMap, MapData, PerCpuHashMap};
use mapkey_runtime::map::{InsertFlags, Map, MapType};
use mapkey_runtime::prelude::*;
use mapkey_tests::maps::NewMap;

crate::tests! { beside_ayas_typed_map a_program_that_aya_loaded }

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, MapKey)]
#[repr(C)]
#[mapkey(aya_pod)]
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

fn a_program_that_aya_loaded() {
    let mut loaded = Ebpf::load(include_bytes!("../../examples/flow-monitor/flow.bpf.o")).unwrap();
    let aya::maps::Map::LruHashMap(data) = loaded.map("flows").unwrap() else { panic!("an LRU hash table") };
    let checked = CheckedMap::<FlowKey, [u64; 2]>::from_fd(data.fd()).unwrap();
    assert!(
        checked.proof().to_string().starts_with("match: FlowKey against struct flow_key, the keys of map "),
        "{}",
        checked.proof()
    );

    let mut typed: HashMap<_, FlowKey, [u64; 2]> = HashMap::try_from(loaded.map_mut("flows").unwrap()).unwrap();
    typed.insert(key(1), [1, 10], 0).unwrap();
    assert_eq!(checked.get(&key(1)).unwrap(), Some([1, 10]));
    checked.insert(&key(2), &[2, 20], InsertFlags::NoExist).unwrap();
    assert_eq!(typed.get(&key(2), 0).unwrap(), [2, 20]);
    assert!(checked.remove(&key(1)).unwrap());
    assert!(typed.get(&key(1), 0).is_err());
    let seen: Vec<_> = typed.iter().map(|element| element.unwrap()).collect();
    assert_eq!(seen, checked.iter().map(|element| element.unwrap()).collect::<Vec<_>>());

    drop(loaded);
    assert!(checked.is_open(), "the handle holds the map");
    assert_eq!(checked.get(&key(2)).unwrap(), Some([2, 20]));
}

fn beside_ayas_typed_map() {
    let map = NewMap::new(MapType::LRU_PERCPU_HASH, 16, 8, 8).make();
    let checked = Map::from_fd(&map).unwrap().check_without_proof::<FlowKey, PerCpu<u64>>().unwrap();
    let data = aya::maps::Map::PerCpuLruHashMap(MapData::from_fd(map).unwrap());
    let mut typed: PerCpuHashMap<_, FlowKey, u64> = data.try_into().unwrap();
    let values: Vec<u64> = (0..aya::util::nr_cpus().unwrap() as u64).collect();
    typed.insert(key(1), aya::maps::PerCpuValues::try_from(values.clone()).unwrap(), 0).unwrap();
    assert_eq!(checked.get(&key(1)).unwrap().unwrap().to_vec(), values);
    let doubled: Vec<u64> = values.iter().map(|value| value * 2).collect();
    checked.insert(&key(1), &doubled.clone().into(), InsertFlags::Exist).unwrap();
    assert_eq!(typed.get(&key(1), 0).unwrap().to_vec(), doubled);
}
