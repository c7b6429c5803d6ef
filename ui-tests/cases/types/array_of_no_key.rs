use mapkey_ebpf::MapKey;

#[derive(Clone, Copy)]
#[repr(C)]
struct Endpoint {
    address: u32,
}

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Key {
    ends: [Endpoint; 2],
}

fn main() {}
