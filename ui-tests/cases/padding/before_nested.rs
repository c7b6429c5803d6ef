use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Inner {
    id: u64,
}

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Outer {
    kind: [u8; 3],
    inner: Inner,
}

fn main() {}
