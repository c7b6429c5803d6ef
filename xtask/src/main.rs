//! Everything CI does, each step by name.

mod checks;
mod command;
mod compilers;
mod fixtures;
mod hygiene;
mod kernels;
mod pictures;
mod tests;

/// The comparison that the tests of the command make, without a dependency on what is to be built.
#[path = "../../tests/support/bpftool.rs"]
#[allow(unreachable_pub, reason = "it is a module of a library as well")]
mod bpftool;

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
    /// No dependency asks for a newer compiler than the workspace promises.
    Msrv,
    /// The tests, as the README runs them: what this machine lacks is skipped, and each skip printed.
    Test,
    /// The tests, none of them skipped: as root, on the compiler that `ui-tests/RUSTC` names.
    KernelTests,
    /// libbpf-rs's maps beside checked handles: needs root, libelf, zlib and a C compiler.
    Libbpf,
    /// Rebuilds the prebuilt objects and BTF files from their sources.
    Fixtures {
        /// Writes nothing, and fails where a committed file differs from what its source gives.
        #[arg(long)]
        check: bool,
    },
    /// The tests with layouts chosen at random, where a nightly compiler is installed.
    RandomizedLayouts,
    /// The workspace compiles with the oldest dependencies it allows, where a nightly compiler is installed.
    MinimalVersions,
    /// Kernels other than the running one: their types, and tests on them.
    Kernels {
        #[command(subcommand)]
        action: kernels::Action,
    },
    /// Random structs, each laid out by clang and by rustc.
    Compilers {
        /// How many.
        #[arg(long, default_value_t = THOUSANDS)]
        structs: usize,
        /// Others than those of every day.
        #[arg(long)]
        seed: Option<u64>,
    },
    /// Draws the README's pictures from what the command says of a real map, as root.
    Pictures,
    /// What needs no network and no half hour, in this order.
    Ci,
}

/// Random structs that two processors compile in about a minute.
const THOUSANDS: usize = 2_000;

impl Step {
    const ALL: [Self; 11] = [
        Self::Fmt,
        Self::Clippy,
        Self::Docs,
        Self::Dependencies,
        Self::Msrv,
        Self::Test,
        Self::KernelTests,
        Self::Libbpf,
        Self::Fixtures { check: true },
        Self::Compilers { structs: THOUSANDS, seed: None },
        Self::RandomizedLayouts,
    ];

    const fn name(&self) -> &'static str {
        match self {
            Self::Fmt => "fmt",
            Self::Clippy => "clippy",
            Self::Docs => "docs",
            Self::Dependencies => "dependencies",
            Self::Msrv => "msrv",
            Self::Test => "test",
            Self::KernelTests => "kernel-tests",
            Self::Libbpf => "libbpf",
            Self::Fixtures { check: false } => "fixtures",
            Self::Fixtures { check: true } => "fixtures --check",
            Self::RandomizedLayouts => "randomized-layouts",
            Self::MinimalVersions => "minimal-versions",
            Self::Kernels { action } => action.name(),
            Self::Compilers { .. } => "compilers",
            Self::Pictures => "pictures",
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
            Self::Msrv => checks::msrv()?,
            Self::Test => tests::test()?,
            Self::KernelTests => tests::kernel_tests()?,
            Self::Libbpf => tests::libbpf()?,
            Self::Fixtures { check: false } => fixtures::rebuild()?,
            Self::Fixtures { check: true } => fixtures::check()?,
            Self::RandomizedLayouts => hygiene::randomized_layouts()?,
            Self::MinimalVersions => hygiene::minimal_versions()?,
            Self::Kernels { action } => action.run()?,
            Self::Compilers { structs, seed } => compilers::compilers(*structs, *seed)?,
            Self::Pictures => pictures::draw()?,
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
