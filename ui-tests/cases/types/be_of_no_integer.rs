use mapkey_ebpf::{Be, MapKey};

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Key {
    proto: Be<u8>,
}

fn main() {}
