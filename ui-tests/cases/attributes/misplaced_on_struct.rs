use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
#[mapkey(rename = "saddr")]
struct Key {
    id: u32,
}

fn main() {}
