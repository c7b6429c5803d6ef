use mapkey_ebpf::MapKey;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
pub struct CgroupStorageKey {
    pub cgroup_inode_id: u64,
    pub attach_type: u32,
}

fn main() {}
