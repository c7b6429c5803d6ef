//! A cgroup of the test's own, whose memory can be limited.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rustix::mount::{MountFlags, UnmountFlags, mount, unmount};
use tempfile::TempDir;

/// What the names of this process's folders begin with.
pub(crate) fn prefix() -> String {
    format!("mapkey-cgroup-{}-", std::process::id())
}

/// A cgroup that is gone with this value, also when the test panics.
#[derive(Debug)]
pub struct MemoryCgroup {
    mounted: TempDir,
    version: Version,
    name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    One,
    Two,
}

impl Version {
    const fn files(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::One => ("tasks", "memory.usage_in_bytes", "memory.limit_in_bytes"),
            Self::Two => ("cgroup.procs", "memory.current", "memory.max"),
        }
    }
}

impl MemoryCgroup {
    /// Makes it, by the first version of cgroups or by the second.
    ///
    /// # Errors
    ///
    /// Where the system has no memory controller that this process may use.
    pub fn make() -> io::Result<Self> {
        Self::of_version(Version::One).or_else(|_| Self::of_version(Version::Two))
    }

    fn of_version(version: Version) -> io::Result<Self> {
        let mounted = tempfile::Builder::new().prefix(&prefix()).tempdir()?;
        let flags = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
        match version {
            Version::One => mount("cgroup", mounted.path(), "cgroup", flags, Some(c"memory"))?,
            Version::Two => mount("cgroup2", mounted.path(), "cgroup2", flags, None)?,
        }
        let made = Self { mounted, version, name: format!("mapkey-test-{}", std::process::id()) };
        if version == Version::Two {
            let control = made.mounted.path().join("cgroup.subtree_control");
            if !fs::read_to_string(&control)?.contains("memory") {
                fs::write(control, "+memory")?;
            }
        }
        fs::create_dir(made.folder())?;
        made.read(version.files().1)?;
        Ok(made)
    }

    fn folder(&self) -> PathBuf {
        self.mounted.path().join(&self.name)
    }

    fn read(&self, file: &str) -> io::Result<String> {
        fs::read_to_string(self.folder().join(file))
    }

    /// Does the work in the cgroup, and comes back: what the kernel keeps for a map is charged to the cgroup that it was
    /// made in. The first version moves this thread alone, the second all of the process.
    ///
    /// # Errors
    ///
    /// Where this process cannot be moved.
    pub fn within<T>(&self, work: impl FnOnce() -> T) -> io::Result<T> {
        let members = self.version.files().0;
        let home = self.mounted.path().join(self.home()?).join(members);
        fs::write(self.folder().join(members), "0")?;
        let _back = Back(&home);
        Ok(work())
    }

    /// Where this thread is, from the root of the cgroups.
    fn home(&self) -> io::Result<PathBuf> {
        let lines = fs::read_to_string("/proc/thread-self/cgroup")?;
        let path = lines.lines().find_map(|line| {
            let (controllers, path) = line.split_once(':')?.1.split_once(':')?;
            let is_it = match self.version {
                Version::One => controllers.split(',').any(|controller| controller == "memory"),
                Version::Two => controllers.is_empty(),
            };
            is_it.then_some(path)
        });
        path.map(|path| PathBuf::from(path.trim_start_matches('/'))).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Limits the cgroup to what it has now, and `more` bytes.
    ///
    /// # Errors
    ///
    /// Where the kernel refuses.
    pub fn limit_to_now_and(&self, more: u64) -> io::Result<()> {
        let (_, usage, limit) = self.version.files();
        let now: u64 = self.read(usage)?.trim().parse().map_err(io::Error::other)?;
        fs::write(self.folder().join(limit), now.saturating_add(more).to_string())
    }
}

/// Moves the thread back, also when the work panics.
struct Back<'p>(&'p Path);

impl Drop for Back<'_> {
    fn drop(&mut self) {
        if let Err(error) = fs::write(self.0, "0") {
            eprintln!("the thread stays in its cgroup, {} cannot be written: {error}", self.0.display());
        }
    }
}

impl Drop for MemoryCgroup {
    fn drop(&mut self) {
        let _ = fs::remove_dir(self.folder());
        // What fails here is found by the comparison at the end of all tests.
        let _ = unmount(self.mounted.path(), UnmountFlags::DETACH);
    }
}
