//! The example `reused-pin` as a person runs it.

mod support;

use std::process::Command;

use mapkey_tests::{Kernel, command_or_skip, kernel_or_skip};
use support::{example, printed, without_privileges};

#[test]
fn shows_what_goes_wrong_and_who_refuses() {
    if !kernel_or_skip("shows_what_goes_wrong_and_who_refuses", Kernel::Programs) {
        return;
    }
    let text = printed(&Command::new(example("reused-pin")).output().expect("the example starts"));
    for part in [
        "what the kernel read behind it   [53, 45, 43, 52] (SECR)",
        "mismatch: FlowKey against struct flow_key",
        "FlowKey, 16 bytes",
        "struct flow_key, 20 bytes",
        "__u32 ifindex",
    ] {
        assert!(text.contains(part), "`{part}` is in\n{text}");
    }
}

#[test]
fn without_privileges_it_says_what_is_missing() {
    const TEST: &str = "without_privileges_it_says_what_is_missing";
    if !kernel_or_skip(TEST, Kernel::Programs) || !command_or_skip(TEST, "setpriv") {
        return;
    }
    let output = without_privileges("reused-pin");
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.starts_with("reused-pin: this process lacks CAP_BPF"), "{text}");
}
