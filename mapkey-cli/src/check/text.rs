//! The matrix for people: a key's verdicts from kernel to kernel, equal ones folded.

use std::io::{self, Write};

use mapkey_layout::{Report, Verdict};

use crate::check::hold::Cell;
use crate::check::{Row, natural};

/// Neighbouring places at which a key has the same verdict for the same reason.
struct Group<'r> {
    first: &'r str,
    last: &'r str,
    cell: &'r Cell,
    text: String,
}

pub(crate) fn print(rows: &[Row<'_>], details: bool, out: &mut impl Write) -> io::Result<()> {
    let names: Vec<String> = rows.iter().map(|row| name(row, rows)).collect();
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    let groups: Vec<Vec<Group<'_>>> = rows.iter().map(groups).collect();
    for (name, groups) in names.iter().zip(&groups) {
        if groups.is_empty() {
            writeln!(out, "{name:<width$}  deferred: it is checked when its map opens, or here with `--object FILE`")?;
        }
        for (index, group) in groups.iter().enumerate() {
            let name = if index == 0 { name } else { "" };
            writeln!(out, "{name:<width$}  {}: {}", group.places(), group.text)?;
        }
    }
    let hidden = groups.iter().flatten().filter(|group| group.has_details()).count();
    if hidden > 0 && !details {
        writeln!(out, "\n`--details` shows both sides")?;
    }
    for group in groups.iter().flatten().filter(|group| details && group.has_details()) {
        if let Cell::Held(report) = group.cell {
            write!(out, "\n{}: {report}", group.places())?;
        }
    }
    Ok(())
}

/// The key's name, with its path where another has the same.
fn name(row: &Row<'_>, rows: &[Row<'_>]) -> String {
    let short = row.key.layout.spelling().to_string();
    let namesakes = rows.iter().filter(|other| other.key.layout.name == row.key.layout.name).count();
    if namesakes > 1 { row.key.to_string() } else { short }
}

fn groups<'r>(row: &'r Row<'_>) -> Vec<Group<'r>> {
    let mut groups: Vec<Group<'r>> = Vec::new();
    for (place, cell) in &row.cells {
        let text = text(cell);
        match groups.last_mut() {
            Some(group) if group.text == text => group.last = &place.name,
            _ => groups.push(Group { first: &place.name, last: &place.name, cell, text }),
        }
    }
    groups
}

/// The verdict, and the first thing that speaks against the key.
fn text(cell: &Cell) -> String {
    match cell {
        Cell::Held(report) if report.verdict == Verdict::Match => match report.notes.len() {
            0 => "match".to_owned(),
            1 => "match, 1 note".to_owned(),
            count => format!("match, {count} notes"),
        },
        Cell::Held(report) => mismatch(report),
        Cell::Absent(reason) | Cell::NotCheckable(reason) => format!("not checkable: {reason}"),
    }
}

fn mismatch(report: &Report) -> String {
    let Some(first) = report.differences.first() else { return "mismatch".to_owned() };
    let field = if first.field.is_empty() { String::new() } else { format!(" `{}`", first.field) };
    let more = match report.differences.len() - 1 {
        0 => String::new(),
        count => format!("; {count} more"),
    };
    format!("mismatch, {}{field}: {}{more}", first.kind.name(), first.text)
}

impl Group<'_> {
    fn places(&self) -> String {
        if self.first == self.last { self.first.to_owned() } else { natural::range(self.first, self.last) }
    }

    fn has_details(&self) -> bool {
        matches!(self.cell, Cell::Held(report) if !report.differences.is_empty() || !report.notes.is_empty())
    }
}
