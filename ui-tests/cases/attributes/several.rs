use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
#[mapkey(kernal = "in6_addr", size = "8", skip(old))]
struct Key {
    #[mapkey(renme = "saddr", offset = x)]
    source: u32,
    #[mapkey(bytes = 4, prefix)]
    rest: [u8; 4],
}

fn main() {}
