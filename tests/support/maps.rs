//! Maps as tests make them, by `bpf(2)` itself: no library's idea of a map stands between the test and the kernel.

mod bpf;
mod types;

use std::ffi::CString;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use mapkey_runtime::map::MapType;

pub use bpf::Bare;
pub use types::{Types, scalar};

use crate::leaks;

/// A map that is to be made.
#[derive(Clone, Copy, Debug)]
pub struct NewMap<'a> {
    map_type: MapType,
    key_size: u32,
    value_size: u32,
    max_entries: u32,
    flags: u32,
    name: &'a str,
    types: Option<&'a Types>,
    inner: Option<BorrowedFd<'a>>,
}

/// `BPF_F_NO_PREALLOC`, which tries and storages must have.
pub const NO_PREALLOC: u32 = 1;
/// `BPF_F_RDONLY`
pub const READ_ONLY: u32 = 1 << 3;
/// `BPF_F_WRONLY`
pub const WRITE_ONLY: u32 = 1 << 4;

impl<'a> NewMap<'a> {
    /// A map of this type; sizes in bytes.
    #[must_use]
    pub const fn new(map_type: MapType, key_size: u32, value_size: u32, max_entries: u32) -> Self {
        Self { map_type, key_size, value_size, max_entries, flags: 0, name: "mapkey_test", types: None, inner: None }
    }

    /// With a name, of which the kernel gets the first 15 bytes, as it gets from libbpf.
    #[must_use]
    pub const fn named(self, name: &'a str) -> Self {
        Self { name, ..self }
    }

    /// With flags, `BPF_F_*`.
    #[must_use]
    pub const fn flags(self, flags: u32) -> Self {
        Self { flags, ..self }
    }

    /// With the types of its keys and values.
    #[must_use]
    pub const fn typed(self, types: &'a Types) -> Self {
        Self { types: Some(types), ..self }
    }

    /// With a map that is like the maps that it will hold.
    #[must_use]
    pub const fn holding(self, inner: BorrowedFd<'a>) -> Self {
        Self { inner: Some(inner), ..self }
    }

    /// Makes it.
    ///
    /// # Errors
    ///
    /// What the kernel said.
    pub fn create(self) -> io::Result<OwnedFd> {
        let mut name = [0; 16];
        let kept = &self.name.as_bytes()[..self.name.len().min(15)];
        name[..kept.len()].copy_from_slice(kept);
        let attr = bpf::CreateAttr {
            map_type: self.map_type.raw(),
            key_size: self.key_size,
            value_size: self.value_size,
            max_entries: self.max_entries,
            map_flags: self.flags,
            inner_map_fd: self.inner.map_or(0, |fd| fd.as_raw_fd().cast_unsigned()),
            map_name: name,
            btf_fd: self.types.map_or(0, |types| types.as_fd().as_raw_fd().cast_unsigned()),
            btf_key_type_id: self.types.map_or(0, |types| types.key),
            btf_value_type_id: self.types.map_or(0, |types| types.value),
            ..Default::default()
        };
        let map = bpf::create(attr)?;
        leaks::made(map.as_fd());
        Ok(map)
    }

    /// Makes it.
    ///
    /// # Panics
    ///
    /// With what the kernel said.
    #[must_use]
    pub fn make(self) -> OwnedFd {
        self.create().unwrap_or_else(|error| panic!("{self:?} cannot be made: {error}"))
    }
}

/// `BPF_OBJ_PIN`.
///
/// # Panics
///
/// With what the kernel said.
pub fn pin(map: impl AsFd, path: &Path) {
    let name = CString::new(path.as_os_str().as_bytes()).expect("a path without NUL");
    bpf::pin(map.as_fd(), &name).unwrap_or_else(|error| panic!("{} cannot be pinned: {error}", path.display()));
}

/// `BPF_MAP_FREEZE`.
///
/// # Panics
///
/// With what the kernel said.
pub fn freeze(map: impl AsFd) {
    bpf::freeze(map.as_fd()).unwrap_or_else(|error| panic!("the map cannot be frozen: {error}"));
}
