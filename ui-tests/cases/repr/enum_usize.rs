use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(usize)]
enum State {
    A,
    B,
}

fn main() {}
