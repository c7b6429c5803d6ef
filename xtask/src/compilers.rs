//! Random structs, in numbers that the tests of every day have no time for.

use anyhow::Result;

use crate::command::{cargo, run};

/// `structs` random structs against clang and rustc; a `seed` of one's own makes others.
pub(crate) fn compilers(structs: usize, seed: Option<u64>) -> Result<()> {
    let mut command = cargo(&["test", "-p", "mapkey-tests", "--test", "against_compilers"]);
    command.env("MAPKEY_STRUCTS", structs.to_string()).env("MAPKEY_REQUIRE_KERNEL", "1");
    if let Some(seed) = seed {
        command.env("MAPKEY_SEED", seed.to_string());
    }
    run(&mut command)
}
