//! What reading the kernel's BTF costs, against the floor: a bare walk over the same records.
//!
//! ```text
//! cargo run --release -p mapkey-benches --bin btf-floor [-- [--runs N] [--btf FILE] [--assert]]
//! ```
//!
//! Each run is a fresh process that maps the file (private, read-only), because a validation at a program's start pays
//! for page tables and cold caches too. The modes alternate, so that both see the same machine. The time within the
//! process goes from before the file is opened to after the work; that of the whole process adds starting and ending it.
//! With `--assert` a ratio above 1.5 within the process is a failure.
//!
//! There are two floors. `floor` is the walk as one writes it down. `tuned` knows that nearly half of a kernel's records
//! are functions, as the reader does, and shows how much of the reader's time is not the walk's.

use std::fs::File;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};
use std::{env, hint};

use mapkey_benches::{Outcome, Spread, run_as};
use mapkey_layout::btf::Btf;

/// The most that all members of [`STRUCTS`] may cost, in floors.
const LIMIT: f64 = 1.5;

const STRUCTS: [&str; 5] = ["sock_common", "bpf_sock_tuple", "sk_buff", "task_struct", "net_device"];

#[derive(Clone, Copy)]
enum Mode {
    /// The walk and nothing else.
    Floor,
    /// The same, as fast as we know how to.
    Tuned,
    /// The walk and the table of offsets.
    Index,
    /// The walk, the five structs by name, and everything that they contain by value.
    Load,
}

impl Mode {
    const ALL: [Self; 4] = [Self::Floor, Self::Tuned, Self::Index, Self::Load];

    fn name(self) -> &'static str {
        match self {
            Self::Floor => "floor",
            Self::Tuned => "tuned",
            Self::Index => "index",
            Self::Load => "load",
        }
    }
}

fn main() -> ExitCode {
    run_as("btf-floor", run)
}

