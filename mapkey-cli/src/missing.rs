//! `mapkey missing`: a map held against a list of keys.

mod expected;

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use mapkey_runtime::dump::{Dump, View};
use mapkey_runtime::explain::KeyShape;
use mapkey_runtime::map::{Access, Map, MapRef};
use mapkey_runtime::missing::{Comparison, MOST_EXPLAINED, MissingKey, compare};
use serde_json::Value;

use crate::key_from::KeyFrom;
use crate::{Failure, Outcome};

/// Say which expected keys a map lacks, and which of its keys nobody expected
#[derive(Args)]
#[command(after_help = "The file has one key a line, as JSON objects or as CSV:
  {\"saddr\": \"192.0.2.1\", \"dport\": 443}     fields; what is left out is zero
  {\"hex\": \"c000020101bb0000\"}              the bytes
  what `mapkey dump --json` prints
  saddr,dport                              CSV: the fields' names in the first line
  192.0.2.1,443

The exit code is 1 if a key is missing or was not expected.")]
pub(crate) struct Arguments {
    /// `id:17`, `name:flows`, or the path of a pin
    #[arg(value_name = "MAP")]
    map: MapRef,
    /// The keys that should be there; `-` for standard input
    #[arg(long, value_name = "FILE")]
    expect: PathBuf,
    /// Take the keys' fields from a key that derives `MapKey` in this binary, and not from the map's BTF
    #[arg(long, value_name = "BINARY:KEY")]
    key_from: Option<KeyFrom>,
    /// One JSON object: `expected`, `present`, `missing`, `unexpected`
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments, out: &mut impl Write) -> Result<Outcome, Failure> {
    let map = Map::open(&arguments.map, Access::ReadOnly)?;
    let shape = match &arguments.key_from {
        Some(key) => key.shape(&map)?,
        None => Dump::new(&map).key().clone(),
    };
    let expected = expected::read(&arguments.expect, &shape)?;
    let found = compare(&map, &shape, &expected)?;
    if arguments.json {
        writeln!(out, "{}", object(&map, &found)?)?;
    } else {
        print(&map, &shape, &found, out)?;
    }
    Ok(if found.missing.is_empty() && found.unexpected.is_empty() { Outcome::Well } else { Outcome::Finding })
}

fn print(map: &Map, shape: &KeyShape, found: &Comparison, out: &mut impl Write) -> Result<(), Failure> {
    let Comparison { expected, present, missing, unexpected, restarts, .. } = found;
    writeln!(out, "{}: {present} of {expected} expected keys are there", map.info())?;
    if *restarts > 0 {
        writeln!(out, "  the map changed meanwhile, and the walk began again {restarts} times")?;
    }
    for MissingKey { key, near, .. } in missing {
        writeln!(out, "\nmissing\n{}", without_newline(&View::of(shape, key)))?;
        for cause in near {
            writeln!(out, "  near miss, {}: {}", cause.kind.name(), cause.text)?;
        }
    }
    for key in unexpected {
        writeln!(out, "\nnot expected\n{}", without_newline(&View::of(shape, key)))?;
    }
    if missing.len() > MOST_EXPLAINED {
        writeln!(out, "\nnear misses were looked for with the first {MOST_EXPLAINED} missing keys")?;
    }
    writeln!(out, "\n{} missing, {} not expected", missing.len(), unexpected.len())?;
    Ok(())
}

fn without_newline(view: &View<'_>) -> String {
    view.to_string().trim_end_matches('\n').to_owned()
}

fn object(map: &Map, found: &Comparison) -> Result<Value, Failure> {
    let mut object = serde_json::to_value(found)?;
    object["map"] = map.info().id.into();
    Ok(object)
}
