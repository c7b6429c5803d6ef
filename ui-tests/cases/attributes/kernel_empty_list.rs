use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
#[mapkey(kernel())]
struct Key {
    id: u32,
}

fn main() {}
