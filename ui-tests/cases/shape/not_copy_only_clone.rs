use mapkey_ebpf::MapKey;

#[derive(Clone, MapKey)]
#[repr(C)]
struct Key {
    id: u32,
}

fn main() {}
