//! The example `validate` as a person runs it.

use std::path::PathBuf;
use std::process::{Command, Output};

use mapkey_tests::{Kernel, command_or_skip, kernel_or_skip};

/// Where cargo puts the examples that it builds before these tests.
fn example() -> PathBuf {
    let test = std::env::current_exe().expect("the test's own path");
    let target = test.parent().and_then(|deps| deps.parent()).expect("target/debug/deps");
    target.join("examples/validate")
}

fn printed(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

const STAND_IN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/kernel.btf");

const MATCHES: &str = "
  match: CgroupStorageKey is struct bpf_cgroup_storage_key, 16 bytes
  match: In6Addr is struct in6_addr, 16 bytes
  match: Ipv4AddrKey is struct ipv4_addr_key, 8 bytes
  match: SockTuple is struct bpf_sock_tuple.ipv4, 12 bytes
  match: Ports is struct flow_dissector_key_ports, 4 bytes
  match: Prefix is struct bpf_lpm_trie_key_u8, 8 bytes
  match: Route6 is struct rt6key, 20 bytes
";

fn check(text: &str) {
    assert!(text.contains(MATCHES), "{text}");
    assert!(text.contains("mismatch: DriftedTuple against struct bpf_sock_tuple.ipv4"), "{text}");
    for kind in ["moved         daddr", "moved         saddr", "byte-order    sport", "padding-used  _pad"] {
        assert!(text.contains(kind), "`{kind}` is in\n{text}");
    }
}

#[test]
fn against_a_file() {
    check(&printed(&Command::new(example()).arg(STAND_IN).output().expect("the example starts")));
}

#[test]
fn against_the_running_kernel() {
    if !kernel_or_skip("against_the_running_kernel", Kernel::Btf) {
        return;
    }
    let text = printed(&Command::new(example()).output().expect("the example starts"));
    assert!(text.starts_with("keys against the running kernel, "), "{text}");
    assert_eq!(text.matches("  match: ").count(), 7, "{text}");
}

/// The kernel's BTF is hidden in a mount namespace of the example's own.
#[test]
fn without_the_kernels_btf_a_file_stands_in() {
    const TEST: &str = "without_the_kernels_btf_a_file_stands_in";
    if !kernel_or_skip(TEST, Kernel::Programs) || !command_or_skip(TEST, "unshare") {
        return;
    }
    let hide = "mount -t tmpfs none /sys/kernel/btf && exec \"$0\"";
    let output = Command::new("unshare").args(["--mount", "sh", "-c", hide]).arg(example()).output();
    let text = printed(&output.expect("unshare starts"));
    assert!(text.starts_with("no BTF of the running kernel "), "{text}");
    assert!(text.contains("/sys/kernel/btf/vmlinux: not there"), "{text}");
    assert!(text.contains("a small BTF file that comes with this example stands in"), "{text}");
    check(&text);
}

/// Whoever has no privileges gets the same verdicts.
#[test]
fn without_privileges() {
    const TEST: &str = "without_privileges";
    if !kernel_or_skip(TEST, Kernel::Programs) || !command_or_skip(TEST, "setpriv") {
        return;
    }
    // The target folder may lie where only root can go: the shell opens the file before it steps down.
    let become_nobody = "exec setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all /proc/self/fd/9";
    let command = format!("exec 9<\"$0\"; {become_nobody}");
    let output = Command::new("sh").args(["-c", &command]).arg(example()).output();
    let text = printed(&output.expect("sh starts"));
    assert_eq!(text.matches("  match: ").count(), 7, "{text}");
}
