use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
struct Key {
    id: u32,
}

fn main() {}
