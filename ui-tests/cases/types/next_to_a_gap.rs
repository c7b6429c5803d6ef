use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Key {
    kind: u8,
    length: usize,
    last: u8,
}

fn main() {}
