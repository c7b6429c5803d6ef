//! The members of `union bpf_attr`, and what `BPF_OBJ_GET_INFO_BY_FD` fills in. Addresses are 64 bits on every machine.

/// Where something of this process is, for the kernel.
pub(super) fn address<T>(pointer: *const T) -> u64 {
    pointer.expose_provenance() as u64
}

/// `BPF_MAP_*_ELEM` and `BPF_MAP_GET_NEXT_KEY`.
#[repr(C)]
#[derive(Default)]
pub(super) struct Element {
    pub map_fd: u32,
    pub _pad: u32,
    pub key: u64,
    /// The value, or where the next key goes.
    pub value: u64,
    pub flags: u64,
}

/// `BPF_MAP_*_BATCH`.
#[repr(C)]
#[derive(Default)]
pub(super) struct BatchAttr {
    pub in_batch: u64,
    pub out_batch: u64,
    pub keys: u64,
    pub values: u64,
    pub count: u32,
    pub map_fd: u32,
    pub elem_flags: u64,
    pub flags: u64,
}

/// `BPF_OBJ_GET`.
#[repr(C)]
#[derive(Default)]
pub(super) struct Pathname {
    pub pathname: u64,
    pub bpf_fd: u32,
    pub file_flags: u32,
}

/// `BPF_*_GET_NEXT_ID` and `BPF_*_GET_FD_BY_ID`.
#[repr(C)]
#[derive(Default)]
pub(super) struct ById {
    /// The id, or the one before the wanted.
    pub id: u32,
    pub next_id: u32,
    pub open_flags: u32,
}

/// `BPF_OBJ_GET_INFO_BY_FD`.
#[repr(C)]
#[derive(Default)]
pub(super) struct InfoByFd {
    pub bpf_fd: u32,
    pub info_len: u32,
    pub info: u64,
}

/// `struct bpf_map_info`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RawMapInfo {
    pub(crate) map_type: u32,
    pub(crate) id: u32,
    pub(crate) key_size: u32,
    pub(crate) value_size: u32,
    pub(crate) max_entries: u32,
    pub(crate) map_flags: u32,
    pub(crate) name: [u8; 16],
    pub(crate) ifindex: u32,
    pub(crate) btf_vmlinux_value_type_id: u32,
    pub(crate) netns_dev: u64,
    pub(crate) netns_ino: u64,
    pub(crate) btf_id: u32,
    pub(crate) btf_key_type_id: u32,
    pub(crate) btf_value_type_id: u32,
    pub(crate) btf_vmlinux_id: u32,
    pub(crate) map_extra: u64,
}

/// `struct bpf_btf_info`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RawBtfInfo {
    pub btf: u64,
    pub btf_size: u32,
    pub id: u32,
    pub name: u64,
    pub name_len: u32,
    pub kernel_btf: u32,
}

/// A struct that `BPF_OBJ_GET_INFO_BY_FD` fills in.
///
/// # Safety
///
/// Any bytes are a value of it, and it has no padding.
pub(super) unsafe trait Info: Default {}

// SAFETY: integers alone, each at a multiple of its size.
unsafe impl Info for RawMapInfo {}
// SAFETY: integers alone, each at a multiple of its size.
unsafe impl Info for RawBtfInfo {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn have_the_kernels_sizes() {
        assert_eq!(size_of::<RawMapInfo>(), 88);
        assert_eq!(size_of::<RawBtfInfo>(), 32);
        assert_eq!(size_of::<BatchAttr>(), 56);
        assert_eq!(size_of::<Element>(), 32);
    }
}
