use mapkey_ebpf::MapKey;

#[derive(Clone, MapKey)]
#[repr(u8)]
enum State {
    Named(String),
}

fn main() {}
