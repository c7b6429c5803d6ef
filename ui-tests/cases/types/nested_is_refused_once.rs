use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
struct Inner {
    id: u32,
}

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Outer {
    inner: Inner,
}

fn main() {
    let _ = Outer::new(Inner::new(1)).as_bytes();
}
