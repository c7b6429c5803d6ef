use mapkey_ebpf::MapKey;

#[derive(Clone, Copy)]
struct Name<'a>(&'a str);

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Key<'a> {
    name: Name<'a>,
}

fn main() {}
