use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(u16)]
#[mapkey(size = 4)]
enum State {
    A,
    B,
}

fn main() {}
