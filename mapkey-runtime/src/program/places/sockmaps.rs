//! Programs on the sockets of sockmaps.

use std::os::fd::AsFd;

use super::super::find::Findings;
use super::super::{AttachType, Attachment, By, Gap, Target, Way};
use crate::map::MapType;
use crate::sys::{self, Errno};

const TYPES: [AttachType; 4] = [
    AttachType::SK_SKB_STREAM_PARSER,
    AttachType::SK_SKB_STREAM_VERDICT,
    AttachType::SK_SKB_VERDICT,
    AttachType::SK_MSG_VERDICT,
];

pub(super) fn look(findings: &mut Findings) {
    let is_sockmap = |map_type| matches!(map_type, MapType::SOCKMAP | MapType::SOCKHASH);
    for map in super::maps(findings, Way::Sockmaps, is_sockmap) {
        for attach_type in TYPES {
            match sys::program_query(sys::Target::Fd(map.as_fd()), attach_type.0) {
                Ok(programs) => {
                    programs.into_iter().for_each(|program| add(findings, program, map.info().id, attach_type))
                }
                // The kernel tells since 5.18; SK_SKB_VERDICT is unknown before 5.13.
                Err(Errno(libc::EINVAL)) if attach_type == AttachType::SK_SKB_VERDICT => {}
                Err(Errno(libc::EINVAL)) => findings.gap(Gap::TooOld { way: Way::Sockmaps, since: "5.18" }),
                Err(errno) => {
                    findings.gap(Gap::failed(Way::Sockmaps, "CAP_NET_ADMIN", map.info().to_string(), errno));
                }
            }
        }
    }
}

fn add(findings: &mut Findings, program: u32, map: u32, attach_type: AttachType) {
    let target = Target::Sockmap { map, attach_type };
    if findings.targets_mut(program).all(|known| *known != target) {
        findings.add(program, Attachment::new(target, By::Attach));
    }
}
