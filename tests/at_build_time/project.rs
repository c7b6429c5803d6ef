//! A project in a temporary folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// This workspace.
pub(crate) fn workspace() -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    path.canonicalize().expect("the workspace")
}

/// A workspace that takes mapkey's crates from here instead of a registry.
pub(crate) struct Project {
    folder: PathBuf,
}

impl Project {
    /// An empty workspace; `patched` are other crates that it has in folders of their own.
    pub(crate) fn new(name: &str, members: &[&str], patched: &[&str]) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("at-build-time").join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder).expect("what an earlier run left can be removed");
        }
        let project = Self { folder };
        let mut manifest = format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n\n[patch.crates-io]\n");
        for name in ["mapkey-ebpf", "mapkey-runtime"] {
            manifest += &format!("{name} = {{ path = {:?} }}\n", workspace().join(name));
        }
        for name in patched {
            manifest += &format!("{name} = {{ path = {name:?} }}\n");
        }
        project.write("Cargo.toml", &manifest);
        project.copy(&workspace().join("Cargo.lock"), "Cargo.lock");
        project
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path(path);
        let folder = path.parent().expect("a file in a folder");
        fs::create_dir_all(folder).expect("a folder of the project");
        fs::write(path, content).expect("a file of the project");
    }

    pub(crate) fn copy(&self, from: &Path, to: &str) {
        self.write(to, fs::read(from).unwrap_or_else(|error| panic!("{}: {error}", from.display())));
    }

    /// Replaces all of `from`, which is there, in a file.
    pub(crate) fn replace(&self, path: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.path(path)).expect("text");
        assert!(text.contains(from), "{path} has {from}");
        self.write(path, text.replace(from, to));
    }

    /// `cargo build`; the error is what it says.
    pub(crate) fn build(&self) -> Result<(), String> {
        let target = self.folder.parent().expect("a folder").join("target");
        let output = Command::new("cargo")
            .args(["build", "--quiet", "--offline", "--target-dir"])
            .arg(target)
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .env_remove("RUSTFLAGS")
            .current_dir(&self.folder)
            .output()
            .expect("cargo runs the tests");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.success() { Ok(()) } else { Err(said) }
    }

    /// That the project builds.
    #[track_caller]
    pub(crate) fn assert_builds(&self) {
        self.build().unwrap_or_else(|said| panic!("{said}"));
    }

    /// That it does not, and what cargo says.
    #[track_caller]
    pub(crate) fn assert_fails(&self) -> String {
        self.build().expect_err("a side has drifted")
    }
}
