//! What kinds of maps there are, and what a key is in each.

use crate::kernel_types::kernel_types;

/// The type of a map, `enum bpf_map_type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MapType(u32);

/// What the keys of a map are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyRule {
    /// Any bytes, compared as they are.
    Bytes,
    /// An index: a `u32` in this machine's order below `max_entries`. Each index exists from the start.
    Index,
    /// A number of bits, a `u32` in this machine's order, and that many bits of data: a trie.
    Prefix,
    /// For user space a file descriptor of the thing that owns the value: a socket, a task, an inode, a cgroup.
    Owner,
    /// None: a queue, a stack, a ring buffer.
    None,
    /// This library does not know the type.
    Unknown,
}

/// What `include/uapi/linux/bpf.h` calls the types, from 0 on.
const NAMES: [&str; 35] = [
    "unspec",
    "hash",
    "array",
    "prog_array",
    "perf_event_array",
    "percpu_hash",
    "percpu_array",
    "stack_trace",
    "cgroup_array",
    "lru_hash",
    "lru_percpu_hash",
    "lpm_trie",
    "array_of_maps",
    "hash_of_maps",
    "devmap",
    "sockmap",
    "cpumap",
    "xskmap",
    "sockhash",
    "cgroup_storage",
    "reuseport_sockarray",
    "percpu_cgroup_storage",
    "queue",
    "stack",
    "sk_storage",
    "devmap_hash",
    "struct_ops",
    "ringbuf",
    "inode_storage",
    "task_storage",
    "bloom_filter",
    "user_ringbuf",
    "cgrp_storage",
    "arena",
    "insn_array",
];

kernel_types!(MapType, NAMES, {
    HASH = 1 "A hash table.",
    ARRAY = 2 "An array.",
    PROG_ARRAY = 3 "Programs to jump to.",
    PERF_EVENT_ARRAY = 4 "Perf events.",
    PERCPU_HASH = 5 "A hash table with a value for each processor.",
    PERCPU_ARRAY = 6 "An array with a value for each processor.",
    STACK_TRACE = 7 "Stacks by the number that a program got for each.",
    CGROUP_ARRAY = 8 "Cgroups.",
    LRU_HASH = 9 "A hash table that evicts what was used longest ago.",
    LRU_PERCPU_HASH = 10 "A hash table that evicts, with a value for each processor.",
    LPM_TRIE = 11 "A trie: lookups find the longest prefix.",
    ARRAY_OF_MAPS = 12 "An array of maps.",
    HASH_OF_MAPS = 13 "A hash table of maps.",
    DEVMAP = 14 "Network devices by index.",
    SOCKMAP = 15 "Sockets by index.",
    CPUMAP = 16 "Processors.",
    XSKMAP = 17 "AF_XDP sockets.",
    SOCKHASH = 18 "Sockets by key.",
    CGROUP_STORAGE = 19 "A value for each cgroup and attachment.",
    REUSEPORT_SOCKARRAY = 20 "Sockets that share a port.",
    PERCPU_CGROUP_STORAGE = 21 "A value for each cgroup, attachment and processor.",
    QUEUE = 22 "First in, first out.",
    STACK = 23 "Last in, first out.",
    SK_STORAGE = 24 "A value for each socket.",
    DEVMAP_HASH = 25 "Network devices by key.",
    STRUCT_OPS = 26 "An implementation of a kernel's struct of functions.",
    RINGBUF = 27 "A ring buffer from the kernel to user space.",
    INODE_STORAGE = 28 "A value for each inode.",
    TASK_STORAGE = 29 "A value for each task.",
    BLOOM_FILTER = 30 "Whether a value may be in a set.",
    USER_RINGBUF = 31 "A ring buffer from user space to the kernel.",
    CGRP_STORAGE = 32 "A value for each cgroup.",
    ARENA = 33 "Memory that both sides share.",
    INSN_ARRAY = 34 "Places in a program.",
});

