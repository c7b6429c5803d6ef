use mapkey_ebpf::MapKey;

#[derive(MapKey)]
#[repr(C)]
struct Key {
    refused: Box<u32>,
}

fn main() {}
