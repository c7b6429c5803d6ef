use mapkey_ebpf::{LpmKey, MapKey};

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Route {
    prefix: LpmKey<u32>,
}

fn main() {}
