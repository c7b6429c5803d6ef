//! The BTF of the running kernel: where it is, and why it is not there.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use mapkey_layout::btf::{Btf, BtfError};

use crate::bytes::Bytes;
use crate::config::KernelConfig;
#[cfg(feature = "compressed")]
use crate::unpack::{UnpackError, unpacked};

/// There is no BTF of the running kernel: every place that was looked at, and why it did not serve.
///
/// Without it kernel keys cannot be checked, and programs that use CO-RE do not load. A dump of a
/// map and the check of a program's own keys do not need it: they use the map's BTF.
#[derive(Debug)]
#[non_exhaustive]
pub struct NoKernelBtf {
    /// The kernel's release, `6.18.44`.
    pub release: String,
    /// The places in the order in which they were tried.
    pub attempts: Vec<(PathBuf, Attempt)>,
    /// The kernel's configuration file that says that BTF was not built, where one says so.
    pub not_configured: Option<PathBuf>,
    /// Whether `/sys/kernel` is there at all.
    pub sysfs_is_mounted: bool,
}

/// Why a place did not serve.
#[derive(Debug)]
#[non_exhaustive]
pub enum Attempt {
    /// The file cannot be read.
    Unreadable(io::Error),
    /// The file is compressed, and cannot be unpacked.
    #[cfg(feature = "compressed")]
    Packed(UnpackError),
    /// The file holds no BTF, or broken BTF.
    Broken(BtfError),
}

impl std::error::Error for NoKernelBtf {}

impl fmt::Display for NoKernelBtf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "no BTF of the running kernel {}: {}", self.release, self.cause())?;
        writeln!(f, "  repair: {}; or give a BTF file of this kernel by hand", self.repair())?;
        write!(f, "  without it kernel keys cannot be checked and CO-RE programs do not load; looked at:")?;
        for (path, attempt) in &self.attempts {
            write!(f, "\n    {}: {attempt}", path.display())?;
        }
        Ok(())
    }
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(error) if error.kind() == io::ErrorKind::NotFound => f.write_str("not there"),
            Self::Unreadable(error) => error.fmt(f),
            #[cfg(feature = "compressed")]
            Self::Packed(error) => error.fmt(f),
            Self::Broken(error) => error.fmt(f),
        }
    }
}

impl NoKernelBtf {
    fn first(&self, is: impl Fn(&Attempt) -> bool) -> Option<(&Path, &Attempt)> {
        self.attempts.iter().find(|(_, attempt)| is(attempt)).map(|(path, attempt)| (path.as_path(), attempt))
    }

    fn forbidden(&self) -> Option<&Path> {
        let is_forbidden = |attempt: &Attempt| matches!(attempt, Attempt::Unreadable(e) if e.kind() == io::ErrorKind::PermissionDenied);
        self.first(is_forbidden).map(|(path, _)| path)
    }

    /// A file without BTF is whole: it is of a kernel that was built without.
    fn broken(&self) -> Option<(&Path, &Attempt)> {
        self.first(|attempt| matches!(attempt, Attempt::Broken(error) if *error != BtfError::NoBtfSection))
    }

    fn cause(&self) -> String {
        if let Some((path, attempt)) = self.broken() {
            return format!("{} is broken: {attempt}", path.display());
        }
        if let Some(path) = self.forbidden() {
            return format!("no right to read {}", path.display());
        }
        if !self.sysfs_is_mounted {
            return "sysfs is not mounted at /sys".to_owned();
        }
        match &self.not_configured {
            Some(config) => format!("built without CONFIG_DEBUG_INFO_BTF, says {}", config.display()),
            None => "sysfs has none, so it was built without CONFIG_DEBUG_INFO_BTF or is older than 5.4".to_owned(),
        }
    }

    fn repair(&self) -> String {
        if self.broken().is_some() {
            return "reinstall the kernel's package, or rebuild the kernel with a current pahole".to_owned();
        }
        if let Some(path) = self.forbidden() {
            return format!("let this user read {} (the kernel makes it readable for all, mode 0444)", path.display());
        }
        if !self.sysfs_is_mounted {
            return "mount -t sysfs sysfs /sys (in a container: let it see the host's /sys/kernel/btf)".to_owned();
        }
        "boot a kernel with CONFIG_DEBUG_INFO_BTF=y (the distributions' have it), or install its debug package"
            .to_owned()
    }
}

/// The first place under `root` that has usable BTF.
pub(crate) fn find(root: &Path, release: &str) -> Result<(PathBuf, Bytes), NoKernelBtf> {
    let mut attempts = Vec::new();
    for place in places(release) {
        let path = root.join(place);
        match read(&path) {
            Ok(bytes) => return Ok((path, bytes)),
            Err(attempt) => attempts.push((path, attempt)),
        }
    }
    Err(NoKernelBtf {
        release: release.to_owned(),
        attempts,
        not_configured: not_configured(root, release),
        sysfs_is_mounted: root.join("sys/kernel").exists(),
    })
}

fn read(path: &Path) -> Result<Bytes, Attempt> {
    let bytes = Bytes::of(path).map_err(Attempt::Unreadable)?;
    #[cfg(feature = "compressed")]
    let bytes = unpacked(bytes).map_err(Attempt::Packed)?;
    Btf::parse(&bytes).map_err(Attempt::Broken)?;
    Ok(bytes)
}

/// Where libbpf looks (`btf__load_vmlinux_btf` in `src/btf.c`), in its order; where images can be unpacked,
/// the image too, behind all others.
fn places(release: &str) -> Vec<String> {
    let images = [
        format!("boot/vmlinuz-{release}"),
        format!("lib/modules/{release}/vmlinuz"),
        format!("usr/lib/modules/{release}/vmlinuz"),
    ];
    let images = if cfg!(feature = "compressed") { &images[..] } else { &[] };
    let libbpf = [
        "sys/kernel/btf/vmlinux".to_owned(),
        format!("boot/vmlinux-{release}"),
        format!("lib/modules/{release}/vmlinux-{release}"),
        format!("lib/modules/{release}/build/vmlinux"),
        format!("usr/lib/modules/{release}/kernel/vmlinux"),
        format!("usr/lib/debug/boot/vmlinux-{release}"),
        format!("usr/lib/debug/boot/vmlinux-{release}.debug"),
        format!("usr/lib/debug/lib/modules/{release}/vmlinux"),
        format!("usr/lib/debug/lib/modules/{release}/vmlinux.debug"),
    ];
    [&libbpf, images].concat()
}

/// The configuration file that says that the kernel was built without BTF.
fn not_configured(root: &Path, release: &str) -> Option<PathBuf> {
    let config = KernelConfig::under(root, release).ok()?;
    (!config.is_built_in("CONFIG_DEBUG_INFO_BTF")).then(|| config.path().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_this_user_may_not_read() {
        let path = PathBuf::from("/sys/kernel/btf/vmlinux");
        let error = NoKernelBtf {
            release: "6.1.0".to_owned(),
            attempts: vec![(path, Attempt::Unreadable(io::ErrorKind::PermissionDenied.into()))],
            not_configured: None,
            sysfs_is_mounted: true,
        };
        let text = error.to_string();
        assert!(
            text.starts_with("no BTF of the running kernel 6.1.0: no right to read /sys/kernel/btf/vmlinux\n"),
            "{text}"
        );
        assert!(text.contains("repair: let this user read /sys/kernel/btf/vmlinux"), "{text}");
    }
}
