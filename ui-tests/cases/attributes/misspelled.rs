use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
#[mapkey(kernal = "bpf_cgroup_storage_key")]
struct Key {
    id: u32,
}

fn main() {}
