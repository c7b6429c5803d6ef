//! Walks over maps that change.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use mapkey_runtime::map::{InsertFlags, Map, MapType, Walk};
use mapkey_runtime::prelude::*;
use mapkey_tests::maps::{Bare, NO_PREALLOC, NewMap, Types};

use crate::keys::{FlowKey, flows};

crate::tests! {
    a_removed_key_restarts_and_is_reported batches_do_not_restart a_bucket_larger_than_the_batch tries_restart
    a_million_entries_in_batches a_million_entries_by_keys
}

fn filled(max_entries: u32, count: u32) -> CheckedMap<FlowKey, u64> {
    let map = flows(MapType::HASH, max_entries);
    fill(&map, count);
    CheckedMap::from_fd(map).unwrap()
}

fn fill(map: &impl std::os::fd::AsFd, count: u32) {
    // SAFETY: made above with these sizes.
    let bare = unsafe { Bare::new(map.as_fd(), 16, 8) };
    let numbers: Vec<u32> = (0..count).collect();
    for numbers in numbers.chunks(10_000) {
        let keys: Vec<u8> = numbers.iter().flat_map(|&number| FlowKey::numbered(number).as_bytes().to_vec()).collect();
        let values: Vec<u8> = numbers.iter().flat_map(|&number| u64::from(number).to_ne_bytes()).collect();
        bare.update_batch(&keys, &values).unwrap();
    }
}

fn a_removed_key_restarts_and_is_reported() {
    let map = filled(256, 100);
    let mut walk = map.walk_by_keys();
    let mut seen = Vec::new();
    while let Some(element) = walk.next().unwrap() {
        seen.push(FlowKey::from_bytes(element.key).unwrap());
        if seen.len() == 50 {
            // The kernel does not find the successor of a key that is gone.
            assert!(map.remove(&seen[49]).unwrap());
        }
    }
    assert_eq!(walk.restarts(), 1);
    assert_eq!(seen.len(), 100, "nothing is lost, nothing comes twice");
    assert_eq!(seen.iter().collect::<HashSet<_>>().len(), 100);
}

fn batches_do_not_restart() {
    let map = filled(20_000, 20_000);
    let mut walk = map.walk();
    let mut seen = HashSet::new();
    while let Some(element) = walk.next().unwrap() {
        let key = FlowKey::from_bytes(element.key).unwrap();
        assert!(seen.insert(key));
        map.remove(&key).unwrap();
    }
    assert_eq!((walk.restarts(), seen.len()), (0, 20_000));
    assert_eq!(map.len().unwrap(), 0);
}

/// Values so large that a batch has room for one element: a bucket with two makes the kernel say ENOSPC.
fn a_bucket_larger_than_the_batch() {
    let value_size = 300_000;
    let types = Types::load(|btf| {
        let byte = mapkey_tests::maps::scalar(btf, "__u8");
        let index = btf.int("__ARRAY_SIZE_TYPE__", 4, 0);
        let value = btf.record("", mapkey_tests::btf::ARRAY, 0, 0, &[byte, index, value_size]);
        (mapkey_tests::maps::scalar(btf, "__u32"), value)
    });
    let map = NewMap::new(MapType::HASH, 4, value_size, 32).flags(NO_PREALLOC).typed(&types).make();
    {
        // SAFETY: made with these sizes.
        let bare = unsafe { Bare::new(std::os::fd::AsFd::as_fd(&map), 4, value_size as usize) };
        for key in 0..32u32 {
            bare.update(&key.to_ne_bytes(), &vec![u8::try_from(key).unwrap(); value_size as usize]).unwrap();
        }
    }
    let map = Map::from_fd(map).unwrap();
    let mut walk = map.walk();
    let mut seen = HashSet::new();
    while let Some(element) = walk.next().unwrap() {
        let key = u32::from_bytes(element.key).unwrap();
        assert!(element.value.unwrap().iter().all(|&byte| u32::from(byte) == key));
        assert!(seen.insert(key));
    }
    assert_eq!(seen.len(), 32);
}

/// Batches of a trie go on from a key, as its iteration does.
fn tries_restart() {
    let types = Types::of_struct("net_key", 8, &[("prefixlen", "__u32", 0), ("data", "__u8[4]", 4)]);
    let map = NewMap::new(MapType::LPM_TRIE, 8, 8, 1_000).flags(NO_PREALLOC).typed(&types).make();
    let map = CheckedMap::<LpmKey<Ipv4>, u64>::from_fd(map).unwrap();
    for last in 0..100u8 {
        map.insert(&LpmKey::exact(Ipv4::new(10, 0, 0, last)), &u64::from(last), InsertFlags::Any).unwrap();
    }
    let mut walk = map.walk_by_keys();
    let mut seen = Vec::new();
    while let Some(element) = walk.next().unwrap() {
        seen.push(LpmKey::<Ipv4>::from_bytes(element.key).unwrap());
        if seen.len() == 50 {
            map.remove(&seen[49]).unwrap();
        }
    }
    assert_eq!(seen.iter().collect::<HashSet<_>>().len(), seen.len(), "nothing comes twice");
    assert_eq!(seen.len(), 100);
    assert_eq!(map.iter().count(), 99);
}

const MILLION: u32 = 1_000_000;

/// The even half stays; the odd half comes and goes while `walk` runs.
fn churned(walk: impl FnOnce(&CheckedMap<FlowKey, u64>) -> (HashSet<u32>, usize)) -> usize {
    let map = filled(MILLION + MILLION / 4, MILLION);
    let stop = AtomicBool::new(false);
    let (seen, restarts) = thread::scope(|scope| {
        scope.spawn(|| {
            let mut changed = 0u64;
            let odd = (0..MILLION / 2).map(|half| half * 2 + 1).cycle();
            for number in odd {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                // A stride, so that neighbours in time are none in the table.
                let key = FlowKey::numbered((number.wrapping_mul(7_919) % MILLION) | 1);
                if !map.remove(&key).unwrap() {
                    map.insert(&key, &1, InsertFlags::Any).unwrap();
                }
                changed += 1;
            }
            assert!(changed > 0, "the other thread ran");
        });
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| walk(&map)));
        stop.store(true, Ordering::Relaxed);
        done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    });
    let missing = (0..MILLION).step_by(2).filter(|number| !seen.contains(number)).count();
    assert_eq!(missing, 0, "what stays is seen");
    restarts
}

/// Numbers of the keys, each seen once, and the restarts.
fn numbers(mut walk: Walk<'_>) -> (HashSet<u32>, usize) {
    let mut seen = HashSet::with_capacity(MILLION as usize);
    while let Some(element) = walk.next().unwrap() {
        let number = u32::from_be_bytes(element.key[..4].try_into().unwrap());
        // A key that was removed and inserted again may come twice; one that stays may not.
        assert!(seen.insert(number) || number % 2 == 1, "{number} came twice");
    }
    (seen, walk.restarts())
}

fn a_million_entries_in_batches() {
    assert_eq!(churned(|map| numbers(map.walk())), 0);
}

fn a_million_entries_by_keys() {
    let restarts = churned(|map| numbers(map.walk_by_keys()));
    println!("a million entries key by key, while others come and go: {restarts} restarts");
}
