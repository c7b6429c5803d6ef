use mapkey_ebpf::MapKey;

#[derive(MapKey)]
#[repr(u32)]
enum State {
    A,
}

fn main() {}
