//! The project in `notes/`, a program and a shared library with keys, built in one way or another.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// The program.
pub const PROGRAM: &str = "mapkey-notes-app";

/// The keys of the crates that the program depends on.
pub const KEYS: [&str; 7] = [
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
pub struct Build {
    /// What messages and its folder are called.
    pub name: &'static str,
    /// Arguments of cargo.
    pub cargo: &'static [&'static str],
    /// Arguments of rustc.
    pub rustc: &'static str,
}

impl Build {
    /// Builds a package of the project below the folder `temporary`, and returns the folder of what came out.
    ///
    /// # Panics
    ///
    /// With what cargo says if it does not build.
    #[must_use]
    pub fn run(&self, package: &str, temporary: &str) -> PathBuf {
        // Each has a folder of its own, for tests build and read side by side; what is compiled for one serves all, where
        // cargo has `build.build-dir`, since 1.91.
        let shared = Path::new(temporary).join("notes");
        let folder = shared.join(self.name);
        let output = Command::new("cargo")
            .args(["build", "--quiet", "--offline", "--package", package, "--target", &HOST, "--target-dir"])
            .arg(&folder)
            .args(self.cargo)
            .args(["--config", &format!("build.build-dir='{}'", shared.display())])
            .env("RUSTFLAGS", self.rustc)
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
            .output()
            .expect("cargo runs the tests");
        assert!(output.status.success(), "{}: {}", self.name, String::from_utf8_lossy(&output.stderr));
        let profile = if self.cargo.contains(&"--release") { "release" } else { "debug" };
        folder.join(&*HOST).join(profile)
    }
}
