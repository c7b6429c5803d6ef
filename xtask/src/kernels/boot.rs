//! Tests on kernels other than the running one: built static, put into an initramfs and run under qemu.
//!
//! The machine emulates its processors (tcg), so that this needs no rights and no nested virtualisation.

mod initramfs;
mod machine;
mod outcome;
mod tests;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use clap::Args;

use super::{SUITES, Suite, clear, vmlinuz};
use crate::command::target;
use machine::{Ended, Machine};
use outcome::Outcome;
use tests::Binary;

/// What CI runs on each kernel, `PACKAGE:TEST`.
///
/// A test binary fits here if it reads no file of this workspace when it runs and starts no program
/// but itself and busybox's.
const TESTS: &[&str] = &["mapkey-tests:same_instructions", "mapkey-tests:live_maps"];

/// How many of the kernel's last messages are shown where its tests did not come to their end.
const SHOWN: usize = 30;

/// Which kernels, and which tests.
#[derive(Args)]
pub(crate) struct Options {
    /// The kernels, as `6.1`; all of them without any.
    kernels: Vec<String>,
    /// A test to run in place of those that CI runs, as `mapkey-tests:same_instructions`; can be repeated.
    #[arg(long = "test", value_name = "PACKAGE:TEST")]
    tests: Vec<String>,
    /// How long a kernel may take from its start to its end; an emulated machine boots in some ten.
    #[arg(long, default_value_t = 600)]
    seconds: u64,
    /// For each test binary: a filter, `--nocapture`.
    #[arg(last = true)]
    arguments: Vec<String>,
}

pub(super) fn boot(options: &Options) -> Result<()> {
    let suites = suites(&options.kernels)?;
    let tools = machine::Tools::find()?;
    let kernels = suites.iter().map(|suite| vmlinuz::get(suite)).collect::<Result<Vec<_>>>()?;

    let named: Vec<&str> = options.tests.iter().map(String::as_str).collect();
    let start = Instant::now();
    let binaries = tests::build(if named.is_empty() { TESTS } else { &named })?;
    println!("tests built in {:.0} s", start.elapsed().as_secs_f64());

    let scratch = target().join("kernels");
    clear(&scratch)?;
    fs::create_dir_all(&scratch)?;
    let initramfs = initramfs::make(&tools, &binaries, &options.arguments, &scratch)?;

    let mut results = Vec::new();
    for (release, image) in kernels {
        let log = scratch.join(format!("{release}.log"));
        let machine = Machine { qemu: &tools.qemu, image: &image, initramfs: &initramfs, log: &log };
        results.push(Kernel::run(release, &machine, &binaries, options)?);
    }
    results.iter().for_each(Kernel::print);
    let failed: Vec<_> =
        results.iter().filter(|kernel| !kernel.faults.is_empty()).map(|kernel| &*kernel.release).collect();
    ensure!(failed.is_empty(), "tests failed or did not end on {}", failed.join(", "));
    Ok(())
}

/// How the tests went on one kernel.
struct Kernel {
    release: String,
    outcome: Outcome,
    faults: Vec<String>,
    seconds: f64,
}

impl Kernel {
    fn run(release: String, machine: &Machine<'_>, binaries: &[Binary], options: &Options) -> Result<Self> {
        println!("booting {release}");
        let start = Instant::now();
        let mut outcome = Outcome::default();
        let ended = machine.run(Duration::from_secs(options.seconds), |line| {
            if outcome.read(line) {
                println!("{release} | {line}");
            }
        })?;
        let mut faults = outcome.faults(&release, binaries, options.arguments.is_empty());
        if ended == Ended::Killed {
            faults.insert(0, format!("it was still running after {} s", options.seconds));
        }
        if !outcome.is_done() {
            show_end(&release, machine.log)?;
        }
        Ok(Self { release, outcome, faults, seconds: start.elapsed().as_secs_f64() })
    }

    fn print(&self) {
        let Self { release, outcome, faults, seconds } = self;
        println!("{release}: {outcome}, in {seconds:.0} s");
        outcome.lacking().for_each(|line| println!("  lacking: {}", line.trim_start_matches(": ")));
        faults.iter().for_each(|fault| println!("  fault: {fault}"));
    }
}

fn suites(wanted: &[String]) -> Result<Vec<&'static Suite>> {
    let there = SUITES.map(|suite| suite.series).join(", ");
    if wanted.is_empty() {
        return Ok(SUITES.iter().collect());
    }
    let find = |wanted: &String| {
        let suite = SUITES.iter().find(|suite| suite.series == wanted);
        suite.with_context(|| format!("no kernel `{wanted}` to boot, but {there}"))
    };
    wanted.iter().map(find).collect()
}

fn show_end(release: &str, log: &Path) -> Result<()> {
    let messages = fs::read(log).with_context(|| format!("cannot read {}", log.display()))?;
    let messages = String::from_utf8_lossy(&messages);
    let lines: Vec<&str> = messages.lines().collect();
    println!("{release}: what the kernel said last, all of it in {}", log.display());
    lines[lines.len().saturating_sub(SHOWN)..].iter().for_each(|line| println!("{release} kernel | {line}"));
    Ok(())
}
