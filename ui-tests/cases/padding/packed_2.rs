use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C, packed(2))]
struct Key {
    kind: u8,
    port: u32,
}

fn main() {}
