//! `mapkey check`: the keys in a finished binary against any number of kernels and objects.

mod hold;
mod json;
mod natural;
mod object;
mod pair;
mod places;
mod text;

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use mapkey_layout::note::{Arena, Key};

use crate::check::hold::Cell;
use crate::check::places::Place;
use crate::progress::Progress;
use crate::{Failure, Outcome, binary};

/// Hold the keys in a finished binary against kernels and objects
///
/// Reads the layouts that `derive(MapKey)` leaves in binaries of Linux, in debug and release, stripped or not. Keys that
/// mirror a type of the kernel's are held against the running kernel, or against every BTF file that is given; the
/// program's own keys against the object that has their maps.
#[derive(Args)]
#[command(after_help = "Examples:
  mapkey check target/release/agent
  mapkey check agent --btf btfhub/ --btf /sys/kernel/btf/vmlinux     every kernel it will meet
  mapkey check agent --object agent.bpf.o                            its own keys too
  mapkey check agent --pair FlowKey=nf_conntrack_tuple --module nf_conntrack

Exit codes: 0 every key matches, 1 a mismatch, 2 a key is not checkable, or usage; keys that are deferred, because no
object is given, change nothing")]
pub(crate) struct Arguments {
    /// A program or a shared library, of any machine
    binary: PathBuf,
    /// Kernels: a file with BTF, raw or ELF, or a folder with such files (`*.btf`, `vmlinux`, `vmlinux-*`), also in its folders; may be
    /// repeated [default: the running kernel]
    #[arg(long, value_name = "PATH")]
    btf: Vec<PathBuf>,
    /// Look into this module as well: of the running kernel, or beside each BTF file as `modules/NAME.btf`; may be repeated
    #[arg(long, value_name = "NAME")]
    module: Vec<String>,
    /// An eBPF object that has the program's own keys; may be repeated
    #[arg(long, value_name = "FILE")]
    object: Vec<PathBuf>,
    /// Hold the key RUST against the type C, whatever the key claims: an own key too, in the object where one is given and in
    /// the kernel else; may be repeated
    #[arg(long, value_name = "RUST=C")]
    pair: Vec<String>,
    /// Print both sides of every key that does not match
    #[arg(long)]
    details: bool,
    /// One JSON object: `verdict`, and an element of `keys` for each key and source
    #[arg(long)]
    json: bool,
}

/// A key and what it was held against.
struct Row<'a> {
    key: &'a Key<'a>,
    /// None of a deferred key.
    cells: Vec<(&'a Place, Cell)>,
}

pub(crate) fn run(arguments: &Arguments, out: &mut impl Write) -> Result<Outcome, Failure> {
    let bytes = binary::read(&arguments.binary)?;
    let arena = Arena::new();
    let mut keys = binary::keys_of(&arguments.binary, &bytes, &arena)?;
    pair::apply(&arguments.pair, &mut keys, !arguments.object.is_empty(), &arena)?;

    let kernels = places::kernels(&arguments.btf);
    let objects = places::objects(&arguments.object);
    let (kernel_keys, own_keys): (Vec<_>, Vec<_>) = keys.iter().partition(|key| key.is_kernel_key());
    let progress = Progress::of_steps(kernels.len() + objects.len());
    let of_kernels =
        hold::all(&kernels, || progress.step(), |place| hold::against_kernel(place, &kernel_keys, &arguments.module));
    let of_objects = hold::all(&objects, || progress.step(), |place| object::against_object(place, &own_keys));
    progress.clear();

    let kernel_rows = rows(&kernel_keys, &kernels, of_kernels);
    let own_rows = rows(&own_keys, &objects, of_objects).into_iter().filter_map(|row| own_row(row, &keys));
    let rows: Vec<Row<'_>> = kernel_rows.into_iter().chain(own_rows).collect();
    if arguments.json {
        json::print(&rows, out)?;
    } else {
        text::print(&rows, arguments.details, out)?;
    }
    Ok(match unusable(&objects, &own_keys) {
        Some(reason) => {
            eprintln!("mapkey: {reason}");
            outcome(&rows).or_not_checkable()
        }
        None => outcome(&rows),
    })
}

/// Why an object is of no use, where no key has a cell that says so.
fn unusable(objects: &[Place], own_keys: &[&Key<'_>]) -> Option<String> {
    objects.iter().filter(|_| own_keys.is_empty()).find_map(|object| object.open().err())
}

/// Cells by place as cells by key.
fn rows<'a>(keys: &[&'a Key<'a>], places: &'a [Place], columns: Vec<Vec<Cell>>) -> Vec<Row<'a>> {
    let mut rows: Vec<Row<'a>> = keys.iter().map(|&key| Row { key, cells: Vec::new() }).collect();
    for (place, column) in places.iter().zip(columns) {
        for (row, cell) in rows.iter_mut().zip(column) {
            row.cells.push((place, cell));
        }
    }
    rows
}

/// An own key is in one of several objects; and one that no object has may be just a part of another key.
fn own_row<'a>(mut row: Row<'a>, keys: &[Key<'_>]) -> Option<Row<'a>> {
    if row.cells.iter().all(|(_, cell)| matches!(cell, Cell::Absent(_))) {
        return (!row.key.is_part_of_any(keys)).then_some(row);
    }
    row.cells.retain(|(_, cell)| !matches!(cell, Cell::Absent(_)));
    Some(row)
}

fn outcome(rows: &[Row<'_>]) -> Outcome {
    let has = |verdict| rows.iter().flat_map(|row| &row.cells).any(|(_, cell)| cell.verdict() == verdict);
    if has("mismatch") {
        Outcome::Finding
    } else if has("not-checkable") {
        Outcome::NotCheckable
    } else {
        Outcome::Well
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_that_no_key_needs_is_there_all_the_same() {
        let objects = places::objects(&["no/such.o".into()]);
        assert!(unusable(&objects, &[]).is_some_and(|reason| reason.starts_with("no/such.o cannot be read")));
        assert_eq!(Outcome::Well.or_not_checkable(), Outcome::NotCheckable);
        assert_eq!(Outcome::Finding.or_not_checkable(), Outcome::Finding);
    }
}
