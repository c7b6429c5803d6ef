//! Programs on cgroups: `BPF_PROG_QUERY` over the whole hierarchy.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::super::find::Findings;
use super::super::{AttachType, Attachment, By, Gap, Target, Way};
use crate::sys::{self, Errno};
use crate::system::mounts;

/// More cgroups than this are not looked at.
const MAX_CGROUPS: usize = 1 << 17;

/// The inode of the first cgroup namespace, `PROC_CGROUP_INIT_INO` in `include/linux/proc_ns.h`.
const FIRST_NAMESPACE: &str = "cgroup:[4026531835]";

pub(super) fn look(findings: &mut Findings) {
    let gap = |reason| Gap::Cgroups { way: Way::Cgroups, reason };
    let mounts = mounts::of_type("cgroup2").unwrap_or_default();
    let whole = mounts.iter().find(|mount| mount.root == Path::new("/"));
    let Some(mount) = whole.or(mounts.first()) else {
        findings.gap(gap("no cgroup2 file system is mounted here, so that programs on cgroups cannot be seen"));
        return;
    };
    let in_first = fs::read_link("/proc/self/ns/cgroup").is_ok_and(|link| link.to_str() == Some(FIRST_NAMESPACE));
    if whole.is_none() || !in_first {
        findings.gap(gap("only a part of the hierarchy of cgroups can be seen from here"));
    }
    let mut types: BTreeSet<AttachType> = AttachType::of_cgroups().collect();
    let mut folders = vec![mount.path.clone()];
    let mut count = 0;
    while let Some(folder) = folders.pop() {
        count += 1;
        if count > MAX_CGROUPS {
            findings.gap(gap("there are too many cgroups to look at them all"));
            return;
        }
        match File::open(&folder) {
            Ok(cgroup) => query(findings, &cgroup, &folder, &mut types),
            // It was removed meanwhile.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(_) => findings.gap(gap("some cgroups cannot be opened by this user")),
        }
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        let entries = entries.flatten().filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
        folders.extend(entries.map(|entry| entry.path()));
    }
}

/// The programs on one cgroup. A type that this kernel does not know is taken out of `types`.
fn query(findings: &mut Findings, cgroup: &File, path: &Path, types: &mut BTreeSet<AttachType>) {
    let Ok(id) = cgroup.metadata().map(|metadata| metadata.ino()) else { return };
    let mut unknown = Vec::new();
    for &attach_type in types.iter() {
        match sys::program_query(sys::Target::Fd(cgroup.as_fd()), attach_type.0) {
            Ok(programs) => {
                programs.into_iter().for_each(|program| add(findings, program, id, path.to_owned(), attach_type));
            }
            Err(Errno(libc::EINVAL)) => unknown.push(attach_type),
            // The cgroup was removed meanwhile.
            Err(Errno(libc::ENODEV | libc::ENOENT)) => return,
            Err(errno) => {
                findings.gap(Gap::failed(Way::Cgroups, "CAP_NET_ADMIN", attach_type.to_string(), errno));
                unknown.push(attach_type);
            }
        }
    }
    unknown.iter().for_each(|attach_type| {
        types.remove(attach_type);
    });
}

fn add(findings: &mut Findings, program: u32, id: u64, path: PathBuf, attach_type: AttachType) {
    let mut linked = false;
    for target in findings.targets_mut(program) {
        match target {
            Target::Cgroup { id: found, path: seen, attach_type: ty } if *found == id && *ty == attach_type => {
                *seen = Some(path.clone());
                linked = true;
            }
            _ => {}
        }
    }
    if !linked {
        let target = Target::Cgroup { id, path: Some(path), attach_type };
        findings.add(program, Attachment::new(target, By::Attach));
    }
}
