use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Key {
    refused: core::num::NonZero<u16>,
}

fn main() {}
