//! What both sides of the map `flows` share: its key and its value.
//!
//! `flow-bpf` compiles this crate for `bpfel-unknown-none`, the example `flow-monitor` for the machine it
//! runs on. The program in C, `flow-monitor/flow.bpf.c`, spells the same two structs by hand: a key that
//! it spells differently is found when the map opens.
#![no_std]

use bytemuck::{Pod, Zeroable};
use mapkey_ebpf::{Be, MapKey, Padding};

/// The packets that go one way between two sockets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, MapKey)]
#[repr(C)]
pub struct FlowKey {
    /// Where they come from.
    pub saddr: Be<u32>,
    /// Where they go.
    pub daddr: Be<u32>,
    /// The sender's port; 0 where the protocol has none.
    pub sport: Be<u16>,
    /// The receiver's port; 0 where the protocol has none.
    pub dport: Be<u16>,
    /// The protocol's number in the IPv4 header: 6 is TCP, 17 is UDP.
    #[mapkey(rename = "l4_proto")]
    pub proto: u8,
    /// Nothing, and zero for that reason.
    pub _pad: Padding<3>,
}

/// How much went that way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct FlowStats {
    /// Packets.
    pub packets: u64,
    /// Bytes, from the IPv4 header on.
    pub bytes: u64,
}
