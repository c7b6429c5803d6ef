//! Whether the kernel counts how often programs run.

use std::fs;
use std::io;
use std::os::fd::OwnedFd;

use crate::sys;
use crate::system::Processes;

const SYSCTL: &str = "/proc/sys/kernel/bpf_stats_enabled";

/// Whether the kernel counts how often programs run: it does while the sysctl `kernel.bpf_stats_enabled` is 1, and while
/// any process has a descriptor of `BPF_ENABLE_STATS` open (`bpf_stats_enabled_key` in `kernel/bpf/syscall.c`). It is off
/// by default.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(tag = "state", rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Statistics {
    /// The sysctl is 1.
    OnBySysctl,
    /// A process keeps them on.
    OnByProcess {
        /// The process.
        pid: u32,
    },
    /// They are off: run counts stand still.
    Off,
    /// The sysctl is 0, and there are processes whose descriptors cannot be seen.
    Unknown,
    /// This kernel does not count runs; Linux 5.1 and later do.
    TooOld,
}

/// What turns statistics on for everybody until the next start of the system.
pub const TURN_ON: &str = "sysctl -w kernel.bpf_stats_enabled=1";

impl Statistics {
    /// The state now.
    #[must_use]
    pub fn now() -> Self {
        Self::seen_by(&Processes::scan())
    }

    pub(crate) fn seen_by(processes: &Processes) -> Self {
        match fs::read_to_string(SYSCTL) {
            Ok(text) if text.trim() == "1" => return Self::OnBySysctl,
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Self::TooOld,
            Err(_) => return Self::Unknown,
        }
        match processes.counting() {
            Some(pid) => Self::OnByProcess { pid },
            None if processes.hidden().is_some() => Self::Unknown,
            None => Self::Off,
        }
    }

    /// Whether runs are counted, if that is known.
    #[must_use]
    pub const fn are_on(&self) -> Option<bool> {
        match self {
            Self::OnBySysctl | Self::OnByProcess { .. } => Some(true),
            Self::Off | Self::TooOld => Some(false),
            Self::Unknown => None,
        }
    }

    /// Turns statistics on for as long as the guard lives, and for all programs of the system: each run takes some tens
    /// of nanoseconds more. Needs `CAP_SYS_ADMIN` and Linux 5.8.
    ///
    /// # Errors
    ///
    /// If the kernel refuses.
    pub fn keep_on() -> io::Result<StatisticsGuard> {
        Ok(StatisticsGuard { _fd: sys::enable_statistics()? })
    }
}

/// Keeps statistics on.
#[derive(Debug)]
pub struct StatisticsGuard {
    _fd: OwnedFd,
}

/// What is known of a program's runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Runs {
    /// It ran, this often while the kernel counted.
    Counted(u64),
    /// It did not run since the kernel counts. When that began nobody can tell.
    NoneSinceCounting,
    /// The kernel does not count, or whether it does cannot be seen.
    NotCounted,
    /// The kernel does not count runs of this program: it is jumped to from another one, by a tail call or as an
    /// extension.
    NeverCounted,
}
