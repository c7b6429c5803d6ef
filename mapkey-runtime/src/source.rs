//! Where counterparts are read from.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::ops::Deref;
use std::path::{Path, PathBuf};

use mapkey_layout::btf::{Btf, BtfError};
use memmap2::{Mmap, MmapOptions};

use crate::kernel::{self, NoKernelBtf};

/// BTF that keys can be held against: the running kernel's, or a file's.
#[derive(Debug)]
pub struct Source {
    bytes: Bytes,
    description: String,
}

/// Why a source cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// There is no BTF of the running kernel.
    #[error(transparent)]
    NoKernelBtf(#[from] NoKernelBtf),
    /// A file cannot be opened or read.
    #[error("{} cannot be read: {error}{}", path.display(), repair(error))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// A file holds no BTF, or broken BTF.
    #[error("{} holds no usable BTF: {error}", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: BtfError,
    },
}

fn repair(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "; let this user read the file, or give another file",
        io::ErrorKind::NotFound => "; check the path",
        _ => "",
    }
}

impl Source {
    /// The running kernel: `/sys/kernel/btf/vmlinux`, or the first of the files that libbpf looks
    /// for (`btf__load_vmlinux_btf`): the `vmlinux` under `/boot`, `/lib/modules` and
    /// `/usr/lib/debug`. Needs no privileges.
    ///
    /// # Errors
    ///
    /// [`SourceError::NoKernelBtf`] with every place that was looked at, the cause and its repair.
    pub fn kernel() -> Result<Self, SourceError> {
        let release = rustix::system::uname().release().to_string_lossy().into_owned();
        Self::kernel_under(Path::new("/"), &release)
    }

    /// The kernel `release` as the file system under `root` has it: a chroot, a mounted image.
    ///
    /// # Errors
    ///
    /// As [`kernel`](Self::kernel).
    pub fn kernel_under(root: &Path, release: &str) -> Result<Self, SourceError> {
        let (path, bytes) = kernel::find(root, release)?;
        Ok(Self { bytes, description: format!("the running kernel, {release} ({})", path.display()) })
    }

    /// A file: raw BTF, or an ELF file with a `.BTF` section, as a `vmlinux` or a compiled eBPF
    /// object is.
    ///
    /// # Errors
    ///
    /// [`SourceError::Unreadable`], [`SourceError::Broken`].
    pub fn file(path: impl AsRef<Path>) -> Result<Self, SourceError> {
        let path = path.as_ref();
        let bytes = Bytes::of(path).map_err(|error| SourceError::Unreadable { path: path.to_owned(), error })?;
        let source = Self { bytes, description: path.display().to_string() };
        match source.btf() {
            Ok(_) => Ok(source),
            Err(error) => Err(SourceError::Broken { path: path.to_owned(), error }),
        }
    }

    /// Bytes that the program has already: raw BTF or a whole ELF file. `description` is what
    /// reports call them.
    ///
    /// # Errors
    ///
    /// [`BtfError`] if they are neither.
    pub fn bytes(bytes: Vec<u8>, description: impl Into<String>) -> Result<Self, BtfError> {
        Btf::parse(&bytes)?;
        Ok(Self { bytes: Bytes::Read(bytes), description: description.into() })
    }

    /// The BTF, its header checked.
    ///
    /// # Errors
    ///
    /// [`BtfError`] if the header is broken, which it was not when the source was opened.
    pub fn btf(&self) -> Result<Btf<'_>, BtfError> {
        Btf::parse(&self.bytes)
    }
}

/// What a person calls the source.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.description)
    }
}

/// A file's content.
#[derive(Debug)]
pub(crate) enum Bytes {
    Mapped(Mmap),
    Read(Vec<u8>),
}

impl Bytes {
    /// Only what the kernel generates is mapped: its BTF cannot change. Any other file could be
    /// truncated by its owner while it is looked at, which would end the process by SIGBUS.
    pub(crate) fn of_sysfs(path: &Path) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let len = usize::try_from(file.metadata()?.len()).map_err(|_| io::ErrorKind::FileTooLarge)?;
        // SAFETY: a private, read-only mapping of the kernel's own BTF, which the kernel never
        // writes again after it is built (`__start_BTF`, kernel/bpf/sysfs_btf.c) and nobody can
        // truncate: the bytes stay as they are while they are borrowed.
        match unsafe { MmapOptions::new().len(len).map_copy_read_only(&file) } {
            Ok(mapped) => Ok(Self::Mapped(mapped)),
            // Kernels before 6.16 refuse: sysfs BTF has had a mmap operation since then only.
            Err(_) => read(&mut file).map(Self::Read),
        }
    }

    pub(crate) fn of(path: &Path) -> io::Result<Self> {
        read(&mut File::open(path)?).map(Self::Read)
    }
}

fn read(file: &mut File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Mapped(bytes) => bytes,
            Self::Read(bytes) => bytes,
        }
    }
}
