use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Key {
    id: u32,
}

unsafe impl bytemuck::Zeroable for Key {}
unsafe impl bytemuck::Pod for Key {}

fn main() {}
