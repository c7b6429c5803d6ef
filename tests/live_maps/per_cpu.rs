//! A value for every possible processor.

use std::fs;

use mapkey_runtime::map::{InsertFlags, MapType, Meaning};
use mapkey_runtime::prelude::*;
use mapkey_tests::maps::{NewMap, Types};

use crate::keys::{FlowKey, flow_types, flows};

crate::tests! { a_value_for_every_processor arrays_too small_values_lie_apart the_value_type_says_so too_few_values }

/// Counted from the list as the kernel prints it, by another way than the library's.
fn possible() -> usize {
    let list = fs::read_to_string("/sys/devices/system/cpu/possible").unwrap();
    let last = list.trim().rsplit(['-', ',']).next().unwrap();
    assert!(list.starts_with('0') && !list.contains(','), "a list without holes: {list}");
    last.parse::<usize>().unwrap() + 1
}

fn values(from: u64) -> PerCpu<u64> {
    (from..).take(possible()).collect::<Vec<_>>().into()
}

fn a_value_for_every_processor() {
    for map_type in [MapType::PERCPU_HASH, MapType::LRU_PERCPU_HASH] {
        let map = CheckedMap::<FlowKey, PerCpu<u64>>::from_fd(flows(map_type, 64)).unwrap();
        for number in 0..10 {
            map.insert(&FlowKey::numbered(number), &values(u64::from(number) * 1_000), InsertFlags::Any).unwrap();
        }
        assert_eq!(map.get(&FlowKey::numbered(3)).unwrap(), Some(values(3_000)));
        assert_eq!(map.get(&FlowKey::numbered(10)).unwrap(), None);
        let mut found: Vec<_> = map.iter().map(|element| element.unwrap()).collect();
        found.sort_by_key(|(key, _)| *key);
        assert_eq!(found.len(), 10);
        assert_eq!(found[9], (FlowKey::numbered(9), values(9_000)), "{map_type}");
    }
}

fn arrays_too() {
    let map = NewMap::new(MapType::PERCPU_ARRAY, 4, 8, 3).make();
    let map = CheckedMap::<u32, PerCpu<u64>>::from_fd(map).unwrap();
    map.insert(&1, &values(7), InsertFlags::Any).unwrap();
    assert_eq!(map.get(&1).unwrap(), Some(values(7)));
    assert_eq!(map.get(&2).unwrap().unwrap().iter().sum::<u64>(), 0);
    assert_eq!(map.get(&3).unwrap_err().meaning, Meaning::IndexOutOfRange { index: 3, max_entries: 3 });
    assert_eq!(map.iter().filter_map(Result::ok).map(|(key, _)| key).collect::<Vec<_>>(), [0, 1, 2]);
    assert_eq!(map.remove(&1).unwrap_err().meaning, Meaning::NotRemovable);
}

/// Each processor's value begins at a multiple of 8 bytes.
fn small_values_lie_apart() {
    let types = Types::of_scalars("__u32", "__u8[3]");
    let map = NewMap::new(MapType::PERCPU_HASH, 4, 3, 4).typed(&types).make();
    let map = CheckedMap::<u32, PerCpu<[u8; 3]>>::from_fd(map).unwrap();
    let values: Vec<_> = (0..possible()).map(|cpu| [1, 2, u8::try_from(cpu % 256).unwrap()]).collect();
    map.insert(&5, &values.clone().into(), InsertFlags::Any).unwrap();
    assert_eq!(map.get(&5).unwrap().unwrap().to_vec(), values);
    assert_eq!(map.iter().next().unwrap().unwrap().1.to_vec(), values);
    assert_eq!(map.value_bytes(), possible() * 8);
    assert_eq!(map.processors(), possible());
    let doubled: PerCpu<[u8; 3]> =
        map.get(&5).unwrap().unwrap().iter().map(|value| value.map(|byte| byte / 2)).collect();
    map.insert(&5, &doubled, InsertFlags::Exist).unwrap();
    assert_eq!(map.get(&5).unwrap(), Some(doubled));
}

fn the_value_type_says_so() {
    let per_cpu = flows(MapType::PERCPU_HASH, 4);
    let refused = CheckedMap::<FlowKey, u64>::from_fd(&per_cpu).unwrap_err();
    assert!(matches!(refused, CheckError::PerCpu { .. }));
    assert!(refused.to_string().ends_with("use `PerCpu<V>` as the value type"), "{refused}");
    let refused = CheckedMap::<FlowKey, PerCpu<u32>>::from_fd(&per_cpu).unwrap_err();
    assert!(refused.to_string().contains("has values of 8 bytes, the value type has 4"), "{refused}");
    let plain = NewMap::new(MapType::HASH, 16, 8, 4).typed(&flow_types()).make();
    let refused = CheckedMap::<FlowKey, PerCpu<u64>>::from_fd(&plain).unwrap_err();
    assert!(refused.to_string().ends_with("use `V` instead of `PerCpu<V>`"), "{refused}");
}

fn too_few_values() {
    let map = CheckedMap::<FlowKey, PerCpu<u64>>::from_fd(flows(MapType::PERCPU_HASH, 4)).unwrap();
    let error = map.insert(&FlowKey::numbered(1), &vec![1; possible() + 1].into(), InsertFlags::Any).unwrap_err();
    assert_eq!(error.meaning, Meaning::ValueCount { found: possible() + 1, expected: possible() });
    assert_eq!(error.errno, None);
    let expected = format!("{} values were given, expected {}", possible() + 1, possible());
    assert!(error.to_string().contains(&expected), "{error}");
}
