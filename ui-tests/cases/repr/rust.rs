use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(Rust)]
struct Key {
    id: u32,
}

fn main() {}
