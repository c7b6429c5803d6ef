use mapkey_ebpf::MapKey;

#[derive(MapKey)]
#[repr(C)]
struct Key {
    refused: Vec<u8>,
}

fn main() {}
