use mapkey_runtime::prelude::*;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct FlowKey {
    saddr: Be<u32>,
    daddr: Be<u32>,
    sport: Be<u16>,
    dport: Be<u16>,
    #[mapkey(rename = "l4_proto")]
    proto: u8,
    pad: Padding<3>,
}

mapkey_runtime::assert_object!(FlowKey, file = concat!(env!("MAPKEY_FIXTURES"), "/maps.bpf.o"), map = "nothing_like_it");

fn main() {}
