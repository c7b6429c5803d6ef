//! A map as an object declares it.

/// A map as an object declares it: what a loader makes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MapDefinition<'d> {
    /// The name, as long as it is in the object: the kernel keeps the first 15 bytes.
    pub name: &'d str,
    /// How it is written down.
    pub form: Form,
    /// Whether other objects can refer to it.
    pub linkage: Linkage,
    /// The number of the map's type, `BPF_MAP_TYPE_HASH` being 1 (`enum bpf_map_type` in `include/uapi/linux/bpf.h`).
    pub map_type: u32,
    /// What a key is.
    pub key: KeyOrValue,
    /// What a value is; for a map of maps the inner maps' descriptors.
    pub value: KeyOrValue,
    /// The most elements; 0 where the object leaves that to its loader.
    pub max_entries: u32,
    /// `BPF_F_*`.
    pub map_flags: u32,
    /// The NUMA node, for maps with `BPF_F_NUMA_NODE`.
    pub numa_node: Option<u32>,
    /// What it means depends on the type: for a bloom filter, how many hash functions there are.
    pub map_extra: Option<u32>,
    /// Whether the loader pins it.
    pub pinning: Pinning,
    /// The maps that this one holds, for a map of maps.
    pub inner: Option<Box<MapDefinition<'d>>>,
    /// The programs that refer to it, themselves, by a function that they call, or through a map of maps that holds it
    /// from the start; by the names of their functions. A function that no program calls is none.
    pub used_by: Vec<&'d str>,
}

impl<'d> MapDefinition<'d> {
    /// A definition that says nothing yet.
    pub(crate) fn new(name: &'d str, form: Form, linkage: Linkage) -> Self {
        Self {
            name,
            form,
            linkage,
            map_type: 0,
            key: KeyOrValue::None,
            value: KeyOrValue::None,
            max_entries: 0,
            map_flags: 0,
            numa_node: None,
            map_extra: None,
            pinning: Pinning::None,
            inner: None,
            used_by: Vec::new(),
        }
    }
}

/// How a map's definition is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Form {
    /// As types in BTF, in the section `.maps`.
    Btf,
    /// As numbers in a section `maps`, without types. libbpf does not load such objects since 1.0, aya does.
    Legacy,
}

/// Whether other objects can refer to a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Linkage {
    /// They can.
    Global,
    /// They cannot. libbpf refuses to load such a map.
    Static,
    /// Another object defines it, which this one is still to be linked with.
    Extern,
}

/// What a map's definition says about its keys, or its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyOrValue {
    /// Nothing, or a size of 0: a ring buffer, a queue's keys.
    None,
    /// The bytes that each takes.
    Size(u32),
    /// The type.
    Type {
        /// Its id in the object's BTF.
        id: u32,
        /// The bytes that it takes.
        size: u32,
    },
}

impl KeyOrValue {
    /// Bytes; 0 where there are none.
    #[must_use]
    pub const fn size(self) -> u32 {
        match self {
            Self::None => 0,
            Self::Size(size) | Self::Type { size, .. } => size,
        }
    }

    /// The type's id in the object's BTF.
    #[must_use]
    pub const fn type_id(self) -> Option<u32> {
        match self {
            Self::Type { id, .. } => Some(id),
            _ => None,
        }
    }
}

/// Whether a loader pins a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Pinning {
    /// It doesn't.
    None,
    /// Under the map's name, in a folder that the loader chooses: libbpf in `/sys/fs/bpf`.
    ByName,
}
