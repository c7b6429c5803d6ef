use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(u8)]
#[mapkey(skip(new))]
enum State {
    A,
    B,
}

fn main() {}
