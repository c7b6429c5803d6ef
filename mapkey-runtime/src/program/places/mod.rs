//! Places where programs hang without a link.

mod cgroups;
mod devices;
mod map_elements;
mod net_namespaces;
mod perf_events;
mod sockmaps;
mod struct_ops;

use super::find::Findings;
use super::{Gap, Way};
use crate::map::{Access, Map, MapType, OpenError};
use crate::sys::{self, Errno};
use crate::system::{Namespaces, OUTSIDE, Processes};

/// Looks at all of them, at those alone at which one of the programs can hang.
pub(super) fn look(findings: &mut Findings, processes: &Processes) {
    let wants = |way| findings.wants(way);
    let wanted = [Way::Devices, Way::NetNamespaces].map(wants);
    if wanted != [false; 2] {
        let namespaces = Namespaces::find(processes);
        if wanted[0] {
            let forbidden = devices::look(findings, &namespaces);
            namespace_gaps(findings, Way::Devices, &namespaces, forbidden);
        }
        if wanted[1] {
            net_namespaces::look(findings, &namespaces);
            namespace_gaps(findings, Way::NetNamespaces, &namespaces, Vec::new());
        }
    }
    if findings.wants(Way::Cgroups) {
        cgroups::look(findings);
    }
    if findings.wants(Way::PerfEvents) {
        perf_events::look(findings, processes);
    }
    if findings.wants(Way::DeviceMaps) {
        map_elements::look(findings);
    }
    if findings.wants(Way::Sockmaps) {
        sockmaps::look(findings);
    }
    if findings.wants(Way::StructOps) {
        struct_ops::look(findings);
    }
    for way in [Way::Sockets, Way::Actions, Way::Routes, Way::TestRun, Way::UnknownType] {
        findings.gap(Gap::Untold { way });
    }
    let has_receivers = std::fs::read_dir("/sys/class/lirc").is_ok_and(|mut receivers| receivers.next().is_some());
    if has_receivers {
        findings.gap(Gap::Untold { way: Way::Infrared });
    }
}

/// Notes the network namespaces that could not be looked into.
fn namespace_gaps(findings: &mut Findings, way: Way, namespaces: &Namespaces, mut unseen: Vec<String>) {
    unseen.extend_from_slice(&namespaces.unnamed);
    if let Some(first) = unseen.first() {
        findings.gap(Gap::OtherNamespaces { way, count: unseen.len(), first: first.clone() });
    }
    if namespaces.may_be_more {
        findings.gap(Gap::HiddenProcesses { way, hidden: OUTSIDE.to_owned() });
    }
}

/// Opens all maps of a type, to read from them. What cannot be opened is a gap.
fn maps(findings: &mut Findings, way: Way, is_wanted: impl Fn(MapType) -> bool) -> Vec<Map> {
    let mut maps = Vec::new();
    for id in sys::map_ids() {
        let id = match id {
            Ok(id) => id,
            Err(errno) => {
                findings.gap(Gap::failed(way, "CAP_SYS_ADMIN", "the list of maps", errno));
                break;
            }
        };
        match Map::open_id(id, Access::ReadOnly) {
            Ok(map) if is_wanted(map.info().map_type) => maps.push(map),
            Ok(_) | Err(OpenError::NoSuchId { .. }) => {}
            Err(_) => findings.gap(Gap::failed(way, "CAP_SYS_ADMIN", format!("map {id}"), Errno(libc::EIO))),
        }
    }
    maps
}
