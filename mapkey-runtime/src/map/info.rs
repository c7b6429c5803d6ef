//! What the kernel says about a map.

use std::fmt;

use super::MapType;
use crate::sys::RawMapInfo;

/// What the kernel says about a map, `struct bpf_map_info`. Sizes are in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MapInfo {
    /// The id, which no other map had since the system started.
    pub id: u32,
    /// The name, of which the kernel keeps 15 bytes.
    pub name: String,
    /// The type.
    pub map_type: MapType,
    /// Bytes of a key.
    pub key_size: u32,
    /// Bytes of a value, of one processor's for a per-CPU map.
    pub value_size: u32,
    /// The most elements.
    pub max_entries: u32,
    /// What it was made with, `BPF_F_*`.
    pub flags: MapFlags,
    /// The id of its BTF; 0 where it has none.
    pub btf_id: u32,
    /// The type of its keys in its BTF; 0 where it has none.
    pub btf_key_type_id: u32,
    /// The type of its values in its BTF; 0 where it has none.
    pub btf_value_type_id: u32,
}

/// What a map was made with, `map_flags`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct MapFlags(pub u32);

impl MapFlags {
    /// `BPF_F_NO_PREALLOC`: elements are allocated when they are inserted. No lookup depends on it.
    pub const NO_PREALLOC: Self = Self(1 << 0);

    /// What is said of the call that makes a map and not of the map: `BPF_F_RDONLY` and `BPF_F_WRONLY`, which the kernel
    /// keeps with the descriptor ([`Access`](super::Access); `bpf_map_flags_retain_permanent` in
    /// `kernel/bpf/syscall.c`), `BPF_F_VTYPE_BTF_OBJ_FD` and `BPF_F_TOKEN_FD`.
    pub(crate) const OF_THE_CALL: u32 = 1 << 3 | 1 << 4 | 1 << 15 | 1 << 16;

    const NAMES: [&'static str; 19] = [
        "no_prealloc",
        "no_common_lru",
        "numa_node",
        "rdonly",
        "wronly",
        "stack_build_id",
        "zero_seed",
        "rdonly_prog",
        "wronly_prog",
        "clone",
        "mmapable",
        "preserve_elems",
        "inner_map",
        "link",
        "path_fd",
        "vtype_btf_obj_fd",
        "token_fd",
        "segv_on_fault",
        "no_user_conv",
    ];

    /// Whether all of `flags` are there.
    #[must_use]
    pub const fn contains(self, flags: Self) -> bool {
        self.0 & flags.0 == flags.0
    }
}

/// The names, as in `BPF_F_NO_PREALLOC`: `no_prealloc|rdonly`; `none` for none.
impl fmt::Display for MapFlags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("none");
        }
        let mut separator = "";
        for bit in (0..32).filter(|bit| self.0 >> bit & 1 == 1) {
            f.write_str(separator)?;
            match usize::try_from(bit).ok().and_then(|bit| Self::NAMES.get(bit)) {
                Some(name) => f.write_str(name)?,
                None => write!(f, "{:#x}", 1u32 << bit)?,
            }
            separator = "|";
        }
        Ok(())
    }
}

impl MapInfo {
    pub(crate) fn new(raw: &RawMapInfo) -> Self {
        let end = raw.name.iter().position(|&byte| byte == 0).unwrap_or(raw.name.len());
        Self {
            id: raw.id,
            name: String::from_utf8_lossy(&raw.name[..end]).into_owned(),
            map_type: MapType::from_raw(raw.map_type),
            key_size: raw.key_size,
            value_size: raw.value_size,
            max_entries: raw.max_entries,
            flags: MapFlags(raw.map_flags),
            btf_id: raw.btf_id,
            btf_key_type_id: raw.btf_key_type_id,
            btf_value_type_id: raw.btf_value_type_id,
        }
    }
}

/// As a person tells it from others: ``map 41 `flows` (lru_hash)``.
impl fmt::Display for MapInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "map {}", self.id)?;
        if !self.name.is_empty() {
            write!(f, " `{}`", self.name)?;
        }
        write!(f, " ({})", self.map_type)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_have_names() {
        assert_eq!(MapFlags(0).to_string(), "none");
        assert_eq!(MapFlags(0b1001).to_string(), "no_prealloc|rdonly");
        assert_eq!(MapFlags(1 << 31 | 1).to_string(), "no_prealloc|0x80000000");
        assert!(MapFlags(0b1001).contains(MapFlags::NO_PREALLOC));
    }
}
