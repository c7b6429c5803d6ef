use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Inner {
    port: u16,
    kind: u8,
}

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Outer {
    source: Inner,
    destination: Inner,
}

fn main() {}
