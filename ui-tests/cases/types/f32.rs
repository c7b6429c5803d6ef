use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Key {
    refused: f32,
}

fn main() {}
