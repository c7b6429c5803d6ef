//! Each file in `cases/` has one fault, does not compile, and stands beside what the compiler says.
//!
//! The texts are rustc's as much as ours, so they are compared on the one compiler that the file
//! `RUSTC` names. On any other each case must still be refused, and a line says that the texts were
//! not compared; with `MAPKEY_REQUIRE_RUSTC=1`, as in CI, another compiler is a failure.
//!
//! `TRYBUILD=overwrite cargo test -p mapkey-ui-tests` writes the texts anew. Read them.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

/// Set for the process that builds the cases without their texts: the folder that they are in.
const COPIES: &str = "MAPKEY_UI_COPIES";

#[test]
fn cases_are_refused() {
    if let Some(copies) = env::var_os(COPIES) {
        return trybuild::TestCases::new().compile_fail(Path::new(&copies).join("**/*.rs"));
    }
    let wanted = include_str!("../RUSTC").trim();
    let found = rustc_version();
    let cases = Path::new("cases");
    if found == wanted {
        return trybuild::TestCases::new().compile_fail(cases.join("**/*.rs"));
    }
    assert!(
        env::var_os("MAPKEY_REQUIRE_RUSTC").is_none_or(|value| value != "1"),
        "the compiler is rustc {found}, and MAPKEY_REQUIRE_RUSTC asks for {wanted}",
    );
    let copies = copies_folder();
    let count = copy_cases(cases, &copies).expect("the cases can be copied");
    // trybuild takes a case without its text for a failure unless it may write the text, and it
    // learns that from the environment, which a process with threads cannot change for itself.
    let status = Command::new(env::current_exe().expect("the test knows its own file"))
        .args(["--exact", "cases_are_refused", "--nocapture"])
        .env(COPIES, &copies)
        .env("TRYBUILD", "overwrite")
        .status()
        .expect("the test can be started again");
    assert!(status.success(), "a case is not refused by rustc {found}");
    println!("the texts of {count} cases were not compared: rustc {found}, and they are those of {wanted}");
}

/// The version of the compiler that builds the cases: `1.95.0`.
fn rustc_version() -> String {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output().expect("rustc runs");
    let text = String::from_utf8(output.stdout).expect("rustc prints UTF-8");
    let version = text.split_whitespace().nth(1).expect("`rustc --version` prints `rustc` and the version");
    version.to_owned()
}

/// An empty folder that cargo gives to this test.
fn copies_folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cases");
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("the copies of an earlier run can be removed");
    }
    folder
}

/// Copies the cases without their texts, and returns how many they are.
fn copy_cases(from: &Path, to: &Path) -> io::Result<usize> {
    fs::create_dir_all(to)?;
    let mut count = 0;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let copy = to.join(path.file_name().expect("an entry has a name"));
        if path.is_dir() {
            count += copy_cases(&path, &copy)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            fs::copy(&path, copy)?;
            count += 1;
        }
    }
    Ok(count)
}
