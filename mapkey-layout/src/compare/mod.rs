//! A key's layout held against its counterpart.

//!
//! What counts as a difference is decided here once, by functions that are `const`: they make the [`Report`] at run time,
//! and the [verdict at build time](crate::constant), where nothing can be allocated.

mod counterpart;
mod coverage;
mod enumerators;
pub(crate) mod finding;
mod found;
mod leaf;
mod level;
mod mangled;
mod meaning;
pub(crate) mod nearest;
mod pair;
mod place;
mod text;
pub(crate) mod verdict;
mod walk;

use crate::did_you_mean;
use crate::layout::Layout;
use crate::report::{Difference, Mark, Other, Report, Row, Side, Sides, Verdict, rows};
use crate::types::{TypeTable, TypeUse};
use finding::{Event, Meaning, Ours, Theirs};
use place::Trail;
use walk::{Slot, Walk};

pub use counterpart::{Counterpart, NoSuchMember};
pub use walk::room;

/// How many of the nearest names a message offers.
const NEAREST_COUNT: usize = 2;

/// Holds `ours` against the one of `theirs` that fits best, `source` being what a person calls the
/// place that they were read from. A source can have several types of one name: a match with any is
/// a match, and the report names the others.
///
/// `None` if `theirs` is empty.
#[must_use]
pub fn compare_any(ours: &Layout<'_>, theirs: &[Counterpart<'_>], source: &str) -> Option<Report> {
    let reports: Vec<_> = theirs.iter().map(|theirs| compare(ours, theirs, source)).collect();
    let best = (0..reports.len()).min_by_key(|&index| (reports[index].differences.len(), index))?;
    let others = (0..reports.len())
        .filter(|&index| index != best)
        .map(|index| Other {
            name: theirs[index].name.clone(),
            id: theirs[index].ty.id,
            size: reports[index].size.theirs,
            differences: reports[index].differences.len(),
        })
        .collect();
    let mut report = reports.into_iter().nth(best)?;
    report.others = others;
    Some(report)
}

/// Holds `ours` against `theirs` and finds everything in which they differ.
#[must_use]
pub fn compare(ours: &Layout<'_>, theirs: &Counterpart<'_>, source: &str) -> Report {
    report(ours, theirs, source, false)
}

/// The same for the key of a map: `source` is what a person calls the key, as in "the key of map `flows`", and both
/// sides have to end at the same byte.
pub(crate) fn compare_whole(ours: &Layout<'_>, theirs: &Counterpart<'_>, source: &str) -> Report {
    report(ours, theirs, source, true)
}

fn report(ours: &Layout<'_>, theirs: &Counterpart<'_>, source: &str, is_whole: bool) -> Report {
    let (differences, notes, trails) = walked(theirs.table, ours, theirs.ty, is_whole);
    let rows = rows::rows(ours, theirs.table, theirs.ty, &trails);
    let ty = theirs.table.get(theirs.ty.index);
    Report {
        key: ours.spelling().to_string(),
        counterpart: theirs.name.clone(),
        source: source.to_owned(),
        source_is_counterpart: is_whole,
        verdict: if differences.is_empty() { Verdict::Match } else { Verdict::Mismatch },
        size: Sides { ours: ours.size as u64, theirs: ty.size },
        align: Sides { ours: ours.align as u64, theirs: ty.align },
        rows: marked(rows, &differences, &notes),
        differences,
        notes,
        others: Vec::new(),
    }
}

/// How many findings there is room for at first: a second walk has room for all.
const USUAL: usize = 8;

/// The differences, the notes, and the trails of all members that a field was held against.
fn walked(
    table: &TypeTable<'_>,
    ours: &Layout<'_>,
    theirs: TypeUse,
    is_whole: bool,
) -> (Vec<Difference>, Vec<Difference>, Vec<Vec<u32>>) {
    let types = table.types();
    let mut slots = vec![Slot::EMPTY; room(ours)];
    let (mut events, mut trails) = (vec![None; USUAL], vec![Trail::EMPTY; slots.len()]);
    loop {
        let mut walk = Walk::new(types, &mut events, &mut trails, is_whole);
        pair::roots(&mut walk, &mut slots, ours, theirs);
        let (event_count, trail_count) = (walk.event_count, walk.trail_count);
        if event_count <= events.len() && trail_count <= trails.len() {
            events.truncate(event_count);
            trails.truncate(trail_count);
            break;
        }
        events.resize(event_count, None);
        trails.resize(trail_count, Trail::EMPTY);
    }
    let (differences, notes): (Vec<_>, Vec<_>) = events.iter().flatten().partition(|event| event.finding.mismatch);
    let all = |events: Vec<&Event<'_>>| events.into_iter().map(|event| difference(table, event)).collect();
    (all(differences), all(notes), trails.into_iter().map(Trail::to_vec).collect())
}

/// A finding as data.
fn difference(table: &TypeTable<'_>, event: &Event<'_>) -> Difference {
    let types = table.types();
    let hint = match event.finding.meaning {
        Meaning::NoMember { wanted, root, .. } => did_you_mean(&nearest::members(types, root, wanted, NEAREST_COUNT)),
        Meaning::NoEnumerator { wanted, root, .. } => nearest::enumerator(wanted, types.enumerators(root)),
        _ => String::new(),
    };
    let ours = |ours: &Ours<'_>| text::to_string(|text| text.ours(ours));
    let theirs = |theirs: &Theirs| {
        let spelling = match theirs {
            Theirs::Type { ty, .. } => vec![(ty.id, table.spell(*ty))],
            _ => Vec::new(),
        };
        let names: Vec<_> = spelling.iter().map(|(id, name)| (*id, name.as_str())).collect();
        text::to_string(|text| text.theirs(theirs, &text::TypeNames(&names)))
    };
    Difference {
        kind: event.finding.kind,
        field: text::to_string(|text| text.names(&event.field)),
        member: event.member.as_ref().map(|member| text::to_string(|text| text.names(member))),
        ours: event.ours.as_ref().map(ours),
        theirs: event.theirs.as_ref().map(theirs),
        text: text::to_string(|text| text.meaning(types, &event.finding, &hint)),
    }
}

fn marked(mut rows: Vec<Row>, differences: &[Difference], notes: &[Difference]) -> Vec<Row> {
    let touches = |row: &Row, difference: &Difference| {
        let is = |side: &Option<Side>, path: &str| {
            side.as_ref().and_then(|side| side.path.as_deref()).is_some_and(|own| !path.is_empty() && own == path)
        };
        let member =
            difference.member.as_deref().unwrap_or(if difference.ours.is_none() { &difference.field } else { "" });
        // A key without fields has one row, and that has no name.
        let is_key = difference.field.is_empty() && row.ours.as_ref().is_some_and(|ours| ours.path.is_none());
        is(&row.theirs, member) || difference.ours.is_some() && (is_key || is(&row.ours, &difference.field))
    };
    for row in &mut rows {
        if differences.iter().any(|difference| touches(row, difference)) {
            row.mark = Mark::Mismatch;
        } else if notes.iter().any(|note| touches(row, note)) {
            row.mark = Mark::Note;
        }
    }
    rows
}
