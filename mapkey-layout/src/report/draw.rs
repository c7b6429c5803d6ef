//! A report for people.

use std::fmt;

use super::{Difference, Mark, Report, Row, Side, Verdict};
use crate::compare::finding::bytes;

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Match => "match",
            Self::Mismatch => "mismatch",
        })
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind.name())?;
        if !self.field.is_empty() {
            write!(f, " `{}`", self.field)?;
        }
        write!(f, ": {}", self.text)?;
        match (&self.ours, &self.theirs) {
            (Some(ours), Some(theirs)) => write!(f, " (ours: {ours}; theirs: {theirs})"),
            (Some(ours), None) => write!(f, " (ours: {ours})"),
            (None, Some(theirs)) => write!(f, " (theirs: {theirs})"),
            (None, None) => Ok(()),
        }
    }
}

impl Report {
    /// One line: `match: FlowKey against struct flow_key of flow.bpf.o`, or `against struct flow_key, the key of map
    /// ...`.
    #[must_use]
    pub fn summary(&self) -> String {
        let of = if self.source_is_counterpart { "," } else { " of" };
        format!("{}: {} against {}{of} {}", self.verdict, self.key, self.counterpart, self.source)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.summary())?;
        writeln!(f)?;
        self.table(f)?;
        writeln!(f)?;
        let lines: Vec<_> = (self.differences.iter().map(|found| (found.kind.name().to_owned(), found)))
            .chain(self.notes.iter().map(|found| (format!("note, {}", found.kind.name()), found)))
            .collect();
        let kinds = lines.iter().map(|(kind, _)| kind.len()).max().unwrap_or(0);
        let fields = lines.iter().map(|(_, found)| found.field.chars().count()).max().unwrap_or(0);
        for (kind, Difference { field, text, .. }) in lines {
            writeln!(f, "  {kind:<kinds$}  {field:<fields$}  {text}")?;
        }
        for other in &self.others {
            let count = other.differences;
            let verdict = match count {
                0 => "matches too".to_owned(),
                1 => "has 1 difference".to_owned(),
                _ => format!("has {count} differences"),
            };
            writeln!(f, "  another {} (id {}, {}) {verdict}", other.name, other.id, bytes(other.size))?;
        }
        Ok(())
    }
}

impl Report {
    fn table(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ours = format!("{}, {}, align {}", self.key, bytes(self.size.ours), self.align.ours);
        let theirs = format!("{}, {}, align {}", self.counterpart, bytes(self.size.theirs), self.align.theirs);
        let columns = self.rows.iter().map(|row| column(row.ours.as_ref()).chars().count());
        let width = columns.chain([ours.chars().count()]).max().unwrap_or(0);
        writeln!(f, "    {ours:<width$}    {theirs}")?;
        let heading = "offset  size";
        writeln!(f, "    {heading:<width$}    {heading}")?;
        for Row { mark, ours, theirs } in &self.rows {
            let mark = match mark {
                Mark::Equal => ' ',
                Mark::Note => '~',
                Mark::Mismatch => '!',
            };
            let line = format!("  {mark} {:<width$}    {}", column(ours.as_ref()), column(theirs.as_ref()));
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

fn column(side: Option<&Side>) -> String {
    match side {
        Some(side) => format!("{:>6}  {:>4}  {}", side.offset, side.size, side.text),
        None => String::new(),
    }
}
