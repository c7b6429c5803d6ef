//! The crate with a program's keys.
#![no_std]

pub use mapkey_notes_deep::answer;

mod keys {
    #![allow(dead_code)] // nobody has to use a key for it to travel

    use mapkey_ebpf::{Be, MapKey, Padding};

    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    #[mapkey(kernel = "bpf_cgroup_storage_key")]
    struct CgroupStorageKey {
        cgroup_inode_id: u64,
        attach_type: u32,
        _pad: Padding<4>,
    }

    /// The wrong way round.
    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    #[mapkey(kernel = "bpf_cgroup_storage_key")]
    struct DriftedKey {
        attach_type: u64,
        cgroup_inode_id: u64,
    }

    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    struct FlowKey {
        saddr: Be<u32>,
        daddr: Be<u32>,
        sport: Be<u16>,
        dport: Be<u16>,
        #[mapkey(rename = "l4_proto")]
        proto: u8,
        _pad: Padding<3>,
    }

    /// Ten fields, whose names have eight letters.
    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    struct TenFieldsKey {
        saddress: Be<u32>,
        daddress: Be<u32>,
        sourprtn: Be<u16>,
        destprtn: Be<u16>,
        protocol: u16,
        ifindexn: u16,
        cgroupid: u64,
        processe: u32,
        threadid: u32,
        _padding: Padding<8>,
    }
}
