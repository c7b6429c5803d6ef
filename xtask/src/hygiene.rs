//! What only a nightly compiler can check: layouts that Rust does not promise, and dependencies at
//! their oldest. Where no nightly is installed, the step says so and is over.

use std::fs;
use std::process::Stdio;

use anyhow::Result;

use crate::command::{output, program, root, run, target};

/// The tests, with every layout that Rust may choose chosen at random: a key that depended on one
/// would fail.
pub(crate) fn randomized_layouts() -> Result<()> {
    if !nightly_or_skip("randomized layouts") {
        return Ok(());
    }
    let packages = ["-p", "mapkey-ebpf", "-p", "mapkey-layout", "-p", "mapkey-runtime", "-p", "mapkey-tests"];
    let tests = ["--lib", "--test", "derive", "--test", "compare", "--test", "derived_keys", "--test", "validate"];
    let mut command = program("cargo", &[&["+nightly", "test"][..], &packages, &tests].concat());
    command.env("RUSTFLAGS", "-Zrandomize-layout").env("CARGO_TARGET_DIR", target().join("randomized"));
    run(through_rustup(&mut command))
}

/// The workspace compiles with the oldest versions that its manifests allow.
pub(crate) fn minimal_versions() -> Result<()> {
    if !nightly_or_skip("minimal versions") {
        return Ok(());
    }
    // In a copy: the lock file of the workspace is to stay.
    let copy = target().join("minimal-versions");
    if copy.exists() {
        fs::remove_dir_all(&copy)?;
    }
    let files = String::from_utf8(output(&mut program("git", &["ls-files"]))?)?;
    for file in files.lines() {
        let (from, to) = (root().join(file), copy.join(file));
        if from.is_file() {
            fs::create_dir_all(to.parent().unwrap_or(&copy))?;
            fs::copy(from, to)?;
        }
    }
    let cargo = |arguments: &[&str]| {
        let mut command = program("cargo", arguments);
        command.current_dir(&copy).env("CARGO_TARGET_DIR", target().join("oldest"));
        run(through_rustup(&mut command))
    };
    cargo(&["+nightly", "update", "--quiet", "-Zdirect-minimal-versions"])?;
    cargo(&["+nightly", "check", "--workspace"])
}

/// `+nightly` is rustup's: the variables by which it tells cargo which toolchain runs this program
/// would win.
fn through_rustup(command: &mut std::process::Command) -> &mut std::process::Command {
    command.env_remove("RUSTUP_TOOLCHAIN").env_remove("CARGO").env_remove("RUSTC")
}

fn nightly_or_skip(what: &str) -> bool {
    let mut command = program("cargo", &["+nightly", "--version"]);
    let found = through_rustup(&mut command).stdout(Stdio::null()).stderr(Stdio::null()).status();
    let is_there = found.is_ok_and(|status| status.success());
    if !is_there {
        println!("skipped {what}: `cargo +nightly` does not start, no nightly compiler is installed");
    }
    is_there
}
