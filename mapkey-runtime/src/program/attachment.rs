//! Where a program hangs.

use std::fmt;
use std::path::PathBuf;

use super::AttachType;

/// One place where a program is attached.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Attachment {
    /// What it hangs on.
    #[cfg_attr(feature = "serde", serde(flatten))]
    pub target: Target,
    /// What holds it there.
    pub by: By,
}

/// What holds a program attached.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum By {
    /// A link.
    Link {
        /// The link's id.
        id: u32,
    },
    /// `BPF_PROG_ATTACH`: it stays until it is detached.
    Attach,
    /// Netlink: `ip link`, `tc`; it stays until it is detached.
    Netlink,
    /// A descriptor of a process.
    Process {
        /// The process.
        pid: u32,
        /// Its descriptor.
        fd: u32,
    },
    /// An element of a map.
    Map {
        /// The map's id.
        id: u32,
    },
}

/// A network device. Its number means something only in its own network namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Device {
    /// `ifindex`; 0 for a device that is gone.
    pub ifindex: u32,
    /// Its name, where the device was seen.
    pub name: Option<String>,
    /// The inode of its network namespace, where that is another one than this process's.
    pub namespace: Option<u64>,
}

/// What a program hangs on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(tag = "kind", rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Target {
    /// Incoming packets of a device.
    Xdp {
        /// The device.
        device: Device,
        /// `native`, `generic`, `offloaded`; unknown where the device was not seen.
        mode: Option<&'static str>,
    },
    /// A tc filter.
    Tc {
        /// The device.
        device: Device,
        /// `ingress`, `egress`, `qdisc 8001:`, `block 4`.
        parent: String,
        /// The filter's priority.
        priority: u16,
    },
    /// tcx and netkit.
    Device {
        /// The device.
        device: Device,
        /// `tcx_ingress`.
        attach_type: AttachType,
    },
    /// A cgroup.
    Cgroup {
        /// The cgroup's id, its inode's number; 0 for one that is gone.
        id: u64,
        /// Its folder, where it was seen.
        path: Option<PathBuf>,
        /// `cgroup_inet_egress`.
        attach_type: AttachType,
    },
    /// A network namespace.
    NetNamespace {
        /// Its inode; 0 for one that is gone.
        inode: u64,
        /// `sk_lookup`.
        attach_type: AttachType,
    },
    /// A tracepoint, as a perf event.
    Tracepoint {
        /// Its name.
        name: String,
    },
    /// A tracepoint, with its arguments as they are.
    RawTracepoint {
        /// Its name.
        name: String,
    },
    /// A function of the kernel or of another program, a security hook, or an iterator.
    Tracing {
        /// `trace_fentry`.
        attach_type: AttachType,
        /// The function; `None` where BTF does not tell.
        function: Option<String>,
    },
    /// A kprobe.
    Kprobe {
        /// The function, or an address.
        function: String,
        /// Bytes behind its start.
        offset: u64,
        /// Whether it runs when the function returns.
        is_return: bool,
    },
    /// Several kprobes at once.
    KprobeMulti {
        /// How many functions.
        count: u32,
        /// Whether it runs when the functions return.
        is_return: bool,
    },
    /// A uprobe.
    Uprobe {
        /// The file.
        path: String,
        /// Bytes from its start.
        offset: u64,
        /// Whether it runs when the function returns.
        is_return: bool,
    },
    /// Several uprobes at once.
    UprobeMulti {
        /// The file.
        path: String,
        /// How many places.
        count: u32,
        /// The one process that is meant; 0 for all.
        pid: u32,
        /// Whether it runs when the functions return.
        is_return: bool,
    },
    /// A perf event: a counter, a clock.
    PerfEvent {
        /// `enum perf_type_id`.
        event_type: u32,
        /// The event.
        config: u64,
    },
    /// An iterator, which runs when its file is read.
    Iterator {
        /// `bpf_map_elem`.
        name: String,
        /// The map whose elements it goes through; 0 for none.
        map: u32,
    },
    /// A struct of functions.
    StructOps {
        /// The map that holds it; 0 for one that is gone.
        map: u32,
    },
    /// The sockets of a sockmap.
    Sockmap {
        /// The map; 0 for one that is gone.
        map: u32,
        /// `sk_msg_verdict`.
        attach_type: AttachType,
    },
    /// A netfilter hook.
    Netfilter {
        /// `PF_INET`'s number and the like.
        family: u32,
        /// `enum nf_inet_hooks`.
        hook: u32,
        /// The priority.
        priority: i32,
    },
    /// An element of a device map or a processor map.
    DeviceMap {
        /// The map.
        map: u32,
    },
    /// A program array of a program that is attached itself.
    TailCall {
        /// The program that can jump.
        from: u32,
        /// The array.
        map: u32,
    },
    /// A kind of link that this library does not know.
    Other {
        /// `enum bpf_link_type`.
        link_type: u32,
    },
}

