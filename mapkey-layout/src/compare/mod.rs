//! A key's layout held against its counterpart.

mod counterpart;
mod coverage;
mod enumerators;
pub(crate) mod finding;
mod leaf;
mod level;
pub(crate) mod member;
mod pair;

use crate::layout::Layout;
use crate::report::{Difference, Mark, Other, Report, Row, Side, Sides, Verdict, rows};
use pair::Comparison;

pub use counterpart::{Counterpart, NoSuchMember};

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
    let Comparison { differences, notes, trails, .. } = Comparison::of(theirs.table, ours, theirs.ty, is_whole);
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

fn marked(mut rows: Vec<Row>, differences: &[Difference], notes: &[Difference]) -> Vec<Row> {
    let touches = |row: &Row, difference: &Difference| {
        let is = |side: &Option<Side>, path: &str| {
            side.as_ref().and_then(|side| side.path.as_deref()).is_some_and(|own| !path.is_empty() && own == path)
        };
        let member =
            difference.member.as_deref().unwrap_or(if difference.ours.is_none() { &difference.field } else { "" });
        is(&row.theirs, member) || difference.ours.is_some() && is(&row.ours, &difference.field)
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
