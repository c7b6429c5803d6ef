use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Key {
    #[mapkey(bytes, pointer)]
    id: u64,
}

fn main() {}
