use std::marker::PhantomData;

use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Key {
    refused: PhantomData<u8>,
}

fn main() {}
