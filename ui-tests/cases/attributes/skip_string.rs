use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
#[mapkey(skip = "new")]
struct Key {
    id: u32,
}

fn main() {}
