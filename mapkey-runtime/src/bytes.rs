//! A file's bytes: mapped where that is safe, read everywhere else. The only unsafe code of this crate.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;

use memmap2::{Mmap, MmapOptions};

/// A file's content.
#[derive(Debug)]
pub(crate) enum Bytes {
    Mapped(Mmap),
    Read(Vec<u8>),
    Shared(Arc<[u8]>),
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Read(bytes)
    }
}

impl From<Arc<[u8]>> for Bytes {
    fn from(bytes: Arc<[u8]>) -> Self {
        Self::Shared(bytes)
    }
}

impl Bytes {
    /// What is on sysfs is mapped where the kernel allows it, everything else is read: the owner of an
    /// ordinary file could truncate it while it is looked at, which would end the process by SIGBUS.
    pub(crate) fn of(path: &Path) -> io::Result<Self> {
        let mut file = File::open(path)?;
        if is_on_sysfs(&file) {
            // Older kernels refuse: `btf_sysfs_vmlinux_mmap` (kernel/bpf/sysfs_btf.c) is of 2025.
            if let Ok(mapped) = map_sysfs(&file) {
                return Ok(Self::Mapped(mapped));
            }
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(Self::Read(bytes))
    }
}

fn is_on_sysfs(file: &File) -> bool {
    const SYSFS_MAGIC: u64 = 0x6265_6572; // include/uapi/linux/magic.h
    rustix::fs::fstatfs(file).is_ok_and(|fs| u64::try_from(fs.f_type) == Ok(SYSFS_MAGIC))
}

/// Maps all of a file on sysfs: private, read-only, from offset 0, which is all that the kernel
/// allows there.
fn map_sysfs(file: &File) -> io::Result<Mmap> {
    let len = usize::try_from(file.metadata()?.len()).map_err(|_| io::ErrorKind::FileTooLarge)?;
    // SAFETY: the file is on sysfs, where nobody but the kernel can write or truncate, and what can be
    // mapped there is the kernel's BTF, which it never writes again after boot (`btf_sysfs_vmlinux_mmap`
    // in kernel/bpf/sysfs_btf.c maps the read-only section): the bytes stay as they are for as long as
    // the mapping does.
    unsafe { MmapOptions::new().len(len).map_copy_read_only(file) }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Mapped(bytes) => bytes,
            Self::Read(bytes) => bytes,
            Self::Shared(bytes) => bytes,
        }
    }
}
