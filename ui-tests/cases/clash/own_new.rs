use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Key {
    id: u32,
}

impl Key {
    fn new() -> Self {
        Self { id: 7 }
    }
}

fn main() {}
