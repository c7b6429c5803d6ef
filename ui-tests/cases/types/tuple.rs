use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Key {
    refused: (u16, u16),
}

fn main() {}
