//! The example `reused-pin` as a person runs it.

mod support;

use std::process::Command;

use mapkey_tests::{Kernel, kernel_or_skip};
use support::{example, printed};

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
