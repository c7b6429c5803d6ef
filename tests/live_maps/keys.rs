//! The key that most tests use, and its type as a C program has it.

use std::os::fd::OwnedFd;

use mapkey_runtime::map::MapType;
use mapkey_runtime::prelude::*;
use mapkey_tests::maps::{NewMap, Types};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, MapKey)]
#[repr(C)]
pub(crate) struct FlowKey {
    pub(crate) saddr: Be<u32>,
    pub(crate) daddr: Be<u32>,
    pub(crate) sport: Be<u16>,
    pub(crate) dport: Be<u16>,
    pub(crate) proto: u8,
    pub(crate) _pad: Padding<3>,
}

impl FlowKey {
    /// A key that is like no other.
    pub(crate) fn numbered(number: u32) -> Self {
        Self::new(Be::new(number), Be::new(0xc000_0202), Be::new(443), Be::new(1024), 6)
    }
}

/// `struct flow_key` as C declares it.
pub(crate) fn flow_types() -> Types {
    let members = [
        ("saddr", "__be32", 0),
        ("daddr", "__be32", 4),
        ("sport", "__be16", 8),
        ("dport", "__be16", 10),
        ("proto", "__u8", 12),
    ];
    Types::of_struct("flow_key", 16, &members)
}

/// A map with [`FlowKey`]s and values of 8 bytes.
pub(crate) fn flows(map_type: MapType, max_entries: u32) -> OwnedFd {
    NewMap::new(map_type, 16, 8, max_entries).typed(&flow_types()).make()
}
