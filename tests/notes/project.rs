//! The project in this folder, built in one way or another.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// The keys of the crates that the program depends on.
pub(crate) const KEYS: [&str; 7] = [
    "mapkey_notes_deep::tries::NewTrieKey",
    "mapkey_notes_deep::tries::OldTrieKey",
    "mapkey_notes_deep::tries::TrieKey",
    "mapkey_notes_keys::keys::CgroupStorageKey",
    "mapkey_notes_keys::keys::DriftedKey",
    "mapkey_notes_keys::keys::FlowKey",
    "mapkey_notes_keys::keys::TenFieldsKey",
];

/// This machine's target: flags for a target that is named leave the derive's own build alone.
static HOST: LazyLock<String> = LazyLock::new(|| {
    let output = Command::new("rustc").arg("-vV").output().expect("rustc built this test");
    let version = String::from_utf8(output.stdout).expect("text");
    version.lines().find_map(|line| line.strip_prefix("host: ")).expect("rustc names its host").to_owned()
});

/// A way to build the project.
pub(crate) struct Build {
    /// What messages call it.
    pub(crate) name: &'static str,
    /// Arguments of cargo.
    pub(crate) cargo: &'static [&'static str],
    /// Arguments of rustc.
    pub(crate) rustc: &'static str,
}

impl Build {
    /// Builds the package and returns the folder of what came out.
    pub(crate) fn run(&self, package: &str) -> PathBuf {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("notes");
        let output = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--offline", "--package", package, "--target", &HOST, "--target-dir"])
            .arg(&folder)
            .args(self.cargo)
            .env("RUSTFLAGS", self.rustc)
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
            .output()
            .expect("cargo runs this test");
        assert!(output.status.success(), "{}: {}", self.name, String::from_utf8_lossy(&output.stderr));
        let profile = if self.cargo.contains(&"--release") { "release" } else { "debug" };
        folder.join(&*HOST).join(profile)
    }
}
