use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Key<T> {
    id: T,
}

fn main() {
    let _ = Key::<u32>::new(1);
}
