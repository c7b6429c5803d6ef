use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(c)]
struct Key {
    id: u32,
}

fn main() {}
