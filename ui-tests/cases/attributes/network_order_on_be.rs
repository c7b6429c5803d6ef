use mapkey_ebpf::{Be, MapKey};

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Key {
    #[mapkey(network_order)]
    port: Be<u16>,
}

fn main() {}
