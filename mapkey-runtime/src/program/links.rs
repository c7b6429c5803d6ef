//! Links, as attachments.

use std::os::fd::AsFd;

use super::find::Findings;
use super::names::Functions;
use super::{AttachType, Attachment, By, Device, Gap, Target, Way};
use crate::sys::{self, Errno, Kind, LinkTarget, RawLink};

/// All links. The program of a link of `struct_ops` is 0.
pub(super) fn look(findings: &mut Findings, names: &mut Functions) {
    for id in sys::link_ids() {
        let link = match id {
            Ok(id) => sys::fd_by_id(Kind::Link, id, 0).and_then(|fd| sys::link_info(fd.as_fd())),
            Err(Errno(libc::EINVAL)) => {
                findings.gap(Gap::TooOld { way: Way::Links, since: "5.8" });
                return;
            }
            Err(errno) => {
                findings.gap(Gap::failed(Way::Links, "CAP_SYS_ADMIN", "the list of links", errno));
                return;
            }
        };
        match link {
            Ok(link) => add(findings, link, names),
            // It went away, or is not ready yet.
            Err(Errno(libc::ENOENT | libc::EAGAIN)) => {}
            Err(errno) => findings.gap(Gap::failed(Way::Links, "CAP_SYS_ADMIN", "a link", errno)),
        }
    }
}

fn add(findings: &mut Findings, link: RawLink, names: &mut Functions) {
    let RawLink { id, program, link_type, target } = link;
    let device = |ifindex| Device { ifindex, name: None, namespace: None };
    let target = match target {
        LinkTarget::RawTracepoint { name } => Target::RawTracepoint { name },
        LinkTarget::Tracing { attach_type, object, btf_id } => {
            let function = function(findings, names, program, object, btf_id);
            Target::Tracing { attach_type: AttachType(attach_type), function }
        }
        LinkTarget::Cgroup { id, attach_type } => {
            Target::Cgroup { id, path: None, attach_type: AttachType(attach_type) }
        }
        LinkTarget::Iterator { target, map } => Target::Iterator { name: target, map },
        LinkTarget::NetNamespace { inode, attach_type } => {
            Target::NetNamespace { inode: inode.into(), attach_type: AttachType(attach_type) }
        }
        LinkTarget::Xdp { ifindex } => Target::Xdp { device: device(ifindex), mode: None },
        LinkTarget::StructOps { map } => Target::StructOps { map },
        LinkTarget::Netfilter { family, hook, priority } => Target::Netfilter { family, hook, priority },
        LinkTarget::KprobeMulti { count, is_return } => Target::KprobeMulti { count, is_return },
        LinkTarget::UprobeMulti { path, count, pid, is_return } => Target::UprobeMulti { path, count, pid, is_return },
        LinkTarget::Uprobe { path, offset, is_return } => Target::Uprobe { path, offset: offset.into(), is_return },
        LinkTarget::Kprobe { function, offset, address, is_return } => {
            let function = if function.is_empty() { format!("{address:#x}") } else { function };
            Target::Kprobe { function, offset: offset.into(), is_return }
        }
        LinkTarget::Tracepoint { name } => Target::Tracepoint { name },
        LinkTarget::PerfEvent { event_type, config } => Target::PerfEvent { event_type, config },
        LinkTarget::Tcx { ifindex, attach_type } | LinkTarget::Netkit { ifindex, attach_type } => {
            Target::Device { device: device(ifindex), attach_type: AttachType(attach_type) }
        }
        LinkTarget::Sockmap { map, attach_type } => Target::Sockmap { map, attach_type: AttachType(attach_type) },
        LinkTarget::Unknown => Target::Other { link_type },
    };
    findings.add(program, Attachment::new(target, By::Link { id }));
}

/// The function that a tracing link is on. Its object is the BTF of the kernel or of a module, or a program's id, and
/// nothing in the link tells which: the program does, which was loaded for a kernel's function only with the id of that
/// BTF (`bpf_trampoline_compute_key` in `include/linux/bpf_verifier.h`).
fn function(findings: &Findings, names: &mut Functions, program: u32, object: u32, btf_id: u32) -> Option<String> {
    let info = findings.info(program)?;
    let is_the_kernels = info.attach_btf_obj_id == object && info.attach_btf_id == btf_id;
    if let Some(name) = is_the_kernels.then(|| names.name(object, btf_id)).flatten() {
        return Some(name);
    }
    let target = findings.info(object)?;
    Some(format!("a function of {target}"))
}
