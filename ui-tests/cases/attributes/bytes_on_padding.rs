use mapkey_ebpf::{MapKey, Padding};

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Key {
    id: u32,
    #[mapkey(bytes)]
    _pad: Padding<4>,
}

fn main() {}
