use mapkey_ebpf::{MapKey, Padding};

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Key {
    kind: u8,
    port: u16,
    pub(crate) proto: u8,
    _pad2: Padding<3>,
    last: u32,
    tail: u8,
}

fn main() {}
