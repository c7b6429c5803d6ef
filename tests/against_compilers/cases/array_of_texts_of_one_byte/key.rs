#[derive(Clone, Copy, MapKey)]
#[repr(C)]
#[mapkey(btf = "texts_of_one_byte")]
pub struct Key {
    pub m1: [FixedStr<1>; 1],
}
