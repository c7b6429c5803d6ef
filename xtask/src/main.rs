//! Everything CI does, each step by name.

mod checks;
mod command;
mod fixtures;
mod tests;

use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use clap::Parser;

/// Everything CI does, each step by name.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
enum Step {
    /// Source is formatted.
    Fmt,
    /// No lint speaks up, with each set of features.
    Clippy,
    /// The documentation builds without a warning, private items too.
    Docs,
    /// A key crate pulls in bytemuck, the layout core and the derive, and nothing else.
    Dependencies,
    /// The tests, as the README runs them: what this machine lacks is skipped, and each skip printed.
    Test,
    /// The tests, none of them skipped: as root, on the compiler that `ui-tests/RUSTC` names.
    KernelTests,
    /// Rebuilds the prebuilt objects and BTF files from their sources.
    Fixtures {
        /// Writes nothing, and fails where a committed file differs from what its source gives.
        #[arg(long)]
        check: bool,
    },
    /// All of these in this order.
    Ci,
}

impl Step {
    const ALL: [Self; 7] = [
        Self::Fmt,
        Self::Clippy,
        Self::Docs,
        Self::Dependencies,
        Self::Test,
        Self::KernelTests,
        Self::Fixtures { check: true },
    ];

    const fn name(&self) -> &'static str {
        match self {
            Self::Fmt => "fmt",
            Self::Clippy => "clippy",
            Self::Docs => "docs",
            Self::Dependencies => "dependencies",
            Self::Test => "test",
            Self::KernelTests => "kernel-tests",
            Self::Fixtures { check: false } => "fixtures",
            Self::Fixtures { check: true } => "fixtures --check",
            Self::Ci => "ci",
        }
    }

    fn run(&self) -> Result<()> {
        let start = Instant::now();
        println!("== {}", self.name());
        match self {
            Self::Fmt => checks::fmt()?,
            Self::Clippy => checks::clippy()?,
            Self::Docs => checks::docs()?,
            Self::Dependencies => checks::dependencies()?,
            Self::Test => tests::test()?,
            Self::KernelTests => tests::kernel_tests()?,
            Self::Fixtures { check: false } => fixtures::rebuild()?,
            Self::Fixtures { check: true } => fixtures::check()?,
            Self::Ci => Self::ALL.iter().try_for_each(Self::run)?,
        }
        println!("== {}: ok, {:.1} s", self.name(), start.elapsed().as_secs_f64());
        Ok(())
    }
}

fn main() -> ExitCode {
    match Step::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
