//! What operations that failed say to a person; `docs/maps.md` has each.

use std::fmt;

use super::{Meaning, Operation, OperationError};
use crate::map::MapType;
use crate::plain::{bytes, counted};

impl fmt::Display for OperationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, map, map_type, errno, meaning } = self;
        write!(f, "{operation} {map}: ")?;
        match meaning {
            Meaning::Closed => f.write_str("its descriptor is closed; open the map again")?,
            Meaning::NotThisMap { found } => {
                write!(f, "its descriptor was closed and now is {found}; open the map again")?;
            }
            Meaning::WriteOnly => {
                f.write_str("the handle is write-only (`BPF_F_WRONLY`); open the map without that flag, or read it from a program")?;
            }
            Meaning::ReadOnly => {
                f.write_str(
                    "the handle is read-only (`BPF_F_RDONLY`); open the map for writing, or let its owner write",
                )?;
            }
            Meaning::Frozen => {
                f.write_str("the map is frozen (`BPF_MAP_FREEZE`): user space cannot write to it any more")?
            }
            Meaning::NotPermitted => f.write_str(
                "not permitted: since Linux 5.19 an open descriptor is enough; before, the sysctl \
                 kernel.unprivileged_bpf_disabled demands CAP_BPF; a security module can refuse it too",
            )?,
            Meaning::IndexOutOfRange { index, max_entries } => {
                write!(f, "index {index} is out of range: the map has {}", elements(*max_entries))?;
                if let Some(last) = max_entries.checked_sub(1) {
                    write!(f, ", 0 to {last}")?;
                }
            }
            Meaning::PrefixTooLong { found, most } => {
                write!(f, "a prefix of {found} bits is too long: the keys of this trie have {most} bits of data")?;
            }
            Meaning::Full { max_entries } => {
                write!(f, "the map is full, it has room for {}; remove some", elements(*max_entries))?;
                // There is no trie that evicts.
                f.write_str(match *map_type {
                    MapType::HASH | MapType::PERCPU_HASH => ", make it larger, or use an LRU map",
                    _ => " or make it larger",
                })?;
            }
            Meaning::Exists => f.write_str("the element is there already, and `NoExist` was asked for")?,
            Meaning::Absent => f.write_str("there is no such element")?,
            Meaning::NotRemovable => {
                f.write_str("the elements of an array are always there and cannot be removed; write zeros instead")?;
            }
            Meaning::NotSupported => {
                write!(f, "user space cannot do this with a map of type {map_type} on this kernel")?;
            }
            Meaning::CookieSize => f.write_str(
                "user space reads sockets as cookies of 8 bytes, and the values of this map have 4; make the map with \
                 values of 8 bytes",
            )?,
            Meaning::Busy => f.write_str("another operation held the lock; try again")?,
            // `htab_lru_map_update_elem` in kernel/bpf/hashtab.c
            Meaning::NoMemory if map_type.evicts() => f.write_str(
                "the kernel has no memory for it: no element could be evicted on this processor; try again, or make the \
                 map larger",
            )?,
            // `bpf_map_save_memcg` in kernel/bpf/syscall.c
            Meaning::NoMemory => f.write_str(
                "the kernel has no memory for it, in the cgroup of the process that made the map or at all; raise that \
                 cgroup's limit, or remove elements",
            )?,
            Meaning::Interrupted => f.write_str("the map changed too fast, or a signal came; try again")?,
            Meaning::NoBpf => f.write_str("this kernel has no bpf(2): it was built without CONFIG_BPF_SYSCALL")?,
            Meaning::NotADescriptor => {
                let (map, held) = (map_type.with_article(), held(*map_type));
                write!(f, "the value is no descriptor that fits: the values of {map} are {held}")?;
            }
            Meaning::NotOfDescriptors => {
                write!(f, "the values of {} are no descriptors; use `insert`", map_type.with_article())?;
            }
            Meaning::NoOwner { key } => {
                write!(f, "the key {key} is no descriptor of {}", owner(*map_type))?;
            }
            Meaning::KeyLength { found, expected } => {
                write!(f, "the key has {}, and the map's keys have {expected}", bytes(*found))?;
            }
            Meaning::ValueCount { found, expected } => {
                let were = if *found == 1 { "value was" } else { "values were" };
                write!(f, "{found} {were} given, expected {expected}: one for every possible processor")?;
            }
            Meaning::Fault => f.write_str(
                "the kernel could not reach the memory of the key or the value, which are this library's own: please \
                 report this",
            )?,
            Meaning::Other => f.write_str("no meaning of this error is known for this operation and type")?,
        }
        match errno {
            Some(errno) => write!(f, " ({errno})"),
            None => Ok(()),
        }
    }
}

