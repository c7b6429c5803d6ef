//! The example `validate` as a person runs it.

mod support;

use std::path::PathBuf;
use std::process::Command;

use mapkey_tests::{Kernel, command_or_skip, kernel_or_skip};
use support::printed;

fn example() -> PathBuf {
    support::example("validate")
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
    let text = printed(&support::without_privileges("validate"));
    assert_eq!(text.matches("  match: ").count(), 7, "{text}");
}
