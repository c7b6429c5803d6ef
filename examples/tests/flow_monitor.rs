//! The example `flow-monitor` as a person runs it.

mod support;

use std::process::Command;

use mapkey_tests::{Kernel, command_or_skip, kernel_or_skip};
use support::{example, printed, without_privileges};

/// Packets and bytes of the flow `from` to `to`, as the table has them.
fn counted(text: &str, from: &str, to: &str) -> (u64, u64) {
    let rows = text.lines().filter_map(|line| {
        let words: Vec<_> = line.split_whitespace().collect();
        let [sender, receiver, _, packets, bytes] = words[..] else { return None };
        let is_wanted = sender.starts_with(from) && receiver.starts_with(to);
        is_wanted.then(|| (packets.parse().expect("a number"), bytes.parse().expect("a number")))
    });
    let rows: Vec<_> = rows.collect();
    let [row] = rows[..] else { panic!("one row for {from} to {to}, found {rows:?} in\n{text}") };
    row
}

fn check(option: &str, language: &str, key: &str) {
    let text = printed(&Command::new(example("flow-monitor")).arg(option).output().expect("the example starts"));
    assert!(text.starts_with(&format!("the program in {language} counts on `lo`")), "{text}");
    assert!(text.contains(&format!("\nmatch: FlowKey against struct {key}, the keys of map ")), "{text}");
    assert!(text.ends_with("each of the 6 flows that were sent is found by its key\n"), "{text}");

    // 20 bytes of IPv4 header, 8 of UDP, and questions of 29 bytes, answers of 45.
    let server = "127.0.0.1:5353";
    assert_eq!(counted(&text, "127.0.0.2:40001", server), (3, 3 * (28 + 29)));
    assert_eq!(counted(&text, server, "127.0.0.2:40001"), (3, 3 * (28 + 45)));
    assert_eq!(counted(&text, "127.0.0.3:40001", server), (1, 28 + 29));
    assert_eq!(counted(&text, server, "127.0.0.3:40001"), (1, 28 + 45));
    // How TCP cuts its segments is the kernel's affair.
    let (packets, bytes) = counted(&text, "127.0.0.1:8080", "127.0.0.1:");
    assert!(packets >= 3 && bytes >= 100_000 + packets * 40, "{text}");
}

#[test]
fn the_program_in_c() {
    if kernel_or_skip("the_program_in_c", Kernel::Programs) {
        check("--c", "C", "flow_key");
    }
}

#[test]
fn the_program_in_rust() {
    if kernel_or_skip("the_program_in_rust", Kernel::Programs) {
        check("--rust", "Rust", "FlowKey");
    }
}

/// Runs that count at the same time do not see each other's packets.
#[test]
fn several_at_once() {
    if !kernel_or_skip("several_at_once", Kernel::Programs) {
        return;
    }
    std::thread::scope(|scope| {
        scope.spawn(|| check("--c", "C", "flow_key"));
        scope.spawn(|| check("--c", "C", "flow_key"));
    });
}

#[test]
fn without_privileges_it_says_what_is_missing() {
    const TEST: &str = "without_privileges_it_says_what_is_missing";
    if !kernel_or_skip(TEST, Kernel::Programs) || !command_or_skip(TEST, "setpriv") {
        return;
    }
    let output = without_privileges("flow-monitor");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    let path = example("flow-monitor").canonicalize().expect("it is there");
    let expected = format!(
        "flow-monitor: this process lacks CAP_BPF, CAP_NET_ADMIN and CAP_SYS_ADMIN
  CAP_BPF        to make maps and load programs
  CAP_NET_ADMIN  to load and attach XDP programs, and to bring `lo` up
  CAP_SYS_ADMIN  to make a network namespace, and to read the types of a map
run it as the machine's root: sudo {}\n",
        path.display()
    );
    assert_eq!(String::from_utf8_lossy(&output.stderr), expected);
}

/// Some of the rights are not enough, and only the others are named.
#[test]
fn with_too_few_privileges_it_names_the_others() {
    const TEST: &str = "with_too_few_privileges_it_names_the_others";
    if !kernel_or_skip(TEST, Kernel::Programs) || !command_or_skip(TEST, "setpriv") {
        return;
    }
    let output = Command::new("setpriv")
        .args(["--bounding-set=-all,+bpf,+net_admin", "--inh-caps=-all"])
        .arg(example("flow-monitor"))
        .output()
        .expect("setpriv starts");
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(text.starts_with("flow-monitor: this process lacks CAP_SYS_ADMIN\n  CAP_SYS_ADMIN  "), "{text}");
}

/// Root in a user namespace has all capabilities, and none that counts.
#[test]
fn a_user_namespace_is_no_help() {
    const TEST: &str = "a_user_namespace_is_no_help";
    if !kernel_or_skip(TEST, Kernel::Programs) || !command_or_skip(TEST, "unshare") {
        return;
    }
    let unshare = ["--user", "--map-root-user"];
    let output = Command::new("unshare").args(unshare).arg(example("flow-monitor")).output().expect("unshare starts");
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(text.starts_with("flow-monitor: this process has its capabilities in a user namespace only"), "{text}");
}
