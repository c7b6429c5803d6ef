//! Each thing that `doctor` looks at, on systems that are made of files.

use std::fs;
use std::path::Path;

use mapkey_runtime::doctor::{Finding, Status, System};
use tempfile::TempDir;

const RELEASE: &str = "6.1.0-56-amd64";
const VERSION: &str = "#1 SMP PREEMPT_DYNAMIC Debian 6.1.180-1 (2026-07-01)";

/// A system with these files.
struct Files(TempDir);

impl Files {
    fn new(files: &[(&str, &str)]) -> Self {
        let root = TempDir::new().expect("a folder");
        for (path, content) in files {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().expect("a path below the root")).expect("a folder");
            fs::write(path, content).expect("a file");
        }
        Self(root)
    }

    fn examine_as(&self, release: &str, version: &str, check: &str) -> Finding {
        let findings = System::under(self.0.path(), release, version).examine();
        findings.into_iter().find(|finding| finding.check == check).expect("the check is made")
    }

    fn examine(&self, check: &str) -> Finding {
        self.examine_as(RELEASE, VERSION, check)
    }
}

/// Status and sentence of a check on a system with one file.
fn with(path: &str, content: &str, check: &str) -> (Status, String) {
    let finding = Files::new(&[(path, content)]).examine(check);
    (finding.status, finding.what)
}

#[test]
fn garbage_in_padding_depends_on_the_version() {
    let none = Files::new(&[]);
    let debian = none.examine("kernel-version");
    assert_eq!(debian.status, Status::Note);
    assert!(debian.evidence[0].contains("Linux 6.1.180"), "{debian}");
    assert!(debian.repair.as_deref().expect("a repair").contains("__builtin_memset"));
    let old = none.examine_as("5.10.0-30-amd64", "#1 SMP Debian 5.10.218-1", "kernel-version");
    assert_eq!(old.status, Status::Ok);
    assert_eq!(none.examine_as("next", "", "kernel-version").status, Status::Unseen);
}

#[test]
fn missing_btf_has_a_repair() {
    let none =
        Files::new(&[("boot/config-6.1.0-56-amd64", "# CONFIG_DEBUG_INFO_BTF is not set\n"), ("sys/kernel/x", "")]);
    let finding = none.examine("kernel-btf");
    assert_eq!(finding.status, Status::Problem);
    assert!(finding.what.contains("built without CONFIG_DEBUG_INFO_BTF"), "{finding}");
    assert!(finding.repair.as_deref().expect("a repair").contains("CONFIG_DEBUG_INFO_BTF=y"), "{finding}");
    let broken = Files::new(&[("sys/kernel/btf/vmlinux", "no BTF")]).examine("kernel-btf");
    assert_eq!(broken.status, Status::Problem);
    assert!(broken.what.contains("is broken"), "{broken}");
    assert_eq!(none.examine("module-btf").status, Status::Unseen);
}

#[test]
fn rights() {
    let status = |mask: &str| format!("Name:\tx\nCapEff:\t{mask}\n");
    let (all, some) = (status("000001ffffffffff"), status("0000000000000000"));
    assert_eq!(with("proc/self/status", &all, "capabilities").0, Status::Ok);
    let (status, what) = with("proc/self/status", &some, "capabilities");
    assert_eq!(
        (status, what.as_str()),
        (Status::Note, "this process lacks CAP_SYS_ADMIN, CAP_BPF, CAP_PERFMON, CAP_NET_ADMIN")
    );
    let namespace = Files::new(&[("proc/self/status", &all), ("proc/self/uid_map", "0 1000 1\n")]);
    let finding = namespace.examine("capabilities");
    assert_eq!(finding.status, Status::Note);
    assert!(finding.evidence[0].contains("user namespace"), "{finding}");
    let initial =
        Files::new(&[("proc/self/status", &all), ("proc/self/uid_map", "         0          0 4294967295\n")]);
    assert_eq!(initial.examine("capabilities").status, Status::Ok);
    assert_eq!(Files::new(&[]).examine("capabilities").status, Status::Unseen);
}

#[test]
fn unprivileged_bpf_stops_lookups_on_old_kernels_alone() {
    let disabled = Files::new(&[("proc/sys/kernel/unprivileged_bpf_disabled", "2\n")]);
    assert_eq!(disabled.examine("unprivileged-bpf").status, Status::Ok);
    assert_eq!(disabled.examine_as("5.15.0", "#1", "unprivileged-bpf").status, Status::Note);
    let allowed = Files::new(&[("proc/sys/kernel/unprivileged_bpf_disabled", "0\n")]);
    assert_eq!(allowed.examine_as("5.15.0", "#1", "unprivileged-bpf").status, Status::Ok);
}

