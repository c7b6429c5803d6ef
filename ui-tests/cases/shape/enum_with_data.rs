use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(u8)]
enum State {
    A,
    B(u8),
    C { port: u16 },
}

fn main() {}
