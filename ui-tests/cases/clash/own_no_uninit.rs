use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Key {
    id: u32,
}

unsafe impl bytemuck::NoUninit for Key {}

fn main() {}
