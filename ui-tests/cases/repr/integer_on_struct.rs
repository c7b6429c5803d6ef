use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(u32)]
struct Key {
    id: u32,
}

fn main() {}