impl MapType {
    /// The type with the name as bpftool prints it: `lru_hash`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES.iter().zip(0..).find(|&(known, _)| *known == name).map(|(_, number)| Self(number))
    }

    /// As a person says it: `a hash`, `an lpm_trie`.
    pub(crate) fn with_article(self) -> String {
        // `lru`, `lpm`, `sk` and `xsk` are said letter by letter.
        let vowels = ["array", "arena", "inode", "insn", "lpm", "lru", "sk_", "xsk"];
        let name = self.name().unwrap_or_default();
        let article = if vowels.iter().any(|start| name.starts_with(start)) { "an" } else { "a" };
        format!("{article} {self}")
    }

    /// What a key is in such a map.
    #[must_use]
    pub const fn key_rule(self) -> KeyRule {
        match self {
            Self::HASH
            | Self::PERCPU_HASH
            | Self::LRU_HASH
            | Self::LRU_PERCPU_HASH
            | Self::HASH_OF_MAPS
            | Self::SOCKHASH
            | Self::DEVMAP_HASH
            | Self::CGROUP_STORAGE
            | Self::PERCPU_CGROUP_STORAGE => KeyRule::Bytes,
            Self::ARRAY
            | Self::PROG_ARRAY
            | Self::PERF_EVENT_ARRAY
            | Self::PERCPU_ARRAY
            | Self::STACK_TRACE
            | Self::CGROUP_ARRAY
            | Self::ARRAY_OF_MAPS
            | Self::DEVMAP
            | Self::SOCKMAP
            | Self::CPUMAP
            | Self::XSKMAP
            | Self::REUSEPORT_SOCKARRAY
            | Self::STRUCT_OPS
            | Self::INSN_ARRAY => KeyRule::Index,
            Self::LPM_TRIE => KeyRule::Prefix,
            Self::SK_STORAGE | Self::INODE_STORAGE | Self::TASK_STORAGE | Self::CGRP_STORAGE => KeyRule::Owner,
            Self::QUEUE | Self::STACK | Self::BLOOM_FILTER | Self::RINGBUF | Self::USER_RINGBUF | Self::ARENA => {
                KeyRule::None
            }
            _ => KeyRule::Unknown,
        }
    }

    /// Whether each element has a value for every possible processor.
    #[must_use]
    pub const fn is_per_cpu(self) -> bool {
        matches!(self, Self::PERCPU_HASH | Self::PERCPU_ARRAY | Self::LRU_PERCPU_HASH | Self::PERCPU_CGROUP_STORAGE)
    }

    /// Whether inserts evict other elements when there is no room.
    #[must_use]
    pub const fn evicts(self) -> bool {
        matches!(self, Self::LRU_HASH | Self::LRU_PERCPU_HASH)
    }

    /// Whether values are descriptors when written and ids when read (`IS_FD_MAP` in `include/linux/bpf.h`).
    #[must_use]
    pub const fn holds_descriptors(self) -> bool {
        matches!(
            self,
            Self::PROG_ARRAY | Self::PERF_EVENT_ARRAY | Self::CGROUP_ARRAY | Self::ARRAY_OF_MAPS | Self::HASH_OF_MAPS
        )
    }

    /// Whether values are descriptors when written, whatever they are when read.
    #[must_use]
    pub const fn takes_descriptors(self) -> bool {
        self.holds_descriptors()
            || matches!(self, Self::SOCKMAP | Self::SOCKHASH | Self::XSKMAP | Self::REUSEPORT_SOCKARRAY)
    }

    /// Whether every key is there from the start and none can be deleted.
    #[must_use]
    pub const fn is_array(self) -> bool {
        matches!(self, Self::ARRAY | Self::PERCPU_ARRAY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_agree() {
        assert_eq!(MapType::INSN_ARRAY.name(), Some("insn_array"));
        assert_eq!(MapType::LPM_TRIE.name(), Some("lpm_trie"));
        assert_eq!(MapType::from_name("lru_percpu_hash"), Some(MapType::LRU_PERCPU_HASH));
        assert_eq!(MapType::from_raw(99).to_string(), "type 99");
    }

    #[test]
    fn names_are_said_with_an_article() {
        let said = MapType::with_article;
        assert_eq!(said(MapType::ARRAY_OF_MAPS), "an array_of_maps");
        assert_eq!(said(MapType::LPM_TRIE), "an lpm_trie");
        assert_eq!(said(MapType::HASH), "a hash");
        assert_eq!(said(MapType::from_raw(99)), "a type 99");
    }

    #[test]
    fn every_known_type_has_a_rule() {
        for number in 1..=34 {
            assert_ne!(MapType::from_raw(number).key_rule(), KeyRule::Unknown, "{}", MapType::from_raw(number));
        }
    }
}
