//! What is wrong with this system, and the repair.
//!
//! [`System::examine`] looks at everything that keys and maps depend on and that can be seen without a map: the kernel's
//! version and BTF, rights, mounts, settings. Nothing is written, and what this user may not see is marked as unseen.
//!
//! ```
//! use mapkey_runtime::doctor::System;
//!
//! for finding in System::running().examine() {
//!     println!("{finding}");
//! }
//! ```

mod btf;
mod chain;
mod kernel;
mod rights;
mod settings;

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

pub use chain::{examine_forbidden, examine_map, examine_object};
pub(crate) use kernel::Version;

/// A thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Finding {
    /// What was looked at, for programs: `kernel-btf`.
    pub check: &'static str,
    /// How it is.
    pub status: Status,
    /// What was found, in one sentence.
    pub what: String,
    /// Where that was seen, a line each.
    pub evidence: Vec<String>,
    /// Why it matters for maps and their keys.
    pub why: String,
    /// The command, or the line of code, that repairs it.
    pub repair: Option<String>,
}

/// How a thing is that was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Status {
    /// As it should be.
    Ok,
    /// Worth knowing, and no fault.
    Note,
    /// This user cannot see it.
    Unseen,
    /// A fault.
    Problem,
}

impl Status {
    /// As it is printed.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Note => "note",
            Self::Unseen => "unseen",
            Self::Problem => "problem",
        }
    }
}

impl Finding {
    pub(crate) fn new(check: &'static str, status: Status, what: impl Into<String>, why: &str) -> Self {
        Self { check, status, what: what.into(), evidence: Vec::new(), why: why.to_owned(), repair: None }
    }

    pub(crate) fn seen(mut self, evidence: impl Into<String>) -> Self {
        self.evidence.push(evidence.into());
        self
    }

    pub(crate) fn repaired_by(mut self, repair: impl Into<String>) -> Self {
        self.repair = Some(repair.into());
        self
    }
}

/// The finding in a line, its evidence below it, and for everything that is not as it should be the reason and the
/// repair; wrapped to 100 columns.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        wrap(f, &format!("{:8} ", self.status.name()), &format!("{}: {}", self.check, self.what))?;
        for line in &self.evidence {
            f.write_str("\n")?;
            wrap(f, INDENT, line)?;
        }
        if self.status != Status::Ok {
            f.write_str("\n")?;
            wrap(f, INDENT, &format!("why: {}", self.why))?;
        }
        if let Some(repair) = &self.repair {
            f.write_str("\n")?;
            wrap(f, INDENT, &format!("repair: {repair}"))?;
        }
        Ok(())
    }
}

const INDENT: &str = "         ";
const WIDTH: usize = 100;

/// Prints `text` behind `start`, and what does not fit below it, further in.
fn wrap(f: &mut fmt::Formatter<'_>, start: &str, text: &str) -> fmt::Result {
    f.write_str(start)?;
    let mut column = start.len();
    for (index, word) in text.split(' ').enumerate() {
        let width = word.chars().count();
        if index > 0 && column + 1 + width > WIDTH {
            write!(f, "\n{INDENT}  ")?;
            column = INDENT.len() + 2;
        } else if index > 0 {
            f.write_str(" ")?;
            column += 1;
        }
        f.write_str(word)?;
        column += width;
    }
    Ok(())
}

/// A system, seen through its files.
#[derive(Clone, Debug)]
pub struct System {
    root: PathBuf,
    release: String,
    version: String,
}

impl System {
    /// The running one.
    #[must_use]
    pub fn running() -> Self {
        let uname = rustix::system::uname();
        let text = |text: &std::ffi::CStr| text.to_string_lossy().into_owned();
        Self { root: PathBuf::from("/"), release: text(uname.release()), version: text(uname.version()) }
    }

    /// The system whose file system is under `root`; `release` and `version` are what `uname -r` and `uname -v` print
    /// on it.
    #[must_use]
    pub fn under(root: &Path, release: &str, version: &str) -> Self {
        Self { root: root.to_owned(), release: release.to_owned(), version: version.to_owned() }
    }

    /// Looks at everything.
    #[must_use]
    pub fn examine(&self) -> Vec<Finding> {
        vec![
            kernel::padding(self),
            btf::kernel(self),
            btf::modules(self),
            rights::capabilities(self),
            rights::unprivileged(self),
            rights::lockdown(self),
            settings::bpffs(self),
            settings::statistics(self),
            settings::jit(self),
            settings::locked_memory(self),
        ]
    }

    fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    fn read(&self, path: &str) -> io::Result<String> {
        fs::read_to_string(self.path(path))
    }

    fn kernel_version(&self) -> Option<Version> {
        Version::of(&self.release, &self.version)
    }
}

/// A finding for a file that cannot be read.
fn unseen(check: &'static str, path: &str, error: &io::Error, why: &str) -> Finding {
    Finding::new(check, Status::Unseen, format!("cannot be seen by this user: /{path}: {error}"), why)
}
