//! What this process may do.

use super::{Finding, Status, System, Version, unseen};

/// The capabilities that `bpf(2)` asks for (`include/uapi/linux/capability.h`), and what each is for.
const CAPABILITIES: [(u32, &str, &str); 4] = [
    (21, "CAP_SYS_ADMIN", "open maps, programs and BTF by their ids, and so find out which programs use a map"),
    (39, "CAP_BPF", "make maps, load programs and BTF"),
    (38, "CAP_PERFMON", "load programs that trace or read kernel memory"),
    (12, "CAP_NET_ADMIN", "load and attach network programs"),
];

/// The capabilities of this process.
pub(super) fn capabilities(system: &System) -> Finding {
    const CHECK: &str = "capabilities";
    const WHY: &str = "a missing right gives EPERM and never an empty map; reading a pin needs the file's rights alone, and lookups \
                       on an open descriptor need none since Linux 5.19";
    const STATUS: &str = "proc/self/status";
    let status = match system.read(STATUS) {
        Ok(status) => status,
        Err(error) => return unseen(CHECK, STATUS, &error, WHY),
    };
    let effective = status.lines().find_map(|line| line.strip_prefix("CapEff:"));
    let Some(effective) = effective.and_then(|hex| u64::from_str_radix(hex.trim(), 16).ok()) else {
        return Finding::new(CHECK, Status::Unseen, format!("/{STATUS} has no line `CapEff`"), WHY);
    };
    let in_namespace = system.read("proc/self/uid_map").is_ok_and(|map| !is_initial(&map));
    let has = |bit: u32| effective >> bit & 1 == 1 && !in_namespace;
    let missing: Vec<_> = CAPABILITIES.iter().filter(|(bit, ..)| !has(*bit)).collect();
    let mut finding = if missing.is_empty() {
        Finding::new(CHECK, Status::Ok, "this process may do everything that bpf(2) has", WHY)
    } else {
        let names: Vec<_> = missing.iter().map(|(_, name, _)| *name).collect();
        Finding::new(CHECK, Status::Note, format!("this process lacks {}", names.join(", ")), WHY)
    };
    if in_namespace {
        finding = finding.seen("it runs in a user namespace, whose capabilities count for nothing with bpf(2)");
    }
    for (_, name, purpose) in &missing {
        finding = finding.seen(format!("{name}: to {purpose}"));
    }
    if missing.is_empty() {
        return finding;
    }
    if in_namespace {
        return finding
            .repaired_by("run as root outside of the user namespace: on the host, or in a privileged container");
    }
    let names: Vec<_> = missing.iter().map(|(_, name, _)| name.to_lowercase()).collect();
    finding
        .repaired_by(format!("run as root, or give a command these capabilities: `setcap {}+ep FILE`", names.join(",")))
}

/// Whether `/proc/self/uid_map` is that of the initial user namespace.
fn is_initial(map: &str) -> bool {
    map.split_whitespace().eq(["0", "0", "4294967295"])
}

/// What users without capabilities may do.
pub(super) fn unprivileged(system: &System) -> Finding {
    const CHECK: &str = "unprivileged-bpf";
    const WHY: &str = "before Linux 5.19 the sysctl stops every call, lookups on an open descriptor too; since then it stops making \
                       maps and loading programs alone";
    const SYSCTL: &str = "proc/sys/kernel/unprivileged_bpf_disabled";
    let value = match system.read(SYSCTL) {
        Ok(value) => value,
        Err(error) => return unseen(CHECK, SYSCTL, &error, WHY),
    };
    let value = value.trim();
    let what = match value {
        "0" => "users without capabilities may make maps and load socket filters",
        "1" => "users without capabilities may not make maps or load programs, until the next boot",
        "2" => "users without capabilities may not make maps or load programs",
        _ => "a value that this library does not know",
    };
    let stops_lookups = value != "0" && system.kernel_version().is_some_and(|version| version < Version::new(5, 19, 0));
    let status = if stops_lookups { Status::Note } else { Status::Ok };
    let finding = Finding::new(CHECK, status, what, WHY).seen(format!("/{SYSCTL}: {value}"));
    if stops_lookups { finding.repaired_by("run readers of maps with CAP_BPF") } else { finding }
}

const LOCKDOWN: &str = "lockdown";

/// The file is not there: the kernel has no lockdown, or nobody mounted what would show it.
fn without_lockdown(system: &System, why: &str) -> Finding {
    const FOLDER: &str = "sys/kernel/security";
    let is_there = |path: &str| system.path(path).exists();
    // The folder is the mount point, which a kernel with securityfs makes, and it is empty until then.
    let is_mounted = std::fs::read_dir(system.path(FOLDER)).is_ok_and(|mut files| files.next().is_some());
    if is_there(FOLDER) && !is_mounted {
        return Finding::new(LOCKDOWN, Status::Unseen, "cannot be seen: securityfs is not mounted", why)
            .seen(format!("/{FOLDER} is empty"))
            .repaired_by(format!("mount -t securityfs securityfs /{FOLDER}"));
    }
    Finding::new(LOCKDOWN, Status::Ok, "the kernel has no lockdown", why)
        .seen(format!("/{FOLDER}/lockdown is not there"))
}

/// Whether the kernel keeps its memory to itself.
pub(super) fn lockdown(system: &System) -> Finding {
    const WHY: &str = "with `confidentiality` programs cannot read kernel memory: bpf_probe_read_kernel() fails, and what a program \
                       copies into a key stays zero";
    const FILE: &str = "sys/kernel/security/lockdown";
    let modes = match system.read(FILE) {
        Ok(modes) => modes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return without_lockdown(system, WHY),
        Err(error) => return unseen(LOCKDOWN, FILE, &error, WHY),
    };
    let mode = modes.split_whitespace().find_map(|mode| mode.strip_prefix('[')?.strip_suffix(']')).unwrap_or("unknown");
    let seen = format!("/{FILE}: {}", modes.trim());
    match mode {
        "none" => Finding::new(LOCKDOWN, Status::Ok, "off", WHY).seen(seen),
        "integrity" => Finding::new(
            LOCKDOWN,
            Status::Ok,
            "`integrity`: programs may read kernel memory, not write user memory",
            WHY,
        )
        .seen(seen),
        "confidentiality" => Finding::new(
            LOCKDOWN,
            Status::Problem,
            "`confidentiality`: programs cannot read kernel memory",
            WHY,
        )
        .seen(seen)
        .repaired_by(
            "boot with `lockdown=integrity` on the kernel's command line, or use typed BTF access (fentry, tp_btf)",
        ),
        other => Finding::new(LOCKDOWN, Status::Unseen, format!("mode `{other}` is not known here"), WHY).seen(seen),
    }
}
