//! Every named struct and union of the running kernel, held against what bpftool reads.

use std::io::{self, Write};
use std::process::Command;

use mapkey_tests::{Kernel, bpftool, command_or_skip, kernel_or_skip};

const VMLINUX: &str = "/sys/kernel/btf/vmlinux";

#[test]
fn all_named_structs_and_unions_of_the_running_kernel() {
    const TEST: &str = "all_named_structs_and_unions_of_the_running_kernel";
    if !kernel_or_skip(TEST, Kernel::Btf) || !command_or_skip(TEST, "bpftool") {
        return;
    }
    let theirs = run(Command::new("bpftool").args(["--json", "btf", "dump", "file", VMLINUX]));
    let theirs = bpftool::Dump::parse(&theirs, None).unwrap();
    let ours = run(Command::new(env!("CARGO_BIN_EXE_mapkey")).args(["layout", "--all", "--json"]));
    let found = theirs.compare(&ours).unwrap();

    // Past the test harness, which shows nothing of a test that passes.
    let _ = writeln!(io::stderr(), "against bpftool: {found}");
    assert!(found.types > 1000 && found.members > found.types, "a kernel has thousands of types");
    assert!(found.disagreements.is_empty(), "{:#?}", found.disagreements);
}

fn run(command: &mut Command) -> String {
    let output = command.output().expect("the command starts");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}
