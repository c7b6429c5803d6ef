//! Where counterparts are read from.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::ops::Deref;
use std::path::{Path, PathBuf};

use mapkey_layout::btf::{Btf, BtfError};
use memmap2::{Mmap, MmapOptions};

use crate::kernel::{self, NoKernelBtf};
use crate::module::{self, ModuleSearch, NoModuleBtf};

/// BTF that keys can be held against: the running kernel's, a module's, or a file's.
#[derive(Debug)]
pub struct Source {
    bytes: Bytes,
    description: String,
    /// The BTF that this one continues.
    base: Option<Box<Source>>,
    /// For a kernel: the file system that it was found in.
    root: Option<PathBuf>,
}

/// Why a source cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// There is no BTF of the running kernel.
    #[error(transparent)]
    NoKernelBtf(#[from] NoKernelBtf),
    /// There is no BTF of a kernel module.
    #[error(transparent)]
    NoModuleBtf(#[from] NoModuleBtf),
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
        Self::kernel_under(Path::new("/"), &running_release())
    }

    /// The kernel `release` as the file system under `root` has it: a chroot, a mounted image.
    ///
    /// # Errors
    ///
    /// As [`kernel`](Self::kernel).
    pub fn kernel_under(root: &Path, release: &str) -> Result<Self, SourceError> {
        let (path, bytes) = kernel::find(root, release)?;
        let description = format!("the running kernel, {release} ({})", path.display());
        Ok(Self { bytes, description, base: None, root: Some(root.to_owned()) })
    }

    /// A module of the running kernel: `/sys/kernel/btf/NAME`, which continues the kernel's BTF.
    ///
    /// # Errors
    ///
    /// [`SourceError::NoModuleBtf`] with the cause and its repair, and as [`kernel`](Self::kernel).
    pub fn module(name: &str) -> Result<Self, SourceError> {
        Self::module_under(Path::new("/"), &running_release(), name)
    }

    /// A module of the kernel `release` as the file system under `root` has it.
    ///
    /// # Errors
    ///
    /// As [`module`](Self::module).
    pub fn module_under(root: &Path, release: &str, name: &str) -> Result<Self, SourceError> {
        let kernel = Self::kernel_under(root, release)?;
        let (path, bytes) = match kernel.btf() {
            Ok(base) => module::find(root, name, &base)?,
            Err(error) => return Err(SourceError::Broken { path: PathBuf::from(kernel.description), error }),
        };
        let description = format!("the module {name} of {kernel} ({})", path.display());
        Ok(Self { bytes, description, base: Some(Box::new(kernel)), root: None })
    }

    /// The same as split BTF, which continues that of `base`: a module's file beside its `vmlinux`.
    ///
    /// ```no_run
    /// # use mapkey_runtime::Source;
    /// let module = Source::file("nf_conntrack.ko")?.on(Source::file("vmlinux")?)?;
    /// # Ok::<(), mapkey_runtime::SourceError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`SourceError::Broken`] if it does not fit the base.
    pub fn on(self, base: Self) -> Result<Self, SourceError> {
        let split = Self { base: Some(Box::new(base)), ..self };
        match split.btf().and_then(|btf| btf.index(&[])) {
            Ok(_) => Ok(split),
            Err(error) => Err(SourceError::Broken { path: PathBuf::from(split.description), error }),
        }
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
        let source = Self { bytes, description: path.display().to_string(), base: None, root: None };
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
        Ok(Self { bytes: Bytes::Read(bytes), description: description.into(), base: None, root: None })
    }

    /// The kernel's modules that have a type called `name`, which the kernel itself has not. `None` for
    /// every other source.
    #[must_use]
    pub fn modules_having(&self, name: &str) -> Option<ModuleSearch> {
        Some(module::having(self.root.as_ref()?, name, &self.btf().ok()?))
    }

    /// The BTF, its header checked.
    ///
    /// # Errors
    ///
    /// [`BtfError`] if the header is broken, which it was not when the source was opened.
    pub fn btf(&self) -> Result<Btf<'_>, BtfError> {
        let btf = Btf::parse(&self.bytes)?;
        match &self.base {
            Some(base) => btf.on(base.btf()?),
            None => Ok(btf),
        }
    }
}

fn running_release() -> String {
    rustix::system::uname().release().to_string_lossy().into_owned()
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
        }
    }
}
