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

/// Held against an object while this is built.
pub mod asserted {
    /// A key whose names are those that the assertion must not mean.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, mapkey_runtime::MapKey)]
    #[repr(C)]
    pub struct Layout {
        /// From.
        pub saddr: mapkey_runtime::Be<u32>,
        /// To.
        pub daddr: mapkey_runtime::Be<u32>,
        /// The sender's port.
        pub sport: mapkey_runtime::Be<u16>,
        /// The receiver's port.
        pub dport: mapkey_runtime::Be<u16>,
        /// The protocol.
        pub l4_proto: u8,
        #[mapkey(rename = "pad")]
        _pad: mapkey_runtime::Padding<3>,
    }

    mapkey_runtime::assert_object!(Layout, file = "../../fixtures/maps.bpf.o", map = "flows");
    mapkey_runtime::assert_object! {
        file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../", "fixtures/maps.bpf.o"),
        Layout: btf = "flow_key",
        [u8; 6]: map = "by_mac",
        Layout: map = "flows",
    }

    /// Inside of a function, too.
    #[must_use]
    pub fn size() -> usize {
        mapkey_runtime::assert_object!(Layout, map = "flows", file = "../../fixtures/maps.bpf.o");
        size_of::<Layout>()
    }
}
