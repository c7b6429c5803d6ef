use std::num::NonZeroU32;

use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Key {
    refused: NonZeroU32,
}

fn main() {}
