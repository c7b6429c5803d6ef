use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
#[mapkey(size = 8u8)]
struct Key {
    id: u32,
    port: u32,
}

fn main() {}
