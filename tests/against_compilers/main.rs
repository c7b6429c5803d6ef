//! Random structs in C and the keys that mirror them in Rust, laid out by two compilers that know nothing
//! of each other: every verdict is *match*, and one change of the C side is found and named.
//!
//! `MAPKEY_STRUCTS` says how many structs, `MAPKEY_SEED` picks others.

mod batch;
mod c;
mod cases;
mod compilers;
mod expect;
mod layout;
mod model;
mod mutate;
mod parts;
mod rust;

use std::collections::BTreeMap;
use std::env;
use std::fmt::Write as _;
use std::io::{self, Write as _};

use batch::{Cases, check};
use mapkey_tests::command_or_skip;
use mutate::Mutation;

/// What is enough to meet each kind of type and of change several times.
const STRUCTS: usize = 300;

/// What rustc compiles at once: more takes more memory, fewer the start of each program.
const BATCH: usize = 500;

const SEED: u64 = 2_026;

fn number(variable: &str, default: u64) -> u64 {
    let Some(value) = env::var_os(variable) else { return default };
    let parsed = value.to_str().and_then(|text| text.parse().ok());
    parsed.unwrap_or_else(|| panic!("{variable} is {}, and must be a number", value.display()))
}

#[test]
fn random_structs_match_and_every_change_is_named() {
    if !command_or_skip("random_structs_match_and_every_change_is_named", "clang") {
        return;
    }
    let structs = usize::try_from(number("MAPKEY_STRUCTS", STRUCTS as u64)).expect("a number of structs");
    let seed = number("MAPKEY_SEED", SEED);
    let (mut mutations, mut unchanged) = (BTreeMap::<Mutation, usize>::new(), 0);
    let mut faults = Vec::new();
    for (batch, start) in (seed..).zip((0..structs).step_by(BATCH)) {
        let mut cases = Cases::new(batch, BATCH.min(structs - start));
        let checked: Vec<_> = cases.cases().collect();
        for case in &checked {
            match &case.changed {
                Some(changed) => *mutations.entry(changed.mutation).or_default() += 1,
                None => unchanged += 1,
            }
        }
        let found = check("against-compilers", &checked);
        if let (Some((index, _)), true) = (found.first(), faults.is_empty()) {
            // The smallest struct with a fault says more than the first.
            let (case, fault) = cases.shrink(*index);
            faults.push(format!("shrunk, from struct {index} of seed {batch}:\n{}{fault}", case.text()));
        }
        for (index, fault) in found {
            faults.push(format!("struct {index} of MAPKEY_SEED={batch}:\n{}{fault}", checked[index].text()));
        }
    }
    let mut summary = format!("{structs} structs from seed {seed}, {unchanged} of them without a change; changes:");
    for (mutation, count) in &mutations {
        let _ = write!(summary, " {mutation:?} {count}");
    }
    let _ = writeln!(io::stderr(), "{summary}; {} disagreements", faults.len());
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
    assert!(unchanged * 20 <= structs, "{unchanged} of {structs} structs have no change that a report could name");
}
