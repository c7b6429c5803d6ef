//! The example `silent-miss` as a person runs it.

mod support;

use std::process::Command;

use mapkey_tests::{Kernel, command_or_skip, kernel_or_skip};
use support::{example, printed, without_privileges};

const README: &str = include_str!("../README.md");

#[test]
fn the_dirty_byte_is_named_and_repaired() {
    if !kernel_or_skip("the_dirty_byte_is_named_and_repaired", Kernel::Programs) {
        return;
    }
    let text = printed(&Command::new(example("silent-miss")).output().expect("the example starts"));
    let lines = [
        "the lookup of 192.0.2.53:53, udp: nothing\n",
        "                daddr        dport  l4_proto  padding\n",
        "  looked up     c0 00 02 35  00 35  11        00\n",
        "\n3 of 3 keys have dirty padding: ",
        "\nthe same packets, and the lookup of 192.0.2.53:53, udp: 3 packets\n",
    ];
    for line in lines {
        assert!(text.contains(line), "{line:?} is in\n{text}");
    }
    // Neither a map's id nor what lies on the stack is the same on every machine.
    for line in text.lines().filter(|line| !line.contains("of map ") && !line.contains("in the map")) {
        assert!(README.contains(&format!("\n{line}\n")), "{line:?} is in the examples' README");
    }
    let entries: Vec<_> =
        text.lines().filter(|line| line.starts_with("  in the map    c0 00 02 35  00 35  11 ")).collect();
    assert_eq!(entries.len(), 3, "{text}");
    for entry in entries {
        let (_, named) = entry.split_once("packet, dirty padding 7..8 (`_pad`): ").expect("the byte is named");
        assert!(entry.contains(&format!("  11        {named}       1 ")), "{text}");
    }
}

#[test]
fn without_privileges_it_says_what_is_missing() {
    const TEST: &str = "without_privileges_it_says_what_is_missing";
    if !kernel_or_skip(TEST, Kernel::Programs) || !command_or_skip(TEST, "setpriv") {
        return;
    }
    let output = without_privileges("silent-miss");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    let text = String::from_utf8_lossy(&output.stderr);
    let lacks = "silent-miss: this process lacks CAP_BPF, CAP_NET_ADMIN, CAP_PERFMON and CAP_SYS_ADMIN\n";
    assert!(text.starts_with(lacks), "{text}");
}
