use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
#[mapkey(prefix size = 4)]
struct Key {
    id: u32,
}

fn main() {}
