use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Key(u32, std::net::Ipv4Addr);

fn main() {}
