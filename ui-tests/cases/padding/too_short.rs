use mapkey_ebpf::{MapKey, Padding};

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Key {
    id: u64,
    kind: u8,
    _pad: Padding<3>,
}

fn main() {}
