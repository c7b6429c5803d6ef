use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
#[mapkey = "in6_addr"]
struct Key {
    id: u32,
}

fn main() {}
