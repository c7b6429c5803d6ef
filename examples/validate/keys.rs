//! Keys as a program would have them, each a mirror of a type of the kernel.

// As they would stand in a library, where `pub` reaches somebody.
#![allow(unreachable_pub)]

use mapkey_runtime::prelude::*;

/// Storage that the kernel keeps for a cgroup: four bytes of padding at the end, which C leaves to
/// chance and this key keeps zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, MapKey)]
#[repr(C)]
#[mapkey(kernel = "bpf_cgroup_storage_key")]
pub struct CgroupStorageKey {
    pub cgroup_inode_id: u64,
    pub attach_type: u32,
    pub _pad: Padding<4>,
}

/// An IPv6 address: the kernel's is a union, so the key says which member it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, MapKey)]
#[repr(C)]
#[mapkey(kernel = "in6_addr")]
pub struct In6Addr {
    #[mapkey(rename = "in6_u.u6_addr32")]
    pub addr: [Be<u32>; 4],
}

/// A peer's address and the device it is reached by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, MapKey)]
#[repr(C)]
#[mapkey(kernel = "ipv4_addr_key")]
pub struct Ipv4AddrKey {
    pub addr: Ipv4,
    pub vif: i32,
}

/// Both ends of a connection: the type of a member of `bpf_sock_tuple`, all in network order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, MapKey)]
#[repr(C)]
#[mapkey(kernel = "bpf_sock_tuple.ipv4")]
pub struct SockTuple {
    pub saddr: Ipv4,
    pub daddr: Ipv4,
    pub sport: Be<u16>,
    pub dport: Be<u16>,
}

/// Ports, which the kernel has in an anonymous struct inside an anonymous union.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, MapKey)]
#[repr(C)]
#[mapkey(kernel = "flow_dissector_key_ports")]
pub struct Ports {
    #[mapkey(rename = "src")]
    pub src: Be<u16>,
    #[mapkey(rename = "dst")]
    pub dst: Be<u16>,
}

/// A prefix in a trie. The kernel's name for it is `bpf_lpm_trie_key` in 6.1 and
/// `bpf_lpm_trie_key_u8` in 6.12: both are tried, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, MapKey)]
#[repr(transparent)]
#[mapkey(kernel("bpf_lpm_trie_key_u8", "bpf_lpm_trie_key"))]
pub struct Prefix(pub LpmKey<[u8; 4]>);

/// An IPv6 route: a key inside a key, compared at its leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, MapKey)]
#[repr(C)]
#[mapkey(kernel = "rt6key")]
pub struct Route6 {
    pub addr: In6Addr,
    pub plen: i32,
}

/// The tuple above as somebody wrote it from memory: the addresses swapped, a port in this
/// machine's order, and padding where the kernel has a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, MapKey)]
#[repr(C)]
#[mapkey(kernel = "bpf_sock_tuple.ipv4")]
pub struct DriftedTuple {
    pub daddr: Ipv4,
    pub saddr: Ipv4,
    pub sport: u16,
    pub _pad: Padding<2>,
}
