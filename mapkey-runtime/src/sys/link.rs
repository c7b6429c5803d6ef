//! Links: what holds a program attached, and where.

use std::os::fd::{AsRawFd, BorrowedFd};

use super::attr::{Info, address};
use super::object::{ids, info_by_fd, text};
use super::{Command, Errno};

/// Room for a name that a link has: a symbol, a tracepoint, a path.
const MAX_NAME: usize = 4096;

/// `struct bpf_link_info`, with the union behind `prog_id` as words: each kind of link has its own members there.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
struct RawInfo {
    link_type: u32,
    id: u32,
    prog_id: u32,
    _pad: u32,
    union: [u64; 6],
}

// SAFETY: integers alone, each at a multiple of its size.
unsafe impl Info for RawInfo {}

impl RawInfo {
    /// The number of 32 bits at `offset` bytes of the union.
    fn u32_at(&self, offset: usize) -> u32 {
        let bytes: &[u8] = bytemuck::bytes_of(&self.union);
        let at = bytes.get(offset..offset + 4).and_then(|bytes| bytes.try_into().ok());
        at.map_or(0, u32::from_ne_bytes)
    }

    /// The number of 64 bits at `offset` bytes of the union.
    fn u64_at(&self, offset: usize) -> u64 {
        self.union.get(offset / 8).copied().unwrap_or(0)
    }

    fn set_u32(&mut self, offset: usize, value: u32) {
        let bytes: &mut [u8] = bytemuck::bytes_of_mut(&mut self.union);
        if let Some(at) = bytes.get_mut(offset..offset + 4) {
            at.copy_from_slice(&value.to_ne_bytes());
        }
    }
}

/// A link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RawLink {
    pub(crate) id: u32,
    /// 0 for a link of `struct_ops`, which has a map of programs.
    pub(crate) program: u32,
    /// `enum bpf_link_type`.
    pub(crate) link_type: u32,
    pub(crate) target: LinkTarget,
}

/// What a link attaches to. Numbers of things that went away are 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LinkTarget {
    RawTracepoint {
        name: String,
    },
    Tracing {
        attach_type: u32,
        object: u32,
        btf_id: u32,
    },
    Cgroup {
        id: u64,
        attach_type: u32,
    },
    Iterator {
        target: String,
        map: u32,
    },
    NetNamespace {
        inode: u32,
        attach_type: u32,
    },
    Xdp {
        ifindex: u32,
    },
    StructOps {
        map: u32,
    },
    Netfilter {
        family: u32,
        hook: u32,
        priority: i32,
    },
    KprobeMulti {
        count: u32,
        is_return: bool,
    },
    UprobeMulti {
        path: String,
        count: u32,
        pid: u32,
        is_return: bool,
    },
    Uprobe {
        path: String,
        offset: u32,
        is_return: bool,
    },
    Kprobe {
        function: String,
        offset: u32,
        address: u64,
        is_return: bool,
    },
    Tracepoint {
        name: String,
    },
    PerfEvent {
        event_type: u32,
        config: u64,
    },
    Tcx {
        ifindex: u32,
        attach_type: u32,
    },
    Netkit {
        ifindex: u32,
        attach_type: u32,
    },
    Sockmap {
        map: u32,
        attach_type: u32,
    },
    /// A kind that this library does not know, or that says nothing about itself on this kernel.
    Unknown,
}

/// The ids of all links, ascending; takes `CAP_SYS_ADMIN`. EINVAL before Linux 5.8.
pub(crate) fn link_ids() -> impl Iterator<Item = Result<u32, Errno>> {
    ids(Command::LinkNextId)
}

/// `enum bpf_link_type`.
mod kind {
    pub(super) const RAW_TRACEPOINT: u32 = 1;
    pub(super) const TRACING: u32 = 2;
    pub(super) const CGROUP: u32 = 3;
    pub(super) const ITER: u32 = 4;
    pub(super) const NETNS: u32 = 5;
    pub(super) const XDP: u32 = 6;
    pub(super) const PERF_EVENT: u32 = 7;
    pub(super) const KPROBE_MULTI: u32 = 8;
    pub(super) const STRUCT_OPS: u32 = 9;
    pub(super) const NETFILTER: u32 = 10;
    pub(super) const TCX: u32 = 11;
    pub(super) const UPROBE_MULTI: u32 = 12;
    pub(super) const NETKIT: u32 = 13;
    pub(super) const SOCKMAP: u32 = 14;
}

/// `enum bpf_perf_event_type`.
mod perf {
    pub(super) const UPROBE: u32 = 1;
    pub(super) const URETPROBE: u32 = 2;
    pub(super) const KPROBE: u32 = 3;
    pub(super) const KRETPROBE: u32 = 4;
    pub(super) const TRACEPOINT: u32 = 5;
    pub(super) const EVENT: u32 = 6;
}

/// Where the union has a name's address and its length, in bytes.
fn name_at(info: &RawInfo) -> Option<(usize, usize)> {
    match (info.link_type, info.u32_at(0)) {
        (kind::RAW_TRACEPOINT | kind::ITER, _) => Some((0, 8)),
        (kind::UPROBE_MULTI, _) => Some((0, 32)),
        (kind::PERF_EVENT, perf::UPROBE..=perf::TRACEPOINT) => Some((8, 16)),
        _ => None,
    }
}

