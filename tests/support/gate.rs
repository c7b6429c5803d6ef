//! Tests that need the running kernel.

use std::env;
use std::error::Error;
use std::fs::File;
use std::io::{self, Read, Write};
use std::iter;
use std::process::{Command, Stdio};

use aya::programs::ProgramType;
use aya::sys::is_program_supported;

/// What a test needs of the running kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kernel {
    /// Its BTF, which everybody may read.
    Btf,
    /// To make maps, and to load and run programs: root, or `CAP_BPF` and `CAP_NET_ADMIN`.
    Programs,
}

impl Kernel {
    /// What is missing, and what would repair it.
    fn missing(self) -> Option<String> {
        match self {
            Self::Btf => {
                const VMLINUX: &str = "/sys/kernel/btf/vmlinux";
                let read = File::open(VMLINUX).and_then(|mut file| file.read_exact(&mut [0; 8]));
                read.err().map(|error| format!("no BTF of the kernel in {VMLINUX}: {error}"))
            }
            Self::Programs => match is_program_supported(ProgramType::Xdp) {
                Ok(true) => None,
                Ok(false) => Some("this kernel knows no XDP programs".to_owned()),
                Err(error) => {
                    Some(format!("this process may load no programs, run the tests as root: {}", with_causes(&error)))
                }
            },
        }
    }
}

fn with_causes(error: &dyn Error) -> String {
    let causes = iter::successors(error.source(), |&cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

/// Whether the kernel gives the test `test` what it needs; where it does not, the test returns.
///
/// The reason is printed past the test harness, which shows nothing of a test that passes.
///
/// # Panics
///
/// With the reason, where `MAPKEY_REQUIRE_KERNEL=1` is set: there a skipped test is a failed one.
#[must_use]
pub fn kernel_or_skip(test: &str, needs: Kernel) -> bool {
    go_or_skip(test, needs.missing())
}

/// Whether the program `name` is installed, which the test `test` compares with; as
/// [`kernel_or_skip`].
///
/// # Panics
///
/// As [`kernel_or_skip`].
#[must_use]
pub fn command_or_skip(test: &str, name: &str) -> bool {
    let runs = Command::new(name).arg("version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    go_or_skip(test, runs.err().map(|error| format!("`{name}` does not start, install it: {error}")))
}

/// Whether a skipped test is a failed one.
pub(crate) fn kernel_is_required() -> bool {
    env::var_os("MAPKEY_REQUIRE_KERNEL").is_some_and(|value| value == "1")
}

fn go_or_skip(test: &str, missing: Option<String>) -> bool {
    let Some(reason) = missing else { return true };
    assert!(!kernel_is_required(), "MAPKEY_REQUIRE_KERNEL=1 is set, and {test} cannot run: {reason}");
    // Where standard error is closed, nobody reads it.
    let _ = writeln!(io::stderr(), "skipped {test}: {reason}");
    false
}
