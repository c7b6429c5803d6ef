//! What the README shows of the command is what it prints.

use std::fs;
use std::process::Command;

use mapkey_tests::{Kernel, kernel_or_skip};

/// Ids differ from kernel to kernel.
fn without_id(line: &str) -> &str {
    line.split_once(", id ").map_or(line, |(before, _)| before)
}

#[test]
fn commands_of_the_readme() {
    if !kernel_or_skip("commands_of_the_readme", Kernel::Btf) {
        return;
    }
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md")).expect("the README");
    let mut commands = 0;
    for block in readme.split("```text\n$ mapkey ").skip(1) {
        let block = block.split("```").next().unwrap_or(block);
        let (arguments, shown) = block.split_once('\n').expect("a command and what it prints");
        let output = Command::new(env!("CARGO_BIN_EXE_mapkey")).args(arguments.split(' ')).output();
        let printed = String::from_utf8(output.expect("the command was built").stdout).expect("text");
        assert!(printed.lines().map(without_id).eq(shown.lines().map(without_id)), "{arguments} prints\n{printed}");
        commands += 1;
    }
    assert_eq!(commands, 2);
}
