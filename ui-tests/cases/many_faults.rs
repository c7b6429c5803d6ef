use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
#[mapkey(kernal = "bpf_sock_tuple", prefix, prefix)]
struct Tokens<'a, T> {
    name: &'a str,
    length: usize,
    #[mapkey(rename = "a b", offset = "4")]
    value: T,
    ratio: f64,
}

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
#[mapkey(size = 16)]
struct Sizes {
    kind: u8,
    #[mapkey(offset = 2)]
    port: u32,
    #[mapkey(network_order)]
    proto: u8,
    rest: [u8; 0],
    #[mapkey(pointer)]
    sk: [u8; 8],
    flag: bool,
}

#[derive(Clone, Copy, MapKey)]
#[repr(C, u128)]
enum State {
    #[mapkey(renamed = "A")]
    A,
    B(u8),
}

fn main() {}
