//! Mounts and settings.

use super::{Finding, Status, System, Version, unseen};
use crate::program::TURN_ON;
use crate::system::mounts;

/// Whether pins can exist.
pub(super) fn bpffs(system: &System) -> Finding {
    const CHECK: &str = "bpffs";
    const WHY: &str = "pins live on a bpffs; without one a map is gone when the last program and process that hold it are, and a \
                       restarted program makes a new one";
    const MOUNTINFO: &str = "proc/self/mountinfo";
    let mountinfo = match system.read(MOUNTINFO) {
        Ok(mountinfo) => mountinfo,
        Err(error) => return unseen(CHECK, MOUNTINFO, &error, WHY),
    };
    let mounts = mounts::of_type_in(mountinfo.as_bytes(), "bpf");
    let mounts: Vec<String> = mounts.iter().map(|mount| mount.path.display().to_string()).collect();
    let usual = mounts.iter().any(|path| path == "/sys/fs/bpf");
    match mounts.as_slice() {
        [] => Finding::new(CHECK, Status::Problem, "no bpffs is mounted", WHY)
            .seen(format!("no line of type bpf in /{MOUNTINFO}"))
            .repaired_by("mount -t bpf bpffs /sys/fs/bpf (in a container: let it see the host's)"),
        paths if usual => Finding::new(CHECK, Status::Ok, "mounted", WHY).seen(format!("at {}", paths.join(", "))),
        paths => Finding::new(CHECK, Status::Note, "mounted, and not at /sys/fs/bpf where loaders look", WHY)
            .seen(format!("at {}", paths.join(", ")))
            .repaired_by("mount -t bpf bpffs /sys/fs/bpf, or tell the loader the path"),
    }
}

/// Whether the kernel counts how often programs run.
pub(super) fn statistics(system: &System) -> Finding {
    const CHECK: &str = "statistics";
    const WHY: &str =
        "without them a program's run count stays 0, so that nobody can tell one that never ran from one that did";
    const SYSCTL: &str = "proc/sys/kernel/bpf_stats_enabled";
    match system.read(SYSCTL).map(|value| value.trim().to_owned()) {
        Err(error) => unseen(CHECK, SYSCTL, &error, WHY),
        Ok(value) if value == "0" => {
            Finding::new(CHECK, Status::Note, "off: how often programs ran is not counted", WHY)
                .seen(format!("/{SYSCTL}: 0"))
                .repaired_by(format!("{TURN_ON} (some 20 ns for each run of a program; 0 turns it off)"))
        }
        Ok(value) => Finding::new(CHECK, Status::Ok, "on", WHY).seen(format!("/{SYSCTL}: {value}")),
    }
}

/// Whether programs are compiled.
pub(super) fn jit(system: &System) -> Finding {
    const CHECK: &str = "jit";
    const WHY: &str = "interpreted programs do the same, slower: no entry is missing because of it";
    const SYSCTL: &str = "proc/sys/net/core/bpf_jit_enable";
    match system.read(SYSCTL).map(|value| value.trim().to_owned()) {
        Err(error) => unseen(CHECK, SYSCTL, &error, WHY),
        Ok(value) => {
            let seen = format!("/{SYSCTL}: {value}");
            match value.as_str() {
                "0" => Finding::new(CHECK, Status::Note, "off: programs are interpreted", WHY)
                    .seen(seen)
                    .repaired_by("sysctl -w net.core.bpf_jit_enable=1"),
                "2" => Finding::new(CHECK, Status::Note, "on, and prints every program to the kernel's log", WHY)
                    .seen(seen)
                    .repaired_by("sysctl -w net.core.bpf_jit_enable=1"),
                _ => Finding::new(CHECK, Status::Ok, "on", WHY).seen(seen),
            }
        }
    }
}

/// Whether a limit of the process stops maps from being made.
pub(super) fn locked_memory(system: &System) -> Finding {
    const CHECK: &str = "locked-memory";
    const WHY: &str =
        "before Linux 5.11 the memory of maps counts against RLIMIT_MEMLOCK, and making one fails with EPERM";
    const LIMITS: &str = "proc/self/limits";
    if system.kernel_version().is_some_and(|version| version >= Version::new(5, 11, 0)) {
        return Finding::new(CHECK, Status::Ok, "maps are accounted to the cgroup, not to RLIMIT_MEMLOCK", WHY)
            .seen("since Linux 5.11");
    }
    let limits = match system.read(LIMITS) {
        Ok(limits) => limits,
        Err(error) => return unseen(CHECK, LIMITS, &error, WHY),
    };
    let limit = limits.lines().find_map(|line| line.strip_prefix("Max locked memory")?.split_whitespace().next());
    match limit {
        Some("unlimited") => Finding::new(CHECK, Status::Ok, "unlimited", WHY).seen(format!("/{LIMITS}")),
        Some(bytes) => Finding::new(CHECK, Status::Note, format!("{bytes} bytes for all maps of this user"), WHY)
            .seen(format!("/{LIMITS}"))
            .repaired_by("ulimit -l unlimited"),
        None => Finding::new(CHECK, Status::Unseen, format!("/{LIMITS} says nothing about it"), WHY),
    }
}
