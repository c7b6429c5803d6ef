use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Key {
    id: u32,
    #[mapkey(offset = "4")]
    port: u32,
}

fn main() {}
