//! What kinds of programs there are, and how each can be attached.

use std::fmt;

use super::Way;
use crate::kernel_types::kernel_types;

/// The type of a program, `enum bpf_prog_type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProgramType(u32);

/// As bpftool prints them, from 0 on.
const NAMES: [&str; 33] = [
    "unspec",
    "socket_filter",
    "kprobe",
    "sched_cls",
    "sched_act",
    "tracepoint",
    "xdp",
    "perf_event",
    "cgroup_skb",
    "cgroup_sock",
    "lwt_in",
    "lwt_out",
    "lwt_xmit",
    "sock_ops",
    "sk_skb",
    "cgroup_device",
    "sk_msg",
    "raw_tracepoint",
    "cgroup_sock_addr",
    "lwt_seg6local",
    "lirc_mode2",
    "sk_reuseport",
    "flow_dissector",
    "cgroup_sysctl",
    "raw_tracepoint_writable",
    "cgroup_sockopt",
    "tracing",
    "struct_ops",
    "ext",
    "lsm",
    "sk_lookup",
    "syscall",
    "netfilter",
];

kernel_types!(ProgramType, NAMES, {
    SOCKET_FILTER = 1 "On a socket.",
    KPROBE = 2 "On functions of the kernel or of a file, by kprobes and uprobes.",
    SCHED_CLS = 3 "On a network device's traffic, by tc, tcx or netkit.",
    SCHED_ACT = 4 "An action of a tc filter.",
    TRACEPOINT = 5 "On a tracepoint.",
    XDP = 6 "On a network device's incoming packets.",
    PERF_EVENT = 7 "On a perf event's overflow.",
    CGROUP_SKB = 8 "On a cgroup's packets.",
    CGROUP_SOCK = 9 "On a cgroup's sockets.",
    LWT_IN = 10 "On a route, for what comes in.",
    LWT_OUT = 11 "On a route, for what goes out.",
    LWT_XMIT = 12 "On a route, before it is sent.",
    SOCK_OPS = 13 "On a cgroup's TCP connections.",
    SK_SKB = 14 "On the sockets of a sockmap, for what comes in.",
    CGROUP_DEVICE = 15 "On a cgroup's use of devices.",
    SK_MSG = 16 "On the sockets of a sockmap, for what is sent.",
    RAW_TRACEPOINT = 17 "On a tracepoint, with its arguments as they are.",
    CGROUP_SOCK_ADDR = 18 "On a cgroup's connects, binds and sends.",
    LWT_SEG6LOCAL = 19 "On a route of IPv6 segments.",
    LIRC_MODE2 = 20 "On an infrared receiver.",
    SK_REUSEPORT = 21 "On a group of sockets that share a port.",
    FLOW_DISSECTOR = 22 "On a network namespace's flow dissector.",
    CGROUP_SYSCTL = 23 "On a cgroup's use of sysctls.",
    RAW_TRACEPOINT_WRITABLE = 24 "As a raw tracepoint, and may write to its arguments.",
    CGROUP_SOCKOPT = 25 "On a cgroup's socket options.",
    TRACING = 26 "On functions (fentry, fexit), BTF tracepoints and iterators.",
    STRUCT_OPS = 27 "A function in a struct of functions.",
    EXT = 28 "In place of a function of another program.",
    LSM = 29 "On a security hook.",
    SK_LOOKUP = 30 "On a network namespace's choice of a listening socket.",
    SYSCALL = 31 "Run by a process itself.",
    NETFILTER = 32 "On a netfilter hook.",
});

