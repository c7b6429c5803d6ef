use mapkey_ebpf::MapKey;

#[derive(MapKey)]
#[repr(C)]
struct Key {
    refused: String,
}

fn main() {}
