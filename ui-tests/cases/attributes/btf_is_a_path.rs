use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
#[mapkey(btf = "flow.key")]
struct Key {
    id: u32,
}

fn main() {}
