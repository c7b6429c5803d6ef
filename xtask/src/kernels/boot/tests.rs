//! Test binaries that need nothing but a kernel.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::initramfs::ensure_static;
use crate::command::{cargo, output};

/// The only one whose kernels are booted; named, so that build scripts and macros are not linked as the tests are.
const TARGET: &str = "x86_64-unknown-linux-gnu";

/// A test by its name in cargo, and its executable.
pub(super) struct Binary {
    pub(super) name: String,
    pub(super) file: PathBuf,
}

/// Builds the tests, each `PACKAGE:TEST`, in one go.
pub(super) fn build(tests: &[&str]) -> Result<Vec<Binary>> {
    let mut command = cargo(&["test", "--no-run", "--message-format", "json-render-diagnostics", "--target", TARGET]);
    let mut names = Vec::new();
    for test in tests {
        let parts = test.split_once(':').filter(|(package, name)| !package.is_empty() && !name.is_empty());
        let (package, name) = parts
            .with_context(|| format!("`{test}` names no test, expected `PACKAGE:TEST` as in `{}`", super::TESTS[0]))?;
        ensure!(!names.contains(&name), "two tests with the name `{name}`, expected one of each name");
        names.push(name);
        command.args(["--package", package, "--test", name]);
    }
    // Small executables: what starts the machine reads all of them.
    command.env("CARGO_PROFILE_DEV_DEBUG", "0").env("RUSTFLAGS", "-C target-feature=+crt-static");
    command.env_remove("CARGO_ENCODED_RUSTFLAGS").stderr(Stdio::inherit());
    println!("building {}", tests.join(", "));
    let messages = output(&mut command)?;
    let mut built = executables(&String::from_utf8(messages)?)?;
    let mut binaries = Vec::new();
    for name in names {
        let Some(file) = built.remove(name) else { bail!("cargo built no test `{name}`") };
        ensure_static(&file)?;
        binaries.push(Binary { name: name.to_owned(), file });
    }
    Ok(binaries)
}

/// The tests' executables in cargo's messages, by name.
fn executables(messages: &str) -> Result<BTreeMap<String, PathBuf>> {
    let mut found = BTreeMap::new();
    for line in messages.lines().filter(|line| line.starts_with('{')) {
        let message: Value = serde_json::from_str(line)?;
        let is_test = message["reason"] == "compiler-artifact" && message["profile"]["test"] == true;
        if let (true, Some(name), Some(file)) =
            (is_test, message["target"]["name"].as_str(), message["executable"].as_str())
        {
            found.insert(name.to_owned(), PathBuf::from(file));
        }
    }
    Ok(found)
}
