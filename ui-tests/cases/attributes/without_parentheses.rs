use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
#[mapkey]
struct Key {
    id: u32,
}

fn main() {}
