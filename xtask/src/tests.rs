//! The tests.

use anyhow::Result;

use crate::command::{cargo, run};

pub(crate) fn test() -> Result<()> {
    run(&mut cargo(&["test"]))
}

pub(crate) fn kernel_tests() -> Result<()> {
    let mut command = cargo(&["test", "--workspace", "--all-features"]);
    run(command.env("MAPKEY_REQUIRE_KERNEL", "1").env("MAPKEY_REQUIRE_RUSTC", "1"))
}

/// A package of its own, for what it needs to be built.
pub(crate) fn libbpf() -> Result<()> {
    const MANIFEST: [&str; 2] = ["--manifest-path", "tests/libbpf/Cargo.toml"];
    run(&mut cargo(&[&["fmt", "--check"], &MANIFEST[..]].concat()))?;
    run(&mut cargo(&[&["clippy", "--locked", "--all-targets"], &MANIFEST[..], &["--", "-D", "warnings"]].concat()))?;
    run(&mut cargo(&[&["test", "--locked"], &MANIFEST[..]].concat()))
}
