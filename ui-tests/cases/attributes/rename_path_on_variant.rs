use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(u8)]
enum State {
    #[mapkey(rename = "a.B")]
    A,
}

fn main() {}
