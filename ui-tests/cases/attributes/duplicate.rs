use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
#[mapkey(prefix, prefix)]
struct Key {
    id: u32,
}

fn main() {}
