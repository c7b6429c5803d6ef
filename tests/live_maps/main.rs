//! Real maps, made with the BTF of their keys: what opens, what is refused, and what each error says.
//!
//! The tests run in a harness of their own, which compares what this process holds before and after all of them. What
//! an older kernel lacks is found by trying, and printed.

#![allow(clippy::unwrap_used, reason = "clippy knows tests by `#[test]`, which this harness has not")]

mod allocations;
mod arrays;
mod by_object;
mod descriptors;
mod errnos;
mod hashes;
mod keyless;
mod keys;
mod layouts;
mod leaks;
mod loaders;
mod maps_in_maps;
mod names;
mod owners;
mod per_cpu;
mod pins;
mod rights;
mod special;
mod tries;
mod walks;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial, run};
use mapkey_tests::leaks::Held;
use mapkey_tests::{Kernel, kernel_or_skip};

/// The tests of a file, each under its name.
macro_rules! tests {
    ($($test:ident)*) => {
        pub(crate) fn tests() -> Vec<libtest_mimic::Trial> {
            vec![$(libtest_mimic::Trial::test(concat!(module_path!(), "::", stringify!($test)), || {
                $test();
                Ok(())
            })),*]
        }
    };
}
pub(crate) use tests;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let can_run = arguments.list || kernel_or_skip("live_maps", Kernel::Programs);
    let trials = [
        allocations::tests(),
        arrays::tests(),
        by_object::tests(),
        descriptors::tests(),
        errnos::tests(),
        hashes::tests(),
        keyless::tests(),
        layouts::tests(),
        leaks::tests(),
        loaders::tests(),
        maps_in_maps::tests(),
        names::tests(),
        owners::tests(),
        per_cpu::tests(),
        pins::tests(),
        rights::tests(),
        special::tests(),
        tries::tests(),
        walks::tests(),
    ];
    let trials: Vec<Trial> = trials.into_iter().flatten().map(|trial| trial.with_ignored_flag(!can_run)).collect();

    let before = Held::now();
    let conclusion = run(&arguments, trials);
    let left = Held::since(&before);
    if arguments.list {
        return ExitCode::SUCCESS;
    }
    println!("left behind: {left}");
    if left.is_empty() { conclusion.exit_code() } else { ExitCode::FAILURE }
}
