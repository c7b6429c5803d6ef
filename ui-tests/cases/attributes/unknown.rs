use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
#[mapkey(transparent)]
struct Key {
    id: u32,
}

fn main() {}