/// What the kernel says about a link.
pub(crate) fn link_info(fd: BorrowedFd<'_>) -> Result<RawLink, Errno> {
    let fd = fd.as_raw_fd();
    let mut info = RawInfo::default();
    // SAFETY: whatever address this kind of link has is null, with no bytes beside it.
    unsafe { info_by_fd(fd, &mut info) }?;
    let mut name = String::new();
    if let Some((at, length_at)) = name_at(&info) {
        let mut buffer = vec![0u8; MAX_NAME];
        let mut named = RawInfo::default();
        named.union[at / 8] = address(buffer.as_mut_ptr());
        named.set_u32(length_at, u32::try_from(MAX_NAME).unwrap_or(0));
        if info.link_type == kind::PERF_EVENT {
            named.set_u32(0, info.u32_at(0));
        }
        // SAFETY: a link never changes its kind, nor, once attached, what it is attached to, so the kernel takes the
        // same two members as `name_at` found: an address, at which it writes no more bytes than the length beside it
        // says, `MAX_NAME`. All other addresses are null.
        match unsafe { info_by_fd(fd, &mut named) } {
            // A name that is longer is cut.
            Ok(()) | Err(Errno(libc::ENOSPC)) => name = text(&buffer),
            // It says nothing about its name: an old kernel, or a path that is gone.
            Err(_) => {}
        }
    }
    Ok(RawLink { id: info.id, program: info.prog_id, link_type: info.link_type, target: target(&info, name) })
}

fn target(info: &RawInfo, name: String) -> LinkTarget {
    const RETURN: u32 = 1; // BPF_F_KPROBE_MULTI_RETURN, BPF_F_UPROBE_MULTI_RETURN
    match info.link_type {
        kind::RAW_TRACEPOINT => LinkTarget::RawTracepoint { name },
        kind::TRACING => {
            LinkTarget::Tracing { attach_type: info.u32_at(0), object: info.u32_at(4), btf_id: info.u32_at(8) }
        }
        kind::CGROUP => LinkTarget::Cgroup { id: info.u64_at(0), attach_type: info.u32_at(8) },
        kind::ITER => {
            let map = if name.starts_with("bpf_map_elem") || name.starts_with("bpf_sk_storage_map") {
                info.u32_at(12)
            } else {
                0
            };
            LinkTarget::Iterator { target: name, map }
        }
        kind::NETNS => LinkTarget::NetNamespace { inode: info.u32_at(0), attach_type: info.u32_at(4) },
        kind::XDP => LinkTarget::Xdp { ifindex: info.u32_at(0) },
        kind::STRUCT_OPS => LinkTarget::StructOps { map: info.u32_at(0) },
        kind::NETFILTER => LinkTarget::Netfilter {
            family: info.u32_at(0),
            hook: info.u32_at(4),
            priority: info.u32_at(8).cast_signed(),
        },
        kind::KPROBE_MULTI => {
            LinkTarget::KprobeMulti { count: info.u32_at(8), is_return: info.u32_at(12) & RETURN != 0 }
        }
        kind::UPROBE_MULTI => LinkTarget::UprobeMulti {
            path: name,
            count: info.u32_at(36),
            pid: info.u32_at(44),
            is_return: info.u32_at(40) & RETURN != 0,
        },
        kind::PERF_EVENT => perf_event(info, name),
        kind::TCX => LinkTarget::Tcx { ifindex: info.u32_at(0), attach_type: info.u32_at(4) },
        kind::NETKIT => LinkTarget::Netkit { ifindex: info.u32_at(0), attach_type: info.u32_at(4) },
        kind::SOCKMAP => LinkTarget::Sockmap { map: info.u32_at(0), attach_type: info.u32_at(4) },
        _ => LinkTarget::Unknown,
    }
}

fn perf_event(info: &RawInfo, name: String) -> LinkTarget {
    let (kind, offset) = (info.u32_at(0), info.u32_at(20));
    match kind {
        perf::UPROBE | perf::URETPROBE => LinkTarget::Uprobe { path: name, offset, is_return: kind == perf::URETPROBE },
        perf::KPROBE | perf::KRETPROBE => {
            LinkTarget::Kprobe { function: name, offset, address: info.u64_at(24), is_return: kind == perf::KRETPROBE }
        }
        perf::TRACEPOINT => LinkTarget::Tracepoint { name },
        perf::EVENT => LinkTarget::PerfEvent { config: info.u64_at(8), event_type: info.u32_at(16) },
        _ => LinkTarget::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_the_kernels_size() {
        assert_eq!(size_of::<RawInfo>(), 64);
        assert_eq!(std::mem::offset_of!(RawInfo, union), 16);
    }

    #[test]
    fn members_of_the_union_are_where_the_kernel_has_them() {
        let mut info = RawInfo { link_type: kind::UPROBE_MULTI, ..Default::default() };
        for (offset, value) in [(32, 32), (36, 36), (40, 1), (44, 44)] {
            info.set_u32(offset, value);
        }
        assert_eq!(
            target(&info, "/bin/sh".to_owned()),
            LinkTarget::UprobeMulti { path: "/bin/sh".to_owned(), count: 36, pid: 44, is_return: true }
        );
        info.set_u32(99, 1);
        assert_eq!((info.u32_at(99), info.u64_at(99)), (0, 0));
    }
}
