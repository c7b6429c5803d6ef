use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Key {
    /// The field before the gap, with a comment that no error points at.
    kind: u8,
    port: u32,
}

fn main() {}
