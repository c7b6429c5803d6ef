use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Key {
    #[mapkey(rename = l4_proto)]
    id: u32,
}

fn main() {}
