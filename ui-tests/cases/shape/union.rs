use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
union Key {
    ipv4: u32,
    ipv6: [u32; 4],
}

fn main() {}
