use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
#[mapkey(module = "nf_conntrack")]
struct Key {
    id: u32,
}

fn main() {}
