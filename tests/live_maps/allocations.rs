//! A lookup allocates nothing, whether it finds something or not.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use mapkey_runtime::map::{InsertFlags, MapType};
use mapkey_runtime::prelude::*;

use crate::keys::{FlowKey, flows};

crate::tests! { lookups_allocate_nothing }

thread_local! {
    static ALLOCATED: Cell<usize> = const { Cell::new(0) };
}

/// Counts what each thread allocates.
struct Counting;

// SAFETY: everything is the system's allocator; counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // A thread that ends has no counter any more.
        let _ = ALLOCATED.try_with(|count| count.set(count.get() + 1));
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

fn allocations(work: impl FnOnce()) -> usize {
    let before = ALLOCATED.get();
    work();
    ALLOCATED.get() - before
}

fn lookups_allocate_nothing() {
    assert_eq!(allocations(|| drop(std::hint::black_box(Box::new(1)))), 1, "it counts");

    let map = CheckedMap::<FlowKey, u64>::from_fd(flows(MapType::HASH, 4)).unwrap();
    let (here, absent) = (FlowKey::numbered(1), FlowKey::numbered(2));
    map.insert(&here, &7, InsertFlags::Any).unwrap();
    let count = allocations(|| {
        assert_eq!(map.get(&here), Ok(Some(7)));
        assert_eq!(map.get(&absent), Ok(None));
        assert_eq!(map.contains(&here), Ok(true));
        assert_eq!(map.insert(&here, &8, InsertFlags::Exist), Ok(()));
        assert_eq!(map.remove(&absent), Ok(false));
        assert_eq!(map.remove(&here), Ok(true));
    });
    assert_eq!(count, 0);
}
