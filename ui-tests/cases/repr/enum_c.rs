use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
enum State {
    A,
    B,
}

fn main() {}
