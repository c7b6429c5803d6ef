//! The ways in which programs are attached, and which of them could not be looked at.

use std::fmt;

use super::ProgramType;
use crate::sys::Errno;

/// A way in which programs can be attached, and so a place where one has to look before one may say that a program is
/// not attached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Way {
    /// Links, which the kernel numbers: `BPF_LINK_GET_NEXT_ID`.
    Links,
    /// Cgroups, by `BPF_PROG_ATTACH`.
    Cgroups,
    /// Network devices: XDP by netlink, tc filters, tcx and netkit.
    Devices,
    /// Elements of device maps and processor maps.
    DeviceMaps,
    /// Network namespaces, by `BPF_PROG_ATTACH`.
    NetNamespaces,
    /// Perf events that a process has open, by `ioctl(PERF_EVENT_IOC_SET_BPF)`. One that lives on in a mapping alone is
    /// not seen: no loader leaves one so.
    PerfEvents,
    /// Sockmaps, by `BPF_PROG_ATTACH`.
    Sockmaps,
    /// Structs of functions, by an update of their map.
    StructOps,
    /// Program arrays of programs that are attached themselves.
    TailCalls,
    /// Sockets, by `setsockopt`.
    Sockets,
    /// Actions of tc filters.
    Actions,
    /// Routes.
    Routes,
    /// Infrared receivers.
    Infrared,
    /// None: a process runs the program itself, by `BPF_PROG_RUN`.
    TestRun,
    /// The program's type is newer than this library.
    UnknownType,
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Links => "links",
            Self::Cgroups => "cgroups",
            Self::Devices => "network devices",
            Self::DeviceMaps => "device maps",
            Self::NetNamespaces => "network namespaces",
            Self::PerfEvents => "perf events",
            Self::Sockmaps => "sockmaps",
            Self::StructOps => "structs of functions",
            Self::TailCalls => "program arrays",
            Self::Sockets => "sockets",
            Self::Actions => "actions of tc filters",
            Self::Routes => "routes",
            Self::Infrared => "infrared receivers",
            Self::TestRun => "runs by a process itself",
            Self::UnknownType => "this program's type",
        })
    }
}

/// Something at which could not be looked: as long as there is one for a way of a program's type, nobody can say that
/// the program is not attached.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(tag = "cause", rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Gap {
    /// It takes a capability.
    #[error("{way} cannot be seen without {capability}")]
    Capability {
        /// Where.
        way: Way,
        /// `CAP_SYS_ADMIN`.
        capability: &'static str,
    },
    /// The kernel tells nobody.
    #[error("{}", untold(*way))]
    Untold {
        /// Where.
        way: Way,
    },
    /// There are other network namespaces that this process cannot enter.
    #[error(
        "{count} other network namespace{} cannot be looked into; the first is {first}", if *count == 1 { "" } else { "s" }
    )]
    OtherNamespaces {
        /// Where.
        way: Way,
        /// How many.
        count: usize,
        /// One of them, and a process in it: `net:[4026531840] of pid 4711`.
        first: String,
    },
    /// There are processes whose descriptors or namespaces cannot be seen, or a process is in a process namespace of its own.
    #[error("{way} of {hidden} cannot be seen: {SEES_PROCESSES}")]
    HiddenProcesses {
        /// Where.
        way: Way,
        /// `3 processes`, `systemd (pid 1)`.
        hidden: String,
    },
    /// A process has perf events whose program the kernel does not tell.
    #[error("the kernel does not tell the program of a perf event that {process} has open")]
    OpaquePerfEvent {
        /// Where.
        way: Way,
        /// `perf (pid 4711)`.
        process: String,
    },
    /// Only a part of the hierarchy of cgroups can be seen.
    #[error("{reason}")]
    Cgroups {
        /// Where.
        way: Way,
        /// `no cgroup2 file system is mounted`.
        reason: &'static str,
    },
    /// A program that is not known to be attached can jump to this one.
    #[error("program {program} can jump to it through map {map}, and whether that one is attached is not known")]
    Caller {
        /// Program arrays.
        way: Way,
        /// The program that can jump.
        program: u32,
        /// The program array.
        map: u32,
    },
    /// The kernel is too old to tell.
    #[error("this kernel does not tell of {way}; that takes Linux {since}")]
    TooOld {
        /// Where.
        way: Way,
        /// `5.8`.
        since: &'static str,
    },
    /// A question was answered by an error.
    #[error("{way} cannot be seen: {what}: {}", name(*errno))]
    Failed {
        /// Where.
        way: Way,
        /// What was asked.
        what: String,
        /// The error's number.
        errno: i32,
    },
}

/// What it takes to see what processes have open.
pub(crate) const SEES_PROCESSES: &str =
    "that takes the right to trace them, CAP_SYS_PTRACE outside of any process namespace";

fn untold(way: Way) -> &'static str {
    match way {
        Way::Sockets => "no user can see which programs hang on sockets",
        Way::Actions => "actions of tc filters are not looked at; `tc actions ls action bpf` shows them",
        Way::Routes => "the kernel tells only the names of programs on routes; `ip route show table all` shows them",
        Way::Infrared => "infrared receivers are not looked at: opening one may wake it",
        Way::TestRun => "nobody can see when a process runs such a program itself",
        Way::UnknownType => "the program's type is newer than this library",
        _ => "nobody can see that",
    }
}

fn name(errno: i32) -> String {
    Errno(errno).to_string()
}

impl Gap {
    /// Where something could not be looked at.
    #[must_use]
    pub const fn way(&self) -> Way {
        match self {
            Self::Capability { way, .. }
            | Self::Untold { way }
            | Self::OtherNamespaces { way, .. }
            | Self::HiddenProcesses { way, .. }
            | Self::OpaquePerfEvent { way, .. }
            | Self::Cgroups { way, .. }
            | Self::Caller { way, .. }
            | Self::TooOld { way, .. }
            | Self::Failed { way, .. } => *way,
        }
    }

    /// Whether a program of this type can hang there. The kernel hides the programs of perf events only where they are
    /// of the type `perf_event`. Raw tracepoints are in descriptors alone only before Linux 5.8, where the missing
    /// numbers of links are a gap anyway; since then each is a link (`bpf_raw_tp_link_attach`).
    pub(crate) fn concerns(&self, program_type: ProgramType) -> bool {
        let can_be = match self {
            Self::OpaquePerfEvent { .. } => program_type == ProgramType::PERF_EVENT,
            Self::HiddenProcesses { way: Way::PerfEvents, .. } => {
                !matches!(program_type, ProgramType::RAW_TRACEPOINT | ProgramType::RAW_TRACEPOINT_WRITABLE)
            }
            _ => true,
        };
        can_be && program_type.ways().contains(&self.way())
    }

    /// A failed question; EPERM and EACCES name the capability.
    pub(crate) fn failed(way: Way, capability: &'static str, what: impl Into<String>, errno: Errno) -> Self {
        match errno.0 {
            libc::EPERM | libc::EACCES => Self::Capability { way, capability },
            errno => Self::Failed { way, what: what.into(), errno },
        }
    }
}