fn run() -> Outcome<ExitCode> {
    let (mut runs, mut file, mut assert, mut mode) = (201, "/sys/kernel/btf/vmlinux".to_owned(), false, None);
    let mut arguments = env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value"));
        match &*argument {
            "--runs" => runs = value()?.parse()?,
            "--btf" => file = value()?,
            "--assert" => assert = true,
            "--child" => {
                let name = value()?;
                mode = Mode::ALL.into_iter().find(|mode| mode.name() == name);
            }
            _ => return Err(format!("unknown argument {argument}; there are --runs N, --btf FILE and --assert").into()),
        }
    }
    if let Some(mode) = mode {
        child(mode, &file)?;
        return Ok(ExitCode::SUCCESS);
    }
    if runs == 0 {
        return Err("--runs must be 1 or more".into());
    }
    let ratio = measure(runs, &file)?;
    Ok(if assert && ratio > LIMIT { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

const NO_BTF: &str = "this is no raw BTF in this machine's byte order";

/// One run in a process of its own: prints nanoseconds and what was found.
fn child(mode: Mode, file: &str) -> Outcome<()> {
    let start = Instant::now();
    let file = File::open(file)?;
    // A file of sysfs says that it is as long as its content. Nobody can change the kernel's.
    // SAFETY: the file is mapped privately and read-only, and the kernel's BTF never changes; whoever gives another file
    // to this benchmark leaves it alone while it runs.
    let data = unsafe { memmap2::MmapOptions::new().map_copy_read_only(&file)? };
    let found = match mode {
        Mode::Floor => bare_walk(&data, plain_len).ok_or(NO_BTF)?,
        Mode::Tuned => bare_walk(&data, tuned_len).ok_or(NO_BTF)?,
        Mode::Index => Btf::parse(&data)?.index(&[])?.type_count() as usize,
        Mode::Load => {
            let index = Btf::parse(&data)?.index(&STRUCTS)?;
            let ids: Vec<u32> = STRUCTS.iter().flat_map(|name| index.candidates(name).ids).collect();
            let (types, uses) = index.load(&ids)?;
            let found = uses.iter().map(|ty| types.members(ty.index).len()).sum();
            hint::black_box(&types);
            found
        }
    };
    let took = start.elapsed();
    println!("{} {found}", took.as_nanos());
    Ok(())
}

/// The least that a walk can do: every record's length, checked against the end, and nothing with it. Gives the number
/// of records.
#[inline(always)]
fn bare_walk(data: &[u8], len: impl Fn(u32) -> Option<usize>) -> Option<usize> {
    let field = |at: usize| Some(u32::from_ne_bytes(*data.get(at..)?.first_chunk()?) as usize);
    if !data.starts_with(&0xeb9f_u16.to_ne_bytes()) {
        return None;
    }
    let start = field(4)? + field(8)?;
    let types = data.get(start..)?.get(..field(12)?)?;
    let (mut at, mut count) = (0, 0);
    while at < types.len() {
        at += len(u32::from_ne_bytes(*types.get(at + 4..)?.first_chunk()?))?;
        count += 1;
    }
    (at == types.len()).then_some(hint::black_box(count))
}

#[inline(always)]
fn plain_len(info: u32) -> Option<usize> {
    let elements = (info & 0x00ff_ffff) as usize;
    Some(match info >> 24 & 0x7f {
        2 | 7..=12 | 16 | 18 => 12,
        1 | 14 | 17 => 16,
        3 => 24,
        4 | 5 | 15 | 19 => 12 + 12 * elements,
        6 | 13 => 12 + 8 * elements,
        _ => return None,
    })
}

/// Lengths by kind: the record's, and an element's.
static LENGTHS: [(u16, u16); 128] = {
    let mut lengths = [(0, 0); 128];
    let mut kind = 1;
    while kind <= 19 {
        lengths[kind] = match kind {
            1 | 14 | 17 => (16, 0),
            3 => (24, 0),
            4 | 5 | 15 | 19 => (12, 12),
            6 | 13 => (12, 8),
            _ => (12, 0),
        };
        kind += 1;
    }
    lengths
};

#[inline(always)]
fn tuned_len(info: u32) -> Option<usize> {
    const FUNC: u32 = 12;
    let kind = info >> 24 & 0x7f;
    if kind == FUNC {
        return Some(12);
    }
    let (record, element) = LENGTHS[kind as usize];
    (record != 0).then_some(usize::from(record) + usize::from(element) * (info & 0x00ff_ffff) as usize)
}

/// Runs all modes in turn and prints their medians. Gives the ratio of loading to the floor.
fn measure(runs: usize, file: &str) -> Outcome<f64> {
    let mut inside = [const { Vec::new() }; Mode::ALL.len()];
    let mut whole = [const { Vec::new() }; Mode::ALL.len()];
    let mut found = [const { String::new() }; Mode::ALL.len()];
    // The first round warms the page cache and is not counted.
    for round in 0..=runs {
        for (index, mode) in Mode::ALL.into_iter().enumerate() {
            let start = Instant::now();
            let output = Command::new(env::current_exe()?).args(["--btf", file, "--child", mode.name()]).output()?;
            let took = start.elapsed();
            if !output.status.success() {
                return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned().into());
            }
            let line = String::from_utf8(output.stdout)?;
            let (nanoseconds, number) = line.trim().split_once(' ').ok_or("a child said nothing")?;
            if round > 0 {
                inside[index].push(Duration::from_nanos(nanoseconds.parse()?));
                whole[index].push(took);
            }
            found[index] = number.to_owned();
        }
    }
    println!("{file}, medians of {runs} alternating runs, each in a fresh process");
    println!("{:12} {:>22} {:>22}", "", "from open to done", "whole process");
    let (inside, whole) = (inside.map(Spread::of), whole.map(Spread::of));
    for (index, mode) in Mode::ALL.into_iter().enumerate() {
        let what = if matches!(mode, Mode::Load) { "members of the five structs" } else { "records" };
        println!(
            "{:12} {:>22} {:>22}   {} {what}",
            mode.name(),
            shown(&inside[index]),
            shown(&whole[index]),
            found[index]
        );
    }
    let ratio = |of: &[Spread], mode: Mode, floor: Mode| of[mode as usize].median / of[floor as usize].median;
    for (mode, floor) in [(Mode::Index, Mode::Floor), (Mode::Load, Mode::Floor), (Mode::Load, Mode::Tuned)] {
        let name = format!("{}/{}", mode.name(), floor.name());
        println!("{name:12} {:>22.2} {:>22.2}", ratio(&inside, mode, floor), ratio(&whole, mode, floor));
    }
    Ok(ratio(&inside, Mode::Load, Mode::Floor))
}

/// In milliseconds.
fn shown(spread: &Spread) -> String {
    let [low, median, high] = [spread.low, spread.median, spread.high].map(|seconds| seconds * 1e3);
    format!("{median:.3} ms ({low:.2}-{high:.2})")
}
