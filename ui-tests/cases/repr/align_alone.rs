use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(align(8))]
struct Key {
    id: u32,
}

fn main() {}
