use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
#[mapkey(aya_pod)]
struct Key {
    id: u32,
}

fn main() {}
