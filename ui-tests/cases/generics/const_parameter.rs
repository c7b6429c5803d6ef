use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Key<const N: usize> {
    name: [u8; N],
}

fn main() {}
