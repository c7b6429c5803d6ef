//! Programs on network devices: XDP by netlink, tc filters, tcx and netkit.

use std::collections::{BTreeMap, BTreeSet};

use super::super::find::Findings;
use super::super::{AttachType, Attachment, By, Device, Gap, Target, Way};
use crate::sys::netlink::{Attributes, Message, Route, u32_at};
use crate::sys::{self, Errno};
use crate::system::Namespaces;

const WAY: Way = Way::Devices;

const RTM_GETLINK: u16 = 18;
const RTM_GETQDISC: u16 = 38;
const RTM_GETTCLASS: u16 = 42;
const RTM_GETTFILTER: u16 = 46;

/// More classes of queueing disciplines than this, each of which can have filters, are not looked at.
const MAX_CLASSES: usize = 1 << 14;

/// `TCM_IFINDEX_MAGIC_BLOCK`: the block's number stands where a parent would.
const BLOCK: u32 = 0xffff_ffff;

/// Looks at the devices of this thread's network namespace, and of all others that it may enter. Returns those that it may
/// not.
pub(super) fn look(findings: &mut Findings, namespaces: &Namespaces) -> Vec<String> {
    let mut seen = vec![(None, scan())];
    let mut forbidden = Vec::new();
    for other in namespaces.others() {
        match other.enter(scan) {
            Ok(found) => seen.push((Some(other.inode), found)),
            // It is gone.
            Err(Errno(libc::ENOENT | libc::ESRCH)) => {}
            Err(_) => forbidden.push(other.description),
        }
    }
    for (namespace, found) in seen {
        found.gaps.into_iter().for_each(|gap| findings.gap(gap));
        for (program, hook) in found.programs {
            add(findings, program, namespace, hook);
        }
    }
    forbidden
}

/// What hangs on the devices of one namespace.
#[derive(Default)]
struct Found {
    programs: Vec<(u32, Hook)>,
    gaps: Vec<Gap>,
}

struct Hook {
    ifindex: u32,
    name: String,
    kind: HookKind,
}

