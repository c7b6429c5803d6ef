use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Key {
    id: u32,
    #[mapkey(offset = 8)]
    port: u32,
}

fn main() {}
