use mapkey_ebpf::MapKey;

type Length = usize;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Key {
    length: Length,
}

fn main() {}
