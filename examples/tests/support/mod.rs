//! The examples, as a person runs them.
#![allow(dead_code, reason = "each test uses some of it")]

use std::path::PathBuf;
use std::process::{Command, Output};

/// The example `name`, where cargo puts it before it starts these tests.
pub(crate) fn example(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("the test's own path");
    let target = test.parent().and_then(|deps| deps.parent()).expect("target/debug/deps");
    target.join("examples").join(name)
}

/// The example `name`, run by somebody without privileges.
pub(crate) fn without_privileges(name: &str) -> Output {
    // The target folder may lie where only root can go: the shell opens the file before it steps down.
    let become_nobody = "exec setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all /proc/self/fd/9";
    let command = format!("exec 9<\"$0\"; {become_nobody}");
    Command::new("sh").args(["-c", &command]).arg(example(name)).output().expect("sh starts")
}

/// What an example printed that ended well.
pub(crate) fn printed(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{}: {text}{}", output.status, String::from_utf8_lossy(&output.stderr));
    text
}
