use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
#[mapkey(kernel = "bpf_sock_tuple.4")]
struct Key {
    id: u32,
}

fn main() {}
