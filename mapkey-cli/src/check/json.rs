//! The verdicts for other programs.

use std::io::Write;

use mapkey_layout::{Difference, Report};
use serde_json::{Value, json};

use crate::Failure;
use crate::Outcome;
use crate::check::hold::Cell;
use crate::check::places::Place;
use crate::check::{Row, outcome};

pub(crate) fn print(rows: &[Row<'_>], out: &mut impl Write) -> Result<(), Failure> {
    let verdict = match outcome(rows) {
        Outcome::Well => "match",
        Outcome::Finding => "mismatch",
        Outcome::NotCheckable => "not-checkable",
    };
    let keys: Vec<Value> = rows.iter().flat_map(elements).collect();
    serde_json::to_writer(&mut *out, &json!({ "verdict": verdict, "keys": keys }))?;
    writeln!(out)?;
    Ok(())
}

/// One for each source.
fn elements(row: &Row<'_>) -> Vec<Value> {
    if row.cells.is_empty() {
        return vec![element(row, None, "deferred", None, None)];
    }
    let of_cell = |(place, cell): &(&Place, Cell)| {
        let (report, reason) = match cell {
            Cell::Held(report) => (Some(&**report), None),
            Cell::Absent(reason) | Cell::NotCheckable(reason) => (None, Some(reason.as_str())),
        };
        element(row, Some(place), cell.verdict(), report, reason)
    };
    row.cells.iter().map(of_cell).collect()
}

fn element(
    row: &Row<'_>,
    place: Option<&Place>,
    verdict: &str,
    report: Option<&Report>,
    reason: Option<&str>,
) -> Value {
    let claim = &row.key.layout.claim;
    let claimed = || claim.kernel.first().copied().or(claim.btf).map(ToOwned::to_owned);
    let list = |list: &[Difference]| list.iter().map(difference).collect::<Vec<_>>();
    json!({
        "name": row.key.layout.spelling().to_string(),
        "path": row.key.to_string(),
        "counterpart": report.map(|report| report.counterpart.clone()).or_else(claimed),
        "source": place.map(Place::description),
        "verdict": verdict,
        "differences": report.map_or_else(Vec::new, |report| list(&report.differences)),
        "notes": report.map_or_else(Vec::new, |report| list(&report.notes)),
        "reason": reason,
    })
}

fn difference(difference: &Difference) -> Value {
    json!({
        "kind": difference.kind.name(),
        "field": difference.field,
        "ours": difference.ours,
        "theirs": difference.theirs,
        "text": difference.text,
    })
}
