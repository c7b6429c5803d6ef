use mapkey_ebpf::MapKey;

#[derive(Clone, Copy)]
#[repr(C)]
struct Endpoint {
    address: u32,
}

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Key {
    source: Endpoint,
    id: u32,
}

fn main() {}
