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
