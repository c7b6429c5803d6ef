use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(u8)]
#[mapkey(aya_pod)]
enum State {
    A,
    B,
}

fn main() {}
