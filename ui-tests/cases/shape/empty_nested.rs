use mapkey_ebpf::{MapKey, Padding};

const LEN: usize = 0;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Key {
    id: u32,
    _pad: Padding<LEN>,
}

fn main() {}
