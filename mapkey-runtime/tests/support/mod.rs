//! Root file systems for tests, with a kernel's files.

use std::fs;

pub(crate) const RELEASE: &str = "6.1.0-test";

/// The file with a few types of the kernel that the examples have.
#[allow(dead_code, reason = "not every test reads types")]
pub(crate) const KERNEL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/data/kernel.btf");

/// A root file system with these files.
pub(crate) fn root(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let root = tempfile::tempdir().expect("a folder for the test");
    for (path, content) in files {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a new folder");
        fs::write(path, content).expect("a new file");
    }
    root
}