enum HookKind {
    Xdp(&'static str),
    Tc { parent: String, priority: u16 },
    Other(AttachType),
}

fn add(findings: &mut Findings, program: u32, namespace: Option<u64>, hook: Hook) {
    let Hook { ifindex, name, kind } = hook;
    let device = Device { ifindex, name: Some(name), namespace };
    // A link tells the device's number alone, which can be that of another namespace's device too.
    let is_open = |known: &Device| known.ifindex == ifindex && (known.name.is_none() || *known == device);
    for target in findings.targets_mut(program) {
        match (target, &kind) {
            (Target::Xdp { device: known, mode }, HookKind::Xdp(seen)) if is_open(known) => {
                (*known, *mode) = (device, Some(*seen));
                return;
            }
            (Target::Device { device: known, attach_type }, HookKind::Other(seen))
                if is_open(known) && attach_type == seen =>
            {
                *known = device;
                return;
            }
            _ => {}
        }
    }
    let attachment = match kind {
        HookKind::Xdp(mode) => Attachment::new(Target::Xdp { device, mode: Some(mode) }, By::Netlink),
        HookKind::Tc { parent, priority } => Attachment::new(Target::Tc { device, parent, priority }, By::Netlink),
        HookKind::Other(attach_type) => Attachment::new(Target::Device { device, attach_type }, By::Attach),
    };
    findings.add(program, attachment);
}

/// Looks at the devices of the namespace that this thread is in.
fn scan() -> Found {
    let mut found = Found::default();
    if let Err((what, errno)) = scan_into(&mut found) {
        found.gaps.push(Gap::failed(WAY, "CAP_NET_ADMIN", what, errno));
    }
    found
}

fn scan_into(found: &mut Found) -> Result<(), (&'static str, Errno)> {
    let mut route = Route::open().map_err(|errno| ("netlink", errno))?;
    let mut names = BTreeMap::new();
    // `struct ifinfomsg` has 16 bytes, and the device's number at the fifth.
    for message in route.dump(RTM_GETLINK, &[0; 16]).map_err(|errno| ("the list of devices", errno))? {
        let Some((head, attributes)) = message.split(16) else { continue };
        let ifindex = u32_at(head, 4).unwrap_or(0);
        let name = attributes.text(3).unwrap_or_else(|| format!("device {ifindex}")); // IFLA_IFNAME
        for (program, mode) in xdp(attributes) {
            found.programs.push((program, Hook { ifindex, name: name.clone(), kind: HookKind::Xdp(mode) }));
        }
        names.insert(ifindex, name);
    }
    for (&ifindex, name) in &names {
        ask_device(found, ifindex, name);
    }
    filters(found, &mut route, &names)
}

/// The programs in `IFLA_XDP`: one, or with several modes one for each (`rtnl_xdp_fill`).
fn xdp(attributes: Attributes<'_>) -> Vec<(u32, &'static str)> {
    let Some(xdp) = attributes.nested(43) else { return Vec::new() };
    let modes = [(5, "native"), (6, "generic"), (7, "offloaded")];
    modes.into_iter().filter_map(|(kind, mode)| Some((xdp.u32(kind).filter(|&id| id != 0)?, mode))).collect()
}

/// tcx and netkit tell by `BPF_PROG_QUERY`.
fn ask_device(found: &mut Found, ifindex: u32, name: &str) {
    let types = [AttachType::TCX_INGRESS, AttachType::TCX_EGRESS, AttachType::NETKIT_PRIMARY, AttachType::NETKIT_PEER];
    for attach_type in types {
        match sys::program_query(sys::Target::Device(ifindex), attach_type.0) {
            Ok(programs) => {
                found.programs.extend(programs.into_iter().map(|program| {
                    (program, Hook { ifindex, name: name.to_owned(), kind: HookKind::Other(attach_type) })
                }))
            }
            // The kernel has none of this, the device is of another kind, went away, or has nothing
            // (`tcx_prog_query`, `netkit_dev_fetch`).
            Err(Errno(libc::EINVAL | libc::ENXIO | libc::ENODEV | libc::ENOENT | libc::EACCES)) => {}
            Err(errno) => {
                found.gaps.push(Gap::failed(WAY, "CAP_NET_ADMIN", format!("{attach_type} on {name}"), errno));
            }
        }
    }
}

/// `struct tcmsg`.
fn tcmsg(ifindex: u32, parent: u32) -> [u8; 20] {
    let mut body = [0; 20];
    body[4..8].copy_from_slice(&ifindex.to_ne_bytes());
    body[12..16].copy_from_slice(&parent.to_ne_bytes());
    body
}

/// All filters: those of each queueing discipline, of its classes, and of shared blocks.
fn filters(found: &mut Found, route: &mut Route, names: &BTreeMap<u32, String>) -> Result<(), (&'static str, Errno)> {
    const INGRESS: u32 = 0xffff_fff2; // TC_H_CLSACT, TC_H_MIN_INGRESS
    const EGRESS: u32 = 0xffff_fff3;
    const CLSACT: u32 = 0xffff_0000;
    let mut blocks = Vec::new();
    let mut parents: Vec<(u32, u32)> = names.keys().map(|&ifindex| (ifindex, 0)).collect();
    for message in route.dump(RTM_GETQDISC, &[0; 20]).map_err(|errno| ("the list of qdiscs", errno))? {
        let Some((head, attributes)) = message.split(20) else { continue };
        let (ifindex, handle) = (u32_at(head, 4).unwrap_or(0), u32_at(head, 8).unwrap_or(0));
        blocks.extend([13, 14].iter().filter_map(|&kind| attributes.u32(kind))); // TCA_INGRESS_BLOCK, TCA_EGRESS_BLOCK
        match handle {
            CLSACT => parents.extend([(ifindex, INGRESS), (ifindex, EGRESS)]),
            0 => {}
            handle => parents.push((ifindex, handle)),
        }
    }
    let mut classes = 0;
    for &ifindex in names.keys() {
        let dump = route.dump(RTM_GETTCLASS, &tcmsg(ifindex, 0)).map_err(|errno| ("the list of classes", errno))?;
        for message in &dump {
            let Some((head, _)) = message.split(20) else { continue };
            parents.push((ifindex, u32_at(head, 8).unwrap_or(0)));
            classes += 1;
        }
        if classes > MAX_CLASSES {
            return Err(("the list of classes", Errno(libc::E2BIG)));
        }
    }
    blocks.sort_unstable();
    blocks.dedup();
    parents.sort_unstable();
    parents.dedup();
    let mut known = BTreeSet::new();
    for (ifindex, parent) in parents {
        let name = names.get(&ifindex).cloned().unwrap_or_else(|| format!("device {ifindex}"));
        let dump = match route.dump(RTM_GETTFILTER, &tcmsg(ifindex, parent)) {
            Ok(dump) => dump,
            // The device or the class went away.
            Err(Errno(libc::ENODEV | libc::ENOENT | libc::EINVAL)) => continue,
            Err(errno) => return Err(("the list of filters", errno)),
        };
        for message in &dump {
            let Some((program, filter)) = bpf_filter(message) else { continue };
            let key = (ifindex, program, filter.parent, filter.priority, filter.handle);
            // A discipline can answer for several parents.
            if !known.insert(key) {
                continue;
            }
            let parent = spell(filter.parent);
            let kind = HookKind::Tc { parent, priority: filter.priority };
            found.programs.push((program, Hook { ifindex, name: name.clone(), kind }));
        }
    }
    for block in blocks.into_iter().filter(|&block| block != 0) {
        let dump =
            route.dump(RTM_GETTFILTER, &tcmsg(BLOCK, block)).map_err(|errno| ("the filters of a block", errno))?;
        for (program, filter) in dump.iter().filter_map(bpf_filter) {
            let kind = HookKind::Tc { parent: format!("block {block}"), priority: filter.priority };
            found.programs.push((program, Hook { ifindex: BLOCK, name: "shared devices".to_owned(), kind }));
        }
    }
    Ok(())
}

struct Filter {
    parent: u32,
    priority: u16,
    handle: u32,
}

/// The program of a filter, if it is of `cls_bpf`.
fn bpf_filter(message: &Message) -> Option<(u32, Filter)> {
    let (head, attributes) = message.split(20)?;
    if attributes.text(1)? != "bpf" {
        return None;
    }
    let program = attributes.nested(2)?.u32(11)?; // TCA_OPTIONS, TCA_BPF_ID
    let priority = u16::try_from(u32_at(head, 16)? >> 16).ok()?;
    Some((program, Filter { parent: u32_at(head, 12)?, priority, handle: u32_at(head, 8)? }))
}

/// As `tc` writes a parent.
fn spell(parent: u32) -> String {
    match (parent >> 16, parent & 0xffff) {
        (0xffff, 0xfff2 | 0 | 0xfff1) => "ingress".to_owned(),
        (0xffff, 0xfff3) => "egress".to_owned(),
        (major, 0) => format!("qdisc {major:x}:"),
        (major, minor) => format!("class {major:x}:{minor:x}"),
    }
}