impl Target {
    /// Whether what the program hung on is gone. A link outlives its device, its cgroup and its namespace, and then
    /// runs nothing.
    #[must_use]
    pub const fn is_gone(&self) -> bool {
        match self {
            Self::Xdp { device, .. } | Self::Device { device, .. } => device.ifindex == 0,
            Self::Cgroup { id, .. } => *id == 0,
            Self::NetNamespace { inode, .. } => *inode == 0,
            Self::StructOps { map } | Self::Sockmap { map, .. } => *map == 0,
            _ => false,
        }
    }
}

impl Attachment {
    pub(crate) const fn new(target: Target, by: By) -> Self {
        Self { target, by }
    }

    /// Whether the attachment is a link to something that is gone.
    #[must_use]
    pub const fn is_gone(&self) -> bool {
        self.target.is_gone()
    }
}

/// `xdp on eth0, native, by link 12`.
impl fmt::Display for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.target.fmt(f)?;
        match &self.by {
            By::Link { id } => write!(f, ", by link {id}"),
            By::Attach => f.write_str(", without a link"),
            By::Netlink => f.write_str(", by netlink"),
            By::Process { pid, fd } => write!(f, ", by descriptor {fd} of pid {pid}"),
            // Their target says it.
            By::Map { .. } => Ok(()),
        }
    }
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.name, self.ifindex) {
            (Some(name), _) => f.write_str(name)?,
            (None, 0) => f.write_str("a device that is gone")?,
            (None, ifindex) => write!(f, "device {ifindex} of a network namespace that was not seen")?,
        }
        match self.namespace {
            Some(inode) => write!(f, " in net:[{inode}]"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let on_return = |is_return: &bool| if *is_return { " (on return)" } else { "" };
        match self {
            Self::Xdp { device, mode } => {
                write!(f, "xdp on {device}")?;
                mode.map_or(Ok(()), |mode| write!(f, ", {mode}"))
            }
            Self::Tc { device, parent, priority } => write!(f, "tc on {device}, {parent}, priority {priority}"),
            Self::Device { device, attach_type } => write!(f, "{attach_type} on {device}"),
            Self::Cgroup { id: 0, attach_type, .. } => write!(f, "{attach_type} on a cgroup that is gone"),
            Self::Cgroup { path: Some(path), attach_type, .. } => write!(f, "{attach_type} on {}", path.display()),
            Self::Cgroup { id, path: None, attach_type } => write!(f, "{attach_type} on cgroup {id}"),
            Self::NetNamespace { inode: 0, attach_type } => {
                write!(f, "{attach_type} on a network namespace that is gone")
            }
            Self::NetNamespace { inode, attach_type } => write!(f, "{attach_type} on net:[{inode}]"),
            Self::Tracepoint { name } => write!(f, "tracepoint {name}"),
            Self::RawTracepoint { name } => write!(f, "raw tracepoint {name}"),
            Self::Tracing { attach_type, function } => {
                write!(f, "{attach_type} on {}", function.as_deref().unwrap_or("a function that BTF does not tell"))
            }
            Self::Kprobe { function, offset: 0, is_return } => {
                write!(f, "kprobe on {function}{}", on_return(is_return))
            }
            Self::Kprobe { function, offset, is_return } => {
                write!(f, "kprobe on {function}+{offset:#x}{}", on_return(is_return))
            }
            Self::KprobeMulti { count, is_return } => {
                write!(f, "kprobes on {count} functions{}", on_return(is_return))
            }
            Self::Uprobe { path, offset, is_return } => {
                write!(f, "uprobe on {path}+{offset:#x}{}", on_return(is_return))
            }
            Self::UprobeMulti { path, count, pid, is_return } => {
                write!(f, "uprobes on {count} places of {path}{}", on_return(is_return))?;
                if *pid == 0 { Ok(()) } else { write!(f, " of pid {pid}") }
            }
            Self::PerfEvent { event_type, config } => write!(f, "perf event {event_type}:{config:#x}"),
            Self::Iterator { name, map: 0 } => write!(f, "iterator {name}"),
            Self::Iterator { name, map } => write!(f, "iterator {name} over map {map}"),
            Self::StructOps { map: 0 } => f.write_str("a struct of functions that is gone"),
            Self::StructOps { map } => write!(f, "struct of functions in map {map}"),
            Self::Sockmap { map: 0, attach_type } => write!(f, "{attach_type} on a sockmap that is gone"),
            Self::Sockmap { map, attach_type } => write!(f, "{attach_type} on the sockets of map {map}"),
            Self::Netfilter { family, hook, priority } => {
                write!(f, "netfilter family {family}, hook {hook}, priority {priority}")
            }
            Self::DeviceMap { map } => write!(f, "an element of map {map}"),
            Self::TailCall { from, map } => write!(f, "tail calls of program {from} through map {map}"),
            Self::Other { link_type } => write!(f, "a link of type {link_type}, which is newer than this library"),
        }
    }
}
