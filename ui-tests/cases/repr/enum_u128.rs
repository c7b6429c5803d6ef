use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(u128)]
enum State {
    A,
    B,
}

fn main() {}
