use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Key {
    #[mapkey(network_ordr)]
    id: u32,
}

fn main() {}
