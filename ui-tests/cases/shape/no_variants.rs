use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
enum Key {}

fn main() {}
