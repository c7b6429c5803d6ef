use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(u8)]
enum State {
    A,
    #[mapkey(bytes)]
    B,
}

fn main() {}
