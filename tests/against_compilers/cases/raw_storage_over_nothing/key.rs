#[derive(Clone, Copy, MapKey)]
#[repr(C)]
#[mapkey(btf = "raw_over_nothing")]
pub struct Key {
    pub m1: u32,
    #[mapkey(bytes)]
    pub m2: [u8; 4],
    pub m3: u64,
}
