use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(Rust)]
enum State {
    A,
    B,
}

fn main() {}
