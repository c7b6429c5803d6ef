//! The configuration that a kernel was built with: which file says it, and what it says.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The configuration that a kernel was built with.
///
/// ```
/// use mapkey_runtime::KernelConfig;
///
/// match KernelConfig::running() {
///     Ok(config) => match config.value("CONFIG_DEBUG_INFO_BTF") {
///         Some(value) => println!("{} says CONFIG_DEBUG_INFO_BTF={value}", config.path().display()),
///         None => println!("{} has no CONFIG_DEBUG_INFO_BTF", config.path().display()),
///     },
///     Err(error) => println!("{error}"),
/// }
/// ```
#[derive(Clone, Debug)]
pub struct KernelConfig {
    path: PathBuf,
    text: String,
}

/// No file says how the kernel was configured: every place that was looked at, and why it did not serve.
#[derive(Debug)]
#[non_exhaustive]
pub struct NoKernelConfig {
    /// The kernel's release, as `uname -r` prints it.
    pub release: String,
    /// The places in the order in which they were tried.
    pub attempts: Vec<(PathBuf, ConfigAttempt)>,
}

/// Why a file did not say how the kernel was configured.
#[derive(Debug)]
#[non_exhaustive]
pub enum ConfigAttempt {
    /// The file cannot be read, or not be unpacked.
    Unreadable(io::Error),
    /// The file is compressed, and this program was built without the feature `compressed`.
    Compressed,
    /// The file is of the kernel that runs, and another one was asked for.
    OtherKernel {
        /// The release that runs.
        running: String,
    },
    /// The file has more bytes than any configuration.
    TooLarge {
        /// The most bytes that are read.
        limit: u64,
    },
    /// The file has no option in it.
    NoOptions,
}

impl std::error::Error for NoKernelConfig {}

impl fmt::Display for NoKernelConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no file says how the kernel {} was configured; looked at:", self.release)?;
        for (path, attempt) in &self.attempts {
            write!(f, "\n    {}: {attempt}", path.display())?;
        }
        Ok(())
    }
}

impl fmt::Display for ConfigAttempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(error) if error.kind() == io::ErrorKind::NotFound => f.write_str("not there"),
            Self::Unreadable(error) => error.fmt(f),
            Self::Compressed => f.write_str(
                "compressed, and this program was built without the feature `compressed` of mapkey-runtime: `zcat` shows it",
            ),
            Self::OtherKernel { running } => write!(f, "of the kernel {running}, which runs"),
            Self::TooLarge { limit } => write!(f, "more than {limit} bytes, which no configuration has"),
            Self::NoOptions => f.write_str("no configuration: no line of it starts with CONFIG_"),
        }
    }
}

/// Debian's have 300 kB.
const MOST: u64 = 1 << 24;

/// The running kernel's own word, where it was built with `CONFIG_IKCONFIG_PROC`.
const PROC: &str = "proc/config.gz";

impl KernelConfig {
    /// The running kernel's: `/proc/config.gz`, `/boot/config-*` or one in `/lib/modules`. Needs no
    /// privileges, unless the distribution keeps the file to itself.
    ///
    /// # Errors
    ///
    /// [`NoKernelConfig`] with every place that was looked at.
    pub fn running() -> Result<Self, NoKernelConfig> {
        Self::under(Path::new("/"), &crate::source::running_release())
    }

    /// That of the kernel `release` as the file system under `root` has it.
    ///
    /// # Errors
    ///
    /// As [`running`](Self::running).
    pub fn under(root: &Path, release: &str) -> Result<Self, NoKernelConfig> {
        let mut attempts = Vec::new();
        for place in places(release) {
            let path = root.join(&place);
            match read(root, &place, release) {
                Ok(text) => return Ok(Self { path, text }),
                Err(attempt) => attempts.push((path, attempt)),
            }
        }
        Err(NoKernelConfig { release: release.to_owned(), attempts })
    }

    /// The file that says it.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The value of an option, `CONFIG_BPF_JIT`, as the file has it: `y`, `m`, a number, a text in quotes.
    /// `None` for an option that is not set, or that this kernel does not have; the file need not tell them
    /// apart.
    #[must_use]
    pub fn value(&self, option: &str) -> Option<&str> {
        self.text.lines().find_map(|line| line.strip_prefix(option)?.strip_prefix('=')).map(str::trim_end)
    }

    /// Whether an option is `y`: built in, and no module.
    #[must_use]
    pub fn is_built_in(&self, option: &str) -> bool {
        self.value(option) == Some("y")
    }
}

/// What the running kernel says comes first. The others are where distributions put the file.
fn places(release: &str) -> [String; 6] {
    [
        PROC.to_owned(),
        format!("boot/config-{release}"),
        format!("lib/modules/{release}/config"),
        format!("usr/lib/modules/{release}/config"),
        format!("usr/lib/kernel/config-{release}"),
        format!("lib/modules/{release}/build/.config"),
    ]
}

fn read(root: &Path, place: &str, release: &str) -> Result<String, ConfigAttempt> {
    let bytes = bounded(&root.join(place))?;
    if place != PROC {
        return checked(String::from_utf8_lossy(&bytes).into_owned());
    }
    let running = bounded(&root.join("proc/sys/kernel/osrelease"))?;
    let running = String::from_utf8_lossy(&running);
    if running.trim_end() != release {
        return Err(ConfigAttempt::OtherKernel { running: running.trim_end().to_owned() });
    }
    unzipped(&bytes)
}

#[cfg(feature = "compressed")]
fn unzipped(bytes: &[u8]) -> Result<String, ConfigAttempt> {
    use crate::unpack::{UnpackError, gunzip};

    match gunzip(bytes, MOST) {
        Ok(text) => checked(String::from_utf8_lossy(&text).into_owned()),
        Err(UnpackError::TooLarge { limit, .. }) => Err(ConfigAttempt::TooLarge { limit }),
        Err(UnpackError::Broken { error, .. }) => Err(ConfigAttempt::Unreadable(error)),
        Err(error) => Err(ConfigAttempt::Unreadable(io::Error::other(error))),
    }
}

#[cfg(not(feature = "compressed"))]
fn unzipped(_: &[u8]) -> Result<String, ConfigAttempt> {
    Err(ConfigAttempt::Compressed)
}

fn bounded(path: &Path) -> Result<Vec<u8>, ConfigAttempt> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MOST + 1).read_to_end(&mut bytes));
    match read.map_err(ConfigAttempt::Unreadable)? {
        read if read as u64 > MOST => Err(ConfigAttempt::TooLarge { limit: MOST }),
        _ => Ok(bytes),
    }
}

fn checked(text: String) -> Result<String, ConfigAttempt> {
    let has_options = text.lines().any(|line| line.starts_with("CONFIG_"));
    if has_options { Ok(text) } else { Err(ConfigAttempt::NoOptions) }
}
