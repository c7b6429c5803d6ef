use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(u8, align(4))]
enum State {
    A,
    B,
}

fn main() {}
