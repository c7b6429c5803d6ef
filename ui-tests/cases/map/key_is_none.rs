use mapkey_runtime::prelude::*;

#[derive(Clone, Copy)]
#[repr(C)]
struct FlowKey {
    saddr: Be<u32>,
    daddr: Be<u32>,
}

fn main() {
    let _ = CheckedMap::<FlowKey, u64>::open_pinned("/sys/fs/bpf/flows");
}
