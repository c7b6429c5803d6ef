use mapkey_runtime::prelude::*;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct FlowKey {
    saddr: Be<u32>,
    daddr: Be<u32>,
}

fn main() {
    let _ = FlowKey::validate_against_btf();
}
