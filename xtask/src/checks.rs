//! What is checked without running anything.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::command::{cargo, output, run, target};
use crate::fixtures::RUST_OBJECTS;

pub(crate) fn fmt() -> Result<()> {
    run(&mut cargo(&["fmt", "--all", "--check"]))?;
    for object in RUST_OBJECTS {
        run(&mut cargo(&["fmt", "--check", "--manifest-path", &object.manifest()]))?;
    }
    Ok(())
}

pub(crate) fn clippy() -> Result<()> {
    let deny = ["--", "-D", "warnings"];
    let lint = |arguments: &[&str]| run(&mut cargo(&[&["clippy"], arguments, &deny].concat()));
    lint(&["--workspace", "--all-targets"])?;
    lint(&["--workspace", "--all-targets", "--all-features"])?;
    lint(&["-p", "mapkey-layout", "--no-default-features"])?;
    for object in RUST_OBJECTS {
        // For this machine, as the compiler that clippy comes with has no `core` for bpf. What they use of
        // the unstable language that compiler has to allow.
        let arguments = ["clippy", "--release", "--locked", "--manifest-path", &object.manifest()];
        let mut command = cargo(&[&arguments[..], &deny].concat());
        run(command.env("RUSTC_BOOTSTRAP", "1").env("CARGO_TARGET_DIR", target().join("bpf-clippy")))?;
    }
    Ok(())
}

pub(crate) fn docs() -> Result<()> {
    let doc = |arguments: &[&str]| {
        run(cargo(&[&["doc", "--workspace", "--no-deps"], arguments].concat()).env("RUSTDOCFLAGS", "-Dwarnings"))
    };
    doc(&["--document-private-items", "--all-features"])?;
    // Last, so that what stays in the target folder is what users see.
    doc(&["--all-features"])
}

pub(crate) fn dependencies() -> Result<()> {
    const ALLOWED: [&str; 3] = ["bytemuck", "mapkey-ebpf", "mapkey-layout"];
    // What the derive depends on runs in the compiler and does not end up in the key crate.
    let tree = output(&mut cargo(&[
        "tree",
        "--package",
        "mapkey-ebpf",
        "--edges",
        "normal,no-proc-macro",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ]))?;
    let tree = String::from_utf8(tree)?;
    let found: BTreeSet<&str> = tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
    let more: Vec<_> = found.iter().filter(|name| !ALLOWED.contains(name)).collect();
    ensure!(more.is_empty(), "mapkey-ebpf pulls in {more:?}, expected nothing but {ALLOWED:?}");
    ensure!(found.contains("bytemuck"), "`cargo tree` printed something unexpected:\n{tree}");
    println!("{found:?}");
    Ok(())
}

/// No crate in the lock file says that it needs a newer compiler than the workspace promises. That our own
/// sources use nothing newer of the standard library is clippy's to see (`incompatible_msrv`), and a compiler of
/// that version is the last word, where one is installed: `cargo +1.88 check --workspace`.
pub(crate) fn msrv() -> Result<()> {
    let metadata = output(&mut cargo(&["metadata", "--format-version", "1", "--locked"]))?;
    let metadata: Value = serde_json::from_slice(&metadata)?;
    let packages = metadata["packages"].as_array().context("`cargo metadata` printed no packages")?;
    let promised = |package: &Value| package["rust_version"].as_str().map(version);
    let ours = packages.iter().find(|package| package["name"] == "mapkey-layout").and_then(promised);
    let ours = ours.context("mapkey-layout has no `rust-version`")?;
    let newer = packages.iter().filter(|package| promised(package) > Some(ours));
    let newer: Vec<_> = newer.map(|package| format!("{} {}", package["name"], package["rust_version"])).collect();
    let [major, minor, _] = ours;
    ensure!(newer.is_empty(), "these need a newer compiler than Rust {major}.{minor}: {}", newer.join(", "));
    let silent = packages.iter().filter(|package| promised(package).is_none()).count();
    println!("{} crates, {silent} of them do not say which compiler they need", packages.len());
    Ok(())
}

/// `1.88` and `1.88.0` are one version.
fn version(text: &str) -> [u32; 3] {
    let mut parts = text.split('.').map(|part| part.parse().unwrap_or_default());
    [0; 3].map(|_| parts.next().unwrap_or_default())
}
