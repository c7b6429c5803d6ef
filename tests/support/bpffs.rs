//! A bpffs of the test's own.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::{fs, io};

use rustix::mount::{MountFlags, UnmountFlags, mount, unmount};
use tempfile::TempDir;

/// What the names of this process's folders begin with.
pub(crate) fn prefix() -> String {
    format!("mapkey-bpffs-{}-", std::process::id())
}

/// A bpffs that is mounted in a temporary folder, and gone with this value, also when the test panics.
#[derive(Debug)]
pub struct BpfFs {
    folder: TempDir,
}

impl BpfFs {
    /// Mounts it. Every user may go into the folder, so that a pin's own rights decide.
    ///
    /// # Panics
    ///
    /// Where that does not work: a test that needs it asks [`kernel_or_skip`](crate::kernel_or_skip) before.
    #[must_use]
    pub fn mount() -> Self {
        let tried = || -> io::Result<TempDir> {
            let folder = tempfile::Builder::new().prefix(&prefix()).tempdir()?;
            fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755))?;
            mount("bpffs", folder.path(), "bpf", MountFlags::NOSUID | MountFlags::NODEV, None)?;
            Ok(folder)
        };
        Self { folder: tried().unwrap_or_else(|error| panic!("no bpffs can be mounted: {error}")) }
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The path of a pin.
    #[must_use]
    pub fn pin(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }
}

impl Drop for BpfFs {
    fn drop(&mut self) {
        // What fails here is found by the comparison at the end of all tests.
        let _ = unmount(self.path(), UnmountFlags::DETACH);
    }
}
