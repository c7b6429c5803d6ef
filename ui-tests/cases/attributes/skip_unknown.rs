use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
#[mapkey(skip(no_uninitt))]
struct Key {
    id: u32,
}

fn main() {}
