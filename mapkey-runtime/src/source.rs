//! Where counterparts are read from.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use mapkey_layout::btf::{Btf, BtfError};
use mapkey_layout::did_you_mean;
use mapkey_layout::object::ObjectError;

use crate::NoDeclaredType;
use crate::bytes::Bytes;
use crate::kernel::{self, NoKernelBtf};
use crate::module::{self, ModuleSearch, NoModuleBtf};
#[cfg(feature = "compressed")]
use crate::unpack::{UnpackError, unpacked};

/// BTF that keys can be held against: the running kernel's, a module's, or a file's.
#[derive(Debug)]
pub struct Source {
    bytes: Bytes,
    description: String,
    /// The BTF that this one continues.
    base: Option<Box<Source>>,
    /// For a kernel: the file system that it was found in.
    root: Option<PathBuf>,
    /// The one type that is meant, where the source is the key of a map.
    designated: Option<u32>,
}

/// Why a source cannot be read.
#[derive(thiserror::Error)]
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
    /// A file or a kernel image is compressed, and cannot be unpacked.
    #[cfg(feature = "compressed")]
    #[error("{} cannot be unpacked: {error}", path.display())]
    Packed {
        /// The file.
        path: PathBuf,
        /// Why.
        error: UnpackError,
    },
    /// A file holds no BTF, or broken BTF.
    #[error("{} holds no usable BTF: {error}", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: BtfError,
    },
    /// The maps of an eBPF object cannot be read.
    #[error("{}: {error}", path.display())]
    Object {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: Box<ObjectError>,
    },
    /// An object declares no such map.
    #[error("{object} declares no map `{name}`{}", did_you_mean(nearest))]
    NoSuchMap {
        /// The name.
        name: String,
        /// The object.
        object: String,
        /// The names that look most like it, best first.
        nearest: Vec<String>,
    },
    /// An object declares the map, and no type for its keys or values.
    #[error("{object} declares no type for the {what}s of map `{map}`: {reason}")]
    NoDeclaredType {
        /// The map.
        map: String,
        /// `key` or `value`.
        what: &'static str,
        /// The object.
        object: String,
        /// Why there is none, and what to do.
        reason: NoDeclaredType,
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
        Ok(Self { bytes, description, base: None, root: Some(root.to_owned()), designated: None })
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
        Ok(Self { bytes, description, base: Some(Box::new(kernel)), root: None, designated: None })
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
    /// With the feature `compressed` also such a file compressed by gzip, xz, zstd, lz4, bzip2 or lzma, as
    /// the modules of many distributions are (`nf_conntrack.ko.xz`), and the image of a kernel (`vmlinuz`):
    /// x86's, EFI's, and those of arm64 and RISC-V. At most 512 MiB are unpacked.
    ///
    /// # Errors
    ///
    /// [`SourceError::Unreadable`], [`SourceError::Broken`]; with the feature `compressed` also
    /// `SourceError::Packed`.
    pub fn file(path: impl AsRef<Path>) -> Result<Self, SourceError> {
        let path = path.as_ref();
        let bytes = Bytes::of(path).map_err(|error| SourceError::Unreadable { path: path.to_owned(), error })?;
        #[cfg(feature = "compressed")]
        let bytes = unpacked(bytes).map_err(|error| SourceError::Packed { path: path.to_owned(), error })?;
        let source = Self { bytes, description: path.display().to_string(), base: None, root: None, designated: None };
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
        Ok(Self {
            bytes: Bytes::Read(bytes),
            description: description.into(),
            base: None,
            root: None,
            designated: None,
        })
    }

    /// The type `id` of BTF, and no other: the key of a map. `base` is what the BTF continues.
    pub(crate) fn of_type(bytes: impl Into<Bytes>, id: u32, description: String, base: Option<Self>) -> Self {
        Self { bytes: bytes.into(), description, base: base.map(Box::new), root: None, designated: Some(id) }
    }

    /// The one type that is meant, where the source is the key of a map.
    #[must_use]
    pub const fn designated_type(&self) -> Option<u32> {
        self.designated
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

pub(crate) fn running_release() -> String {
    rustix::system::uname().release().to_string_lossy().into_owned()
}

/// What a person calls the source.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.description)
    }
}
