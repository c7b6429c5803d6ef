use mapkey_ebpf::MapKey;

use std::net::Ipv4Addr;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Key {
    address: Ipv4Addr,
}

fn main() {}
