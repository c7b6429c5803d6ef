use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Key {
    refused: std::net::Ipv4Addr,
}

fn main() {}
