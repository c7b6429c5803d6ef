use mapkey_ebpf::MapKey;

#[derive(MapKey)]
#[repr(C)]
struct Key {
    id: u32,
    refused: str,
}

fn main() {}
