use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Key {
    #[mapkey(bytes)]
    flag: bool,
}

fn main() {}
