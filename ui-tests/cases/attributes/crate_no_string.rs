use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
#[mapkey(crate = mapkey_ebpf)]
struct Key {
    id: u32,
}

fn main() {}
