//! `mapkey dump`: the entries of a map.

use std::fmt::Write as _;
use std::io::Write;

use clap::Args;
use mapkey_runtime::dump::{Dump, Entry, View};
use mapkey_runtime::map::{Access, Map, MapRef};
use serde::Serialize;

use crate::key_from::KeyFrom;
use crate::{Failure, Outcome};

/// Print a map's entries: bytes, fields and padding side by side
#[derive(Args)]
#[command(after_help = "Examples:
  mapkey dump id:17
  mapkey dump name:flows --dirty            entries that a clean key does not find
  mapkey dump /sys/fs/bpf/flows --json > keys.jsonl

With --dirty the exit code is 1 if there are such entries, and 2 if the type of the keys is not known.")]
pub(crate) struct Arguments {
    /// `id:17`, `name:flows`, or the path of a pin
    #[arg(value_name = "MAP")]
    map: MapRef,
    /// Take the keys' fields from a key that derives `MapKey` in this binary, and not from the map's BTF
    #[arg(long, value_name = "BINARY:KEY")]
    key_from: Option<KeyFrom>,
    /// Only entries with something else than zeros in the padding or behind the end of a text
    #[arg(long)]
    dirty: bool,
    /// One JSON object a line: `map`, `key` and `values` in hexadecimal, `fields`, `padding`, `dirty`
    #[arg(long)]
    json: bool,
}

/// A line of JSON.
#[derive(Serialize)]
struct Line<'a> {
    map: u32,
    #[serde(flatten)]
    entry: Entry<'a>,
}

pub(crate) fn run(arguments: &Arguments, out: &mut impl Write) -> Result<Outcome, Failure> {
    let mut outcome = Outcome::Well;
    for (index, map) in Map::all(&arguments.map, Access::ReadOnly)?.iter().enumerate() {
        if index > 0 && !arguments.json {
            writeln!(out)?;
        }
        let dirty = dump(map, arguments, out)?;
        outcome = match dirty {
            _ if !arguments.dirty => Outcome::Well,
            Some(1..) => Outcome::Finding,
            Some(0) => outcome,
            None => outcome.or_not_checkable(),
        };
    }
    Ok(outcome)
}

/// Returns the number of dirty entries; `None` where nobody knows which bytes are padding.
fn dump(map: &Map, arguments: &Arguments, out: &mut impl Write) -> Result<Option<usize>, Failure> {
    let dump = match &arguments.key_from {
        Some(key) => Dump::new(map).with_key(key.shape(map)?),
        None => Dump::new(map),
    };
    if !arguments.json {
        let info = map.info();
        let (key, value) = (dump.key().name(), dump.value().name());
        writeln!(out, "{info}: keys {}; values {}", sized(key, info.key_size), sized(value, info.value_size))?;
        if let Some(reason) = dump.key_unknown() {
            writeln!(out, "  the keys are bytes without fields: {reason}")?;
        }
    }
    let (mut entries, mut dirty) = (0, (!dump.key().is_raw()).then_some(0));
    if arguments.dirty && dirty.is_none() {
        out.flush()?;
        eprintln!("mapkey: nobody knows which bytes of these keys are padding: give the key's type with `--key-from`");
        return Ok(None);
    }
    let mut text = String::new();
    let mut walk = map.walk();
    while let Some(element) = walk.next()? {
        let entry = dump.entry(&element);
        entries += 1;
        let is_dirty = entry.key.is_dirty();
        dirty = dirty.map(|dirty: usize| dirty + usize::from(is_dirty));
        if arguments.dirty && !is_dirty {
            continue;
        }
        if arguments.json {
            serde_json::to_writer(&mut *out, &Line { map: map.info().id, entry })?;
            writeln!(out)?;
        } else {
            writeln!(out)?;
            write!(out, "{}", entry.key)?;
            print_values(&entry.values, &mut text, out)?;
        }
    }
    if !arguments.json {
        writeln!(out, "\n{}", summary(entries, dirty, walk.restarts()))?;
        if arguments.dirty && dirty.is_some_and(|dirty| dirty > 0) {
            print_writers(map, out)?;
        }
    }
    Ok(dirty)
}

/// The programs that could have written dirty entries.
fn print_writers(map: &Map, out: &mut impl Write) -> Result<(), Failure> {
    match map.who_uses() {
        Err(error) => writeln!(out, "which programs could have written them is not known: {error}")?,
        Ok(users) if users.users.is_empty() => {
            writeln!(out, "no loaded program uses the map: a program that is gone wrote them, or user space")?;
        }
        Ok(users) => {
            writeln!(out, "written by user space, or by one of")?;
            for user in &users.users {
                writeln!(out, "  {user}")?;
            }
        }
    }
    Ok(())
}

/// `text` is room that the values of all entries share.
fn print_values(values: &[View<'_>], text: &mut String, out: &mut impl Write) -> Result<(), Failure> {
    for (cpu, value) in values.iter().enumerate() {
        if values.len() > 1 {
            writeln!(out, "  value of cpu {cpu}")?;
        } else {
            writeln!(out, "  value")?;
        }
        text.clear();
        write!(text, "{value}")?;
        for line in text.lines() {
            writeln!(out, "  {line}")?;
        }
    }
    Ok(())
}

/// `struct flow_key, 16 bytes`; a type without a name is its size.
fn sized(name: &str, size: u32) -> String {
    let bytes = format!("{size} byte{}", if size == 1 { "" } else { "s" });
    if name.ends_with(" bytes") { bytes } else { format!("{name}, {bytes}") }
}

fn summary(entries: usize, dirty: Option<usize>, restarts: usize) -> String {
    let counted = |count: usize| format!("{count} {}", if count == 1 { "entry" } else { "entries" });
    let dirty = match dirty {
        None => ", of which nobody knows whether they are dirty".to_owned(),
        Some(0) => ", none of them dirty".to_owned(),
        Some(dirty) => format!(", {dirty} of them dirty: a clean key does not find them"),
    };
    let restarts = match restarts {
        0 => String::new(),
        restarts => format!("; the map changed meanwhile, and the walk began again {restarts} times"),
    };
    format!("{}{}{restarts}", counted(entries), if entries == 0 { String::new() } else { dirty })
}
