use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Key {
    r#type: u8,
    port: u32,
}

fn main() {}
