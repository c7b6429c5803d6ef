//! What a typed handle costs, against the bare system calls: a lookup, opening, and iterating over a million entries.
//!
//! ```text
//! cargo run --release -p mapkey-benches --bin map-floor [-- [--runs N] [--assert]]
//! ```
//!
//! Both sides of a ratio run in turn within one process, on one map, so that they see the same machine; each number is a
//! median with its quartiles. It makes maps, and so needs root. With `--assert` a ratio beyond its limit is a failure.

use std::fmt;
use std::hint::black_box;
use std::os::fd::AsFd;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use mapkey_benches::{BATCH, Outcome, Spread, flow_types, run_as};
use mapkey_runtime::map::MapType;
use mapkey_runtime::prelude::*;
use mapkey_tests::maps::{Bare, NewMap};

/// Lookups in one measurement: so few that most measurements are not interrupted by other work of the machine.
const LOOKUPS: u32 = 500;

/// Entries that are iterated over.
const ENTRIES: u32 = 1_000_000;

/// The most that typed access may cost, in bare calls.
const LOOKUP_LIMIT: f64 = 1.02;
const ITERATION_LIMIT: f64 = 1.10;

/// The most that opening may take.
const OPEN_LIMIT: Duration = Duration::from_millis(1);

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct FlowKey {
    saddr: Be<u32>,
    daddr: Be<u32>,
    sport: Be<u16>,
    dport: Be<u16>,
    proto: u8,
    _pad: Padding<3>,
}

fn key(number: u32) -> FlowKey {
    FlowKey::new(Be::new(number), Be::new(7), Be::new(443), Be::new(1024), 6)
}

fn main() -> ExitCode {
    run_as("map-floor", run)
}

fn run() -> Outcome<ExitCode> {
    let (mut runs, mut assert) = (51usize, false);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match &*argument {
            "--runs" => runs = arguments.next().ok_or("--runs needs a value")?.parse()?,
            "--assert" => assert = true,
            _ => return Err(format!("unknown argument {argument}; there are --runs N and --assert").into()),
        }
    }
    if runs == 0 {
        return Err("--runs must be 1 or more".into());
    }
    let is_within = [lookups(runs * 100)?, opening(runs)?, iteration(runs.div_ceil(4))?];
    Ok(if assert && is_within != [true; 3] { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// A map with this many entries.
fn filled(count: u32) -> Outcome<CheckedMap<FlowKey, u64>> {
    let map = NewMap::new(MapType::HASH, 16, 8, count).typed(&flow_types()).create()?;
    let numbers: Vec<u32> = (0..count).collect();
    for numbers in numbers.chunks(10_000) {
        let keys: Vec<u8> = numbers.iter().flat_map(|&number| key(number).as_bytes().to_vec()).collect();
        let values: Vec<u8> = numbers.iter().flat_map(|&number| u64::from(number).to_ne_bytes()).collect();
        // SAFETY: the map was made with these sizes.
        unsafe { Bare::new(map.as_fd(), 16, 8) }.update_batch(&keys, &values)?;
    }
    Ok(CheckedMap::from_fd(map)?)
}

fn lookups(runs: usize) -> Outcome<bool> {
    let map = filled(1_000)?;
    // SAFETY: the map was made with these sizes.
    let bare = unsafe { Bare::new(map.as_fd(), 16, 8) };
    let keys: Vec<FlowKey> = (0..1_000).map(key).collect();
    let all = || keys.iter().cycle().take(LOOKUPS as usize);
    let (floor, typed) = in_turn(
        runs,
        || {
            let mut sum = 0;
            for key in all() {
                let mut value = [0; 8];
                bare.lookup(black_box(key).as_bytes(), &mut value)?;
                sum += u64::from_ne_bytes(value);
            }
            Ok(sum)
        },
        || {
            let mut sum = 0;
            for key in all() {
                sum += map.get(black_box(key))?.unwrap_or_default();
            }
            Ok(sum)
        },
    )?;
    println!("lookup, ns: bare {}, typed {}", per(&floor, LOOKUPS), per(&typed, LOOKUPS));
    Ok(within("typed/bare", typed.median / floor.median, LOOKUP_LIMIT))
}

fn opening(runs: usize) -> Outcome<bool> {
    let map = NewMap::new(MapType::HASH, 16, 8, 16).typed(&flow_types()).create()?;
    let mut took = Vec::new();
    for _ in 0..runs * 10 {
        let start = Instant::now();
        black_box(CheckedMap::<FlowKey, u64>::from_fd(&map)?);
        took.push(start.elapsed());
    }
    let took = Spread::of(took);
    println!("opening with small BTF, ns: {}", per(&took, 1));
    Ok(within("opening/limit", took.median / OPEN_LIMIT.as_secs_f64(), 1.0))
}

fn iteration(runs: usize) -> Outcome<bool> {
    let map = filled(ENTRIES)?;
    // SAFETY: the map was made with these sizes.
    let bare = unsafe { Bare::new(map.as_fd(), 16, 8) };
    let (floor, typed) = in_turn(
        runs,
        || {
            let mut count = 0;
            bare.batches(BATCH, |keys, _| count += keys.len() as u64 / 16)?;
            Ok(count)
        },
        || {
            let mut count = 0;
            for element in &map {
                let (key, value) = element?;
                black_box((key.saddr, value));
                count += 1;
            }
            Ok(count)
        },
    )?;
    println!("a million entries in batches, ns each: bare {}, typed {}", per(&floor, ENTRIES), per(&typed, ENTRIES));
    Ok(within("typed/bare", typed.median / floor.median, ITERATION_LIMIT))
}

fn within(what: &str, ratio: f64, limit: f64) -> bool {
    println!("{what} {ratio:.3}, limit {limit}");
    ratio <= limit
}

/// Both in turn; what they give must be the same.
fn in_turn(
    runs: usize,
    floor: impl Fn() -> Outcome<u64>,
    ours: impl Fn() -> Outcome<u64>,
) -> Outcome<(Spread, Spread)> {
    let (mut floors, mut others) = (Vec::new(), Vec::new());
    for round in 0..=runs {
        let measured = |work: &dyn Fn() -> Outcome<u64>, times: &mut Vec<Duration>| -> Outcome<u64> {
            let start = Instant::now();
            let result = black_box(work()?);
            // The first round warms caches and is not counted.
            if round > 0 {
                times.push(start.elapsed());
            }
            Ok(result)
        };
        // Who goes first changes, so that neither profits from the other's warmth.
        let results = if round % 2 == 0 {
            (measured(&floor, &mut floors)?, measured(&ours, &mut others)?)
        } else {
            let second = measured(&ours, &mut others)?;
            (measured(&floor, &mut floors)?, second)
        };
        if results.0 != results.1 {
            return Err(format!("the two sides found {} and {}", results.0, results.1).into());
        }
    }
    Ok((Spread::of(floors), Spread::of(others)))
}

/// For each of `count`, in nanoseconds.
fn per(spread: &Spread, count: u32) -> impl fmt::Display {
    let each = |seconds: f64| seconds * 1e9 / f64::from(count);
    format!("{:.1} ({:.1}-{:.1})", each(spread.median), each(spread.low), each(spread.high))
}
