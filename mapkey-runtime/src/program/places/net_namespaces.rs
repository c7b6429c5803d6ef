//! Flow dissectors, which hang on network namespaces.

use std::os::fd::AsFd;

use super::super::find::Findings;
use super::super::{AttachType, Attachment, By, Gap, Target, Way};
use crate::sys::{self, Errno};
use crate::system::Namespaces;

pub(super) fn look(findings: &mut Findings, namespaces: &Namespaces) {
    let own = namespaces.own.map(|inode| (inode, Namespaces::open_own()));
    let others = namespaces.others().map(|other| (other.inode, other.open()));
    for (inode, file) in own.into_iter().chain(others) {
        let attach_type = AttachType::FLOW_DISSECTOR;
        let programs = file.and_then(|file| sys::program_query(sys::Target::Fd(file.as_fd()), attach_type.0));
        match programs {
            Ok(programs) => programs.into_iter().for_each(|program| add(findings, program, inode, attach_type)),
            // The namespace is gone, or was another process's that ended.
            Err(Errno(libc::ENOENT | libc::ESRCH)) => {}
            Err(errno) => {
                findings.gap(Gap::failed(Way::NetNamespaces, "CAP_NET_ADMIN", attach_type.to_string(), errno))
            }
        }
    }
}

fn add(findings: &mut Findings, program: u32, inode: u64, attach_type: AttachType) {
    let target = Target::NetNamespace { inode, attach_type };
    if findings.targets_mut(program).all(|found| *found != target) {
        findings.add(program, Attachment::new(target, By::Attach));
    }
}
