use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
enum State {
    A,
    B,
}

fn main() {}