impl ProgramType {
    /// Every way in which a program of this type can be attached; without that of tail calls, by which a program of any
    /// type can be reached.
    #[must_use]
    pub const fn ways(self) -> &'static [Way] {
        match self {
            Self::KPROBE
            | Self::TRACEPOINT
            | Self::PERF_EVENT
            | Self::RAW_TRACEPOINT
            | Self::RAW_TRACEPOINT_WRITABLE => &[Way::Links, Way::PerfEvents],
            Self::SCHED_CLS => &[Way::Links, Way::Devices],
            Self::XDP => &[Way::Links, Way::Devices, Way::DeviceMaps],
            Self::CGROUP_SKB
            | Self::CGROUP_SOCK
            | Self::SOCK_OPS
            | Self::CGROUP_DEVICE
            | Self::CGROUP_SOCK_ADDR
            | Self::CGROUP_SYSCTL
            | Self::CGROUP_SOCKOPT
            | Self::LSM => &[Way::Links, Way::Cgroups],
            Self::SK_SKB | Self::SK_MSG => &[Way::Links, Way::Sockmaps],
            Self::FLOW_DISSECTOR => &[Way::Links, Way::NetNamespaces],
            Self::STRUCT_OPS => &[Way::Links, Way::StructOps],
            Self::TRACING | Self::EXT | Self::SK_LOOKUP | Self::NETFILTER => &[Way::Links],
            Self::SOCKET_FILTER | Self::SK_REUSEPORT => &[Way::Sockets],
            Self::SCHED_ACT => &[Way::Actions],
            Self::LWT_IN | Self::LWT_OUT | Self::LWT_XMIT | Self::LWT_SEG6LOCAL => &[Way::Routes],
            Self::LIRC_MODE2 => &[Way::Infrared],
            Self::SYSCALL => &[Way::TestRun],
            _ => &[Way::UnknownType],
        }
    }

    /// Whether the kernel counts the runs of such programs where it counts any: an extension is jumped to
    /// (`__bpf_trampoline_link_prog` in `kernel/bpf/trampoline.c`), past the place that counts.
    #[must_use]
    pub const fn runs_are_counted(self) -> bool {
        self.0 != Self::EXT.0
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for ProgramType {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// How a program hangs where it is attached, `enum bpf_attach_type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AttachType(pub u32);

/// The names as in `BPF_CGROUP_INET_INGRESS`, from 0 on.
const ATTACH_NAMES: [&str; 58] = [
    "cgroup_inet_ingress",
    "cgroup_inet_egress",
    "cgroup_inet_sock_create",
    "cgroup_sock_ops",
    "sk_skb_stream_parser",
    "sk_skb_stream_verdict",
    "cgroup_device",
    "sk_msg_verdict",
    "cgroup_inet4_bind",
    "cgroup_inet6_bind",
    "cgroup_inet4_connect",
    "cgroup_inet6_connect",
    "cgroup_inet4_post_bind",
    "cgroup_inet6_post_bind",
    "cgroup_udp4_sendmsg",
    "cgroup_udp6_sendmsg",
    "lirc_mode2",
    "flow_dissector",
    "cgroup_sysctl",
    "cgroup_udp4_recvmsg",
    "cgroup_udp6_recvmsg",
    "cgroup_getsockopt",
    "cgroup_setsockopt",
    "trace_raw_tp",
    "trace_fentry",
    "trace_fexit",
    "modify_return",
    "lsm_mac",
    "trace_iter",
    "cgroup_inet4_getpeername",
    "cgroup_inet6_getpeername",
    "cgroup_inet4_getsockname",
    "cgroup_inet6_getsockname",
    "xdp_devmap",
    "cgroup_inet_sock_release",
    "xdp_cpumap",
    "sk_lookup",
    "xdp",
    "sk_skb_verdict",
    "sk_reuseport_select",
    "sk_reuseport_select_or_migrate",
    "perf_event",
    "trace_kprobe_multi",
    "lsm_cgroup",
    "struct_ops",
    "netfilter",
    "tcx_ingress",
    "tcx_egress",
    "trace_uprobe_multi",
    "cgroup_unix_connect",
    "cgroup_unix_sendmsg",
    "cgroup_unix_recvmsg",
    "cgroup_unix_getpeername",
    "cgroup_unix_getsockname",
    "netkit_primary",
    "netkit_peer",
    "trace_kprobe_session",
    "trace_uprobe_session",
];

impl AttachType {
    pub(crate) const SK_SKB_STREAM_PARSER: Self = Self(4);
    pub(crate) const SK_SKB_STREAM_VERDICT: Self = Self(5);
    pub(crate) const SK_MSG_VERDICT: Self = Self(7);
    pub(crate) const FLOW_DISSECTOR: Self = Self(17);
    pub(crate) const SK_SKB_VERDICT: Self = Self(38);
    pub(crate) const LSM_CGROUP: Self = Self(43);
    pub(crate) const TCX_INGRESS: Self = Self(46);
    pub(crate) const TCX_EGRESS: Self = Self(47);
    pub(crate) const NETKIT_PRIMARY: Self = Self(54);
    pub(crate) const NETKIT_PEER: Self = Self(55);

    /// Those that belong to cgroups.
    pub(crate) fn of_cgroups() -> impl Iterator<Item = Self> {
        let named = ATTACH_NAMES.iter().zip(0..).filter(|(name, _)| name.starts_with("cgroup_"));
        named.map(|(_, number)| Self(number)).chain([Self::LSM_CGROUP])
    }
}

impl fmt::Display for AttachType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match usize::try_from(self.0).ok().and_then(|number| ATTACH_NAMES.get(number)) {
            Some(name) => f.write_str(name),
            None => write!(f, "attach type {}", self.0),
        }
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for AttachType {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_agree() {
        assert_eq!(ProgramType::NETFILTER.name(), Some("netfilter"));
        assert_eq!(ProgramType::XDP.to_string(), "xdp");
        assert_eq!(ProgramType::from_raw(99).to_string(), "type 99");
        assert_eq!(AttachType(57).to_string(), "trace_uprobe_session");
        assert_eq!(AttachType::LSM_CGROUP.to_string(), "lsm_cgroup");
        assert_eq!(AttachType::TCX_INGRESS.to_string(), "tcx_ingress");
        assert_eq!(AttachType::of_cgroups().count(), 29);
    }

    #[test]
    fn every_known_type_has_its_ways() {
        for number in 1..=32 {
            let ways = ProgramType::from_raw(number).ways();
            assert!(!ways.is_empty() && !ways.contains(&Way::UnknownType), "{}", ProgramType::from_raw(number));
        }
    }
}
