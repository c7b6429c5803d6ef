//! A hash of a million entries in the hands of the command: time and peak memory of `mapkey explain` and `mapkey dump`,
//! beside `bpftool map dump` and a bare pass over the map in batches, which reads every byte and nothing else.
//!
//! ```text
//! cargo build --release -p mapkey-cli
//! cargo run --release -p mapkey-benches --bin million [-- [--runs N] [--assert]]
//! ```
//!
//! Each is a process of its own that writes to /dev/null; they take turns, and of each the best time and the most memory
//! count. It makes a map, and so needs root. With `--assert` an `explain` of more than twice the bare pass is a failure,
//! and so is a `dump` that takes longer than bpftool's.

use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use mapkey_benches::{BATCH, Outcome, flow_types, run_as};
use mapkey_runtime::map::{Access, Map, MapType};
use mapkey_tests::maps::{Bare, NewMap};

const ENTRIES: u32 = 1_000_000;

/// The most that `explain` may take, in bare passes.
const EXPLAIN_LIMIT: f64 = 2.0;

/// The most that `dump` may take, in dumps by bpftool.
const DUMP_LIMIT: f64 = 1.0;

/// A process that is measured.
struct Run {
    name: &'static str,
    command: PathBuf,
    arguments: Vec<String>,
    /// How it ends: an absent key is exit code 1.
    expected: i32,
    best: Duration,
    /// In KiB.
    peak: i64,
}

fn main() -> ExitCode {
    run_as("million", run)
}

fn run() -> Outcome<ExitCode> {
    let (mut runs, mut assert) = (5usize, false);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match &*argument {
            "--runs" => runs = arguments.next().ok_or("--runs needs a value")?.parse()?,
            "--assert" => assert = true,
            "--bare" => return bare(arguments.next().ok_or("--bare needs an id")?.parse()?),
            _ => return Err(format!("unknown argument {argument}; there are --runs N and --assert").into()),
        }
    }
    let map = filled()?;
    let own = std::env::current_exe()?;
    let mapkey = own.with_file_name("mapkey");
    if !mapkey.exists() {
        return Err(format!("no {}: `cargo build --release -p mapkey-cli` makes it", mapkey.display()).into());
    }
    let mut all = measured(&own, &mapkey, map.info().id);
    for _ in 0..runs.max(1) {
        all.iter_mut().try_for_each(Run::measure)?;
    }
    let bare = all[0].best.as_secs_f64();
    println!("{ENTRIES} entries of 16 and 8 bytes, best of {runs} runs each");
    println!("{:24} {:>9} {:>7} {:>9}", "", "ms", "ratio", "peak MiB");
    for Run { name, best, peak, .. } in &all {
        let (time, memory) = (best.as_secs_f64(), *peak as f64 / 1024.0);
        println!("{name:24} {:9.1} {:7.2} {memory:9.1}", time * 1e3, time / bare);
    }
    let mut is_within = true;
    for (ours, theirs, limit) in [(1, 0, EXPLAIN_LIMIT), (2, 4, DUMP_LIMIT), (3, 5, DUMP_LIMIT)] {
        let (ours, theirs) = (&all[ours], &all[theirs]);
        let ratio = ours.best.as_secs_f64() / theirs.best.as_secs_f64();
        println!("{} / {}: {ratio:.2}, at most {limit}", ours.name, theirs.name);
        is_within &= ratio <= limit;
    }
    Ok(if assert && !is_within { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn measured(own: &Path, mapkey: &Path, id: u32) -> Vec<Run> {
    let run = |name, command: &Path, arguments: &[&str], expected| {
        let arguments = arguments.iter().map(|&argument| argument.to_owned()).collect();
        Run { name, command: command.to_owned(), arguments, expected, best: Duration::MAX, peak: 0 }
    };
    let (plain, id) = (id.to_string(), format!("id:{id}"));
    let absent = ["saddr=10.0.0.1", "daddr=192.0.2.1", "sport=40000", "dport=443", "proto=6"];
    vec![
        run("bare batches", own, &["--bare", &plain], 0),
        run("mapkey explain", mapkey, &[&["explain", &id], &absent[..]].concat(), 1),
        run("mapkey dump", mapkey, &["dump", &id], 0),
        run("mapkey dump --json", mapkey, &["dump", &id, "--json"], 0),
        run("bpftool map dump", Path::new("bpftool"), &["map", "dump", "id", &plain], 0),
        run("bpftool -j map dump", Path::new("bpftool"), &["-j", "map", "dump", "id", &plain], 0),
    ]
}

impl Run {
    fn measure(&mut self) -> Outcome<()> {
        let start = Instant::now();
        let mut command = Command::new(&self.command);
        let child = command.args(&self.arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let child = child.map_err(|error| format!("{} does not start: {error}", self.name))?;
        let (status, peak) = wait(child.id())?;
        self.best = self.best.min(start.elapsed());
        self.peak = self.peak.max(peak);
        let is_expected = libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == self.expected;
        if is_expected { Ok(()) } else { Err(format!("{} ended with status {status:#x}", self.name).into()) }
    }
}

/// Waits for a child; its status, and the most memory that it had in KiB.
fn wait(child: u32) -> Outcome<(i32, i64)> {
    let mut status = 0;
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: both are places for what the call writes, and a `rusage` is numbers, of which zeros are some.
    let (waited, usage) = unsafe {
        let waited = libc::wait4(child.cast_signed(), &raw mut status, 0, usage.as_mut_ptr());
        (waited, usage.assume_init())
    };
    if waited < 0 { Err(std::io::Error::last_os_error().into()) } else { Ok((status, usage.ru_maxrss)) }
}

/// Flows of many hosts to some servers, none of which is asked for.
fn filled() -> Outcome<Map> {
    let types = flow_types();
    let map = NewMap::new(MapType::HASH, 16, 8, ENTRIES).named("million").typed(&types).create()?;
    // SAFETY: the map was made with these sizes.
    let bare = unsafe { Bare::new(map.as_fd(), 16, 8) };
    // Small batches: what this process has taken counts as its children's.
    for first in (0..ENTRIES).step_by(1_000) {
        let keys: Vec<u8> = (first..first + 1_000).flat_map(key).collect();
        bare.update_batch(&keys, &[1; 8 * 1_000])?;
    }
    Ok(Map::from_fd(map)?)
}

fn key(number: u32) -> [u8; 16] {
    let mixed = number.wrapping_mul(0x9e37_79b1);
    let [a, b, c, d] = mixed.to_be_bytes();
    let [_, e, f, g] = number.to_be_bytes();
    [172, 16 | (e & 15), f, g, 198, 51, 100, a & 7, b | 0x80, c ^ d, 0x01, 0xbb, 6, 0, 0, 0]
}

/// What a pass costs at least.
fn bare(id: u32) -> Outcome<ExitCode> {
    let map = Map::open_id(id, Access::ReadOnly)?;
    // SAFETY: the map was made with these sizes.
    let bare = unsafe { Bare::new(map.as_fd(), 16, 8) };
    let (mut sum, mut entries) = (0u64, 0);
    bare.batches(BATCH, |keys, _| {
        sum += keys.iter().map(|&byte| u64::from(byte)).sum::<u64>();
        entries += keys.len() / 16;
    })?;
    println!("{entries} {sum}");
    Ok(ExitCode::SUCCESS)
}
