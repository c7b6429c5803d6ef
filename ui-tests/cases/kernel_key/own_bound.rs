use mapkey_ebpf::{KernelKey, MapKey};

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct FlowKey {
    id: u32,
}

fn check<K: KernelKey>() {}

fn main() {
    check::<FlowKey>();
}
