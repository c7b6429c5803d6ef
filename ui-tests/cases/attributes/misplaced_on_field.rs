use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Key {
    #[mapkey(kernel = "in6_addr")]
    id: u32,
}

fn main() {}
