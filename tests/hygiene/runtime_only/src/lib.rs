//! Keys in a crate that knows `mapkey_runtime` alone, by path and by its prelude, and forbids unsafe
//! code and warnings. That it compiles is the test.
#![forbid(unsafe_code, dead_code, missing_docs, unreachable_pub)]
#![deny(warnings)]

/// By path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, mapkey_runtime::MapKey)]
#[repr(C)]
#[mapkey(kernel = "bpf_cgroup_storage_key", size = 16)]
pub struct CgroupStorageKey {
    /// The cgroup.
    pub cgroup_inode_id: u64,
    /// How the program is attached.
    pub attach_type: u32,
    _pad: mapkey_runtime::Padding<4>,
}

/// By the prelude.
pub mod with_prelude {
    use mapkey_runtime::prelude::*;

    /// A key.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, MapKey)]
    #[repr(C)]
    pub struct Flow {
        /// From.
        pub source: Ipv4,
        /// The port.
        pub port: Be<u16>,
        _pad: Padding<2>,
    }

    /// The size that both sides see.
    #[must_use]
    pub fn size() -> usize {
        Flow::LAYOUT.size
    }
}
