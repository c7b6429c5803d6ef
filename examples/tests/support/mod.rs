//! The examples, as a person runs them.
#![allow(dead_code, reason = "each test uses some of it")]

use std::path::PathBuf;
use std::process::Output;

use mapkey_tests::rights::command_as_nobody;

/// The example `name`, where cargo puts it before it starts these tests.
pub(crate) fn example(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("the test's own path");
    let target = test.parent().and_then(|deps| deps.parent()).expect("target/debug/deps");
    target.join("examples").join(name)
}

/// The example `name`, run by somebody without privileges.
pub(crate) fn without_privileges(name: &str) -> Output {
    command_as_nobody::<&str>(&example(name), &[]).output().expect("sh starts")
}

/// What an example printed that ended well.
pub(crate) fn printed(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{}: {text}{}", output.status, String::from_utf8_lossy(&output.stderr));
    text
}
