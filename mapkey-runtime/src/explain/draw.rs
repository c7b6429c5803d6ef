//! The answer as text.

use std::fmt;

use super::scan::{Findings, counted_bits};
use super::words::runs;
use super::{Cause, Explanation};
use crate::plain;

/// Bytes in a line.
const LINE: usize = 16;

/// In a key with more lines only those are drawn that differ.
const MOST_LINES: usize = 4;

/// An entry below the wanted key, with marks where they differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Drawing {
    wanted: Vec<u8>,
    entry: Vec<u8>,
    /// The bytes that differ, and what they are called.
    marks: Vec<(std::ops::Range<usize>, String)>,
}

impl Drawing {
    pub(crate) fn new(findings: &Findings, entry: &[u8]) -> Self {
        let Findings { wanted, fields, is_trie, .. } = findings;
        let counted = if *is_trie { counted_bits(entry) } else { vec![0xff; entry.len()] };
        let marks = runs(entry.len(), |at| (wanted[at] ^ entry[at]) & counted[at] != 0);
        let named = marks.into_iter().map(|run| {
            let mut names: Vec<String> = Vec::new();
            for leaf in fields.leaves.iter().filter(|leaf| leaf.range().start < run.end && run.start < leaf.range().end)
            {
                names.push(leaf.path.clone());
            }
            if run.clone().any(|at| fields.padding[at] == 0xff) {
                names.push("padding".to_owned());
            }
            (run, names.join(", "))
        });
        Self { wanted: wanted.clone(), entry: entry.to_vec(), marks: named.collect() }
    }

    fn line(&self, f: &mut fmt::Formatter<'_>, start: usize, with_offset: bool) -> fmt::Result {
        let end = (start + LINE).min(self.wanted.len());
        let offset = if with_offset { format!("{start:4} ") } else { String::new() };
        writeln!(f, "  wanted {offset} {}", plain::hex(&self.wanted[start..end]))?;
        writeln!(f, "  entry  {offset} {}", plain::hex(&self.entry[start..end]))?;
        let (mut line, mut names) = (String::new(), Vec::new());
        for (run, name) in self.marks.iter().filter(|(run, _)| run.start < end && start < run.end) {
            for at in run.clone().filter(|at| (start..end).contains(at)) {
                let column = (at - start) * 3;
                line.push_str(&" ".repeat(column.saturating_sub(line.len())));
                line.push_str("^^");
            }
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        if line.is_empty() {
            return Ok(());
        }
        writeln!(f, "         {}{line}  {}", " ".repeat(offset.len() + 1), names.join(", ")).map(|()| ())
    }
}

impl fmt::Display for Drawing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = self.wanted.len().div_ceil(LINE);
        for start in (0..self.wanted.len()).step_by(LINE) {
            let differs = self.marks.iter().any(|(run, _)| run.start < start + LINE && start < run.end);
            if lines <= MOST_LINES || differs {
                self.line(f, start, lines > 1)?;
            }
        }
        Ok(())
    }
}

/// The first cause with its bytes, the other candidates in a line each, what was ruled out, and the repair.
impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { map, found, causes, .. } = self;
        let state = match found {
            Some(true) => "has this key",
            Some(false) => "does not have this key",
            None => "could not be asked for this key",
        };
        write!(f, "{map} {state}")?;
        let (first, others) = self.first();
        match causes.first() {
            None => writeln!(f, ": nothing explains it; it may never have been written, or have been deleted")?,
            Some(cause) => writeln!(f, ": {}", cause.text)?,
        }
        for cause in first.iter().skip(1).filter(|cause| cause.text != first[0].text) {
            writeln!(f, "and {}", cause.text)?;
        }
        if let (Some(cause), Some(false)) = (causes.first(), found) {
            let kinds: Vec<&str> = first.iter().map(|cause| cause.kind.name()).collect();
            writeln!(f, "({}, confidence {:.2})", kinds.join(" with "), cause.confidence)?;
        }
        if let Some(drawing) = &self.drawing {
            write!(f, "\n{drawing}")?;
        }
        if !others.is_empty() {
            writeln!(f, "\nother candidates:")?;
        }
        for cause in others {
            writeln!(f, "  {:<20} {:.2}  {}", cause.kind.name(), cause.confidence, cause.text)?;
        }
        self.ruled_out(f)?;
        if !self.notes.is_empty() {
            writeln!(f)?;
        }
        self.notes.iter().try_for_each(|note| writeln!(f, "note: {note}"))?;
        match &self.repair {
            Some(repair) => write!(f, "\nrepair: {repair}"),
            None => Ok(()),
        }
    }
}

impl Explanation {
    /// The first cause with those that hold together with it, and the others.
    fn first(&self) -> (&[Cause], &[Cause]) {
        let Some(cause) = self.causes.first() else { return (&[], &[]) };
        let together = self.causes[1..].iter().take_while(|other| other.is_together && other.entry == cause.entry);
        self.causes.split_at(1 + together.count())
    }

    /// What was ruled out, each reason once.
    fn ruled_out(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ruled_out.is_empty() {
            return Ok(());
        }
        writeln!(f, "\nruled out:")?;
        let mut rest = self.ruled_out.as_slice();
        while let Some((first, _)) = rest.split_first() {
            let same = rest.iter().take_while(|other| other.text == first.text).count();
            let kinds: Vec<&str> = rest[..same].iter().map(|ruled_out| ruled_out.kind.name()).collect();
            writeln!(f, "  {}: {}", kinds.join(", "), first.text)?;
            rest = &rest[same..];
        }
        Ok(())
    }
}
