use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(packed)]
struct Key {
    id: u32,
}

fn main() {}
