use bytemuck::{AnyBitPattern, Zeroable};
use mapkey_runtime::prelude::*;

#[derive(Clone, Copy)]
#[repr(C)]
struct Stats {
    kind: u8,
    packets: u64,
}

unsafe impl Zeroable for Stats {}
unsafe impl AnyBitPattern for Stats {}

fn write(map: &CheckedMap<u32, Stats>, stats: &Stats) -> Result<(), OperationError> {
    map.insert(&7, stats, InsertFlags::Any)
}

fn main() {}
