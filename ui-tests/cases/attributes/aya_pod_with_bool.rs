use mapkey_ebpf::MapKey;

mod fake_aya {
    pub unsafe trait Pod: Copy + 'static {}
}

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
#[mapkey(aya_pod = "crate::fake_aya")]
struct Key {
    id: u8,
    flag: bool,
}

fn main() {}