#[test]
fn lockdown() {
    const FILE: &str = "sys/kernel/security/lockdown";
    assert_eq!(with(FILE, "[none] integrity confidentiality\n", "lockdown").0, Status::Ok);
    assert_eq!(with(FILE, "none [integrity] confidentiality\n", "lockdown").0, Status::Ok);
    assert_eq!(with(FILE, "none integrity [confidentiality]\n", "lockdown").0, Status::Problem);
    assert_eq!(Files::new(&[]).examine("lockdown").status, Status::Ok);
    assert_eq!(with("sys/kernel/security/lsm", "capability", "lockdown").0, Status::Ok);
    // A kernel with securityfs that nobody mounted may have a lockdown as well.
    let unmounted = Files::new(&[]);
    fs::create_dir_all(unmounted.0.path().join("sys/kernel/security")).expect("a folder");
    let finding = unmounted.examine("lockdown");
    assert_eq!(finding.status, Status::Unseen, "{finding}");
    assert_eq!(finding.repair.as_deref(), Some("mount -t securityfs securityfs /sys/kernel/security"));
}

#[test]
fn capabilities() {
    const STATUS: &str = "proc/self/status";
    assert_eq!(with(STATUS, "CapEff:\t000001ffffffffff\n", "capabilities").0, Status::Ok);
    let bpf_alone = Files::new(&[(STATUS, "CapEff:\t0000008000000000\n")]).examine("capabilities");
    let repair = bpf_alone.repair.expect("a repair");
    assert!(repair.contains("`setcap cap_sys_admin,cap_perfmon,cap_net_admin+ep FILE`"), "{repair}");
    let rootless = Files::new(&[(STATUS, "CapEff:\t000001ffffffffff\n"), ("proc/self/uid_map", "0 1000 1\n")]);
    let repair = rootless.examine("capabilities").repair.expect("a repair");
    assert!(repair.starts_with("run as root outside of the user namespace"), "{repair}");
}

#[test]
fn mounts_and_settings() {
    const MOUNTS: &str = "proc/self/mountinfo";
    let bpffs = |path: &str| with(MOUNTS, &format!("30 22 0:26 / {path} rw - bpf bpffs rw\n"), "bpffs").0;
    assert_eq!(bpffs("/sys/fs/bpf"), Status::Ok);
    assert_eq!(bpffs("/run/bpf"), Status::Note);
    assert_eq!(with(MOUNTS, "22 1 0:20 / /sys rw - sysfs sysfs rw\n", "bpffs").0, Status::Problem);
    assert_eq!(with("proc/sys/kernel/bpf_stats_enabled", "1\n", "statistics").0, Status::Ok);
    assert_eq!(with("proc/sys/kernel/bpf_stats_enabled", "0\n", "statistics").0, Status::Note);
    assert_eq!(with("proc/sys/net/core/bpf_jit_enable", "1\n", "jit").0, Status::Ok);
    assert_eq!(with("proc/sys/net/core/bpf_jit_enable", "0\n", "jit").0, Status::Note);
    assert_eq!(with("proc/sys/net/core/bpf_jit_enable", "2\n", "jit").0, Status::Note);
    let limits = Files::new(&[("proc/self/limits", "Max locked memory         65536      65536     bytes\n")]);
    assert_eq!(limits.examine("locked-memory").status, Status::Ok);
    let finding = limits.examine_as("5.10.1", "#1", "locked-memory");
    assert_eq!((finding.status, finding.what.as_str()), (Status::Note, "65536 bytes for all maps of this user"));
}

#[test]
fn text_is_wrapped_and_starts_with_the_status() {
    let finding = Files::new(&[("proc/sys/kernel/bpf_stats_enabled", "0\n")]).examine("statistics");
    let text = finding.to_string();
    assert!(text.starts_with("note     statistics: off: how often programs ran is not counted\n"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    assert!(text.contains("repair: sysctl -w kernel.bpf_stats_enabled=1"), "{text}");
}

#[test]
fn the_running_system_is_examined_without_a_panic() {
    assert!(System::running().examine().iter().all(|finding| !finding.what.is_empty()));
    assert!(
        System::under(Path::new("/nowhere"), "", "").examine().iter().any(|finding| finding.status == Status::Unseen)
    );
}