fn elements(count: u32) -> String {
    counted(count.into(), "element", "elements")
}

/// What a map of descriptors holds, in the plural.
const fn held(map_type: MapType) -> &'static str {
    match map_type {
        MapType::PROG_ARRAY => "descriptors of programs when written and ids when read",
        MapType::PERF_EVENT_ARRAY => "descriptors of perf events",
        MapType::CGROUP_ARRAY => "descriptors of cgroups",
        MapType::ARRAY_OF_MAPS | MapType::HASH_OF_MAPS => {
            "descriptors of maps when written and ids when read, of the same type and sizes as the map that it was made with"
        }
        MapType::SOCKMAP | MapType::SOCKHASH | MapType::REUSEPORT_SOCKARRAY => {
            "descriptors of sockets when written and cookies when read"
        }
        MapType::XSKMAP => "descriptors of AF_XDP sockets",
        _ => "no descriptors",
    }
}

const fn owner(map_type: MapType) -> &'static str {
    match map_type {
        MapType::SK_STORAGE => "a socket",
        MapType::TASK_STORAGE => "a process (pidfd_open)",
        MapType::INODE_STORAGE => "a file",
        MapType::CGRP_STORAGE => "a cgroup's folder",
        _ => "what owns a value",
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lookup => "lookup in",
            Self::Insert(_) => "insert into",
            Self::Remove => "remove from",
            Self::Iterate => "iteration over",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What no name of a map or number stands in.
    fn phrase(meaning: Meaning) -> String {
        let error = OperationError {
            operation: Operation::Lookup,
            map: "map".to_owned(),
            map_type: MapType::ARRAY_OF_MAPS,
            errno: None,
            meaning,
        };
        error.to_string()
    }

    #[test]
    fn every_meaning_is_documented() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/maps.md");
        let docs = std::fs::read_to_string(path).expect("the file is there");
        let rows: Vec<&str> = docs.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next()).collect();
        for meaning in [
            Meaning::Closed,
            Meaning::NotThisMap { found: String::new() },
            Meaning::WriteOnly,
            Meaning::ReadOnly,
            Meaning::Frozen,
            Meaning::NotPermitted,
            Meaning::IndexOutOfRange { index: 4, max_entries: 4 },
            Meaning::PrefixTooLong { found: 33, most: 32 },
            Meaning::Full { max_entries: 4 },
            Meaning::Exists,
            Meaning::Absent,
            Meaning::NotRemovable,
            Meaning::NotSupported,
            Meaning::CookieSize,
            Meaning::Busy,
            Meaning::NoMemory,
            Meaning::Interrupted,
            Meaning::NoBpf,
            Meaning::NotADescriptor,
            Meaning::NotOfDescriptors,
            Meaning::NoOwner { key: 3 },
            Meaning::KeyLength { found: 7, expected: 8 },
            Meaning::ValueCount { found: 1, expected: 2 },
            Meaning::Fault,
            Meaning::Other,
        ] {
            let text = phrase(meaning);
            assert!(rows.iter().any(|row| text.contains(row)), "docs/maps.md has no row for `{text}`");
        }
    }
}
