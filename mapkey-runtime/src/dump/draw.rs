//! The rows as text.

use std::fmt::{self, Write};

use super::{Row, RowKind, View};
use crate::plain::hex;

/// More bytes than these stand in lines of their own.
const LINE: usize = 16;

impl fmt::Display for View<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut bytes, mut name) = (0, 0);
        for row in self.rows() {
            bytes = bytes.max(hex_width(row.bytes.len().min(LINE)));
            name = name.max(width(name_of(&row)));
        }
        self.rows().try_for_each(|row| self.draw(&row, bytes, name, f))
    }
}

impl View<'_> {
    fn draw(&self, row: &Row<'_>, bytes_width: usize, name_width: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dirt = self.dirt(row);
        let mark = if dirt.is_some() { '!' } else { ' ' };
        let (first, rest) = row.bytes.split_at(row.bytes.len().min(LINE));
        let name = name_of(row);
        write!(f, "{mark} {:4}  {}", row.offset, hex(first))?;
        spaces(f, bytes_width - hex_width(first.len()) + 2)?;
        f.write_str(name)?;
        let value = match row.kind {
            // Bytes without a meaning stand there already.
            RowKind::Field(field) => Some(field.shown()).filter(|value| !value.is_bytes()),
            _ => None,
        };
        if value.is_some() || dirt.is_some() {
            spaces(f, name_width - width(name))?;
        }
        if let Some(value) = value {
            write!(f, "  {value}")?;
        }
        if let Some(dirt) = dirt {
            write!(f, "  {dirt}")?;
        }
        f.write_char('\n')?;
        let mut offset = row.offset;
        rest.chunks(LINE).try_for_each(|line| {
            offset += LINE;
            writeln!(f, "{mark} {offset:4}  {}", hex(line))
        })
    }
}

fn name_of<'a>(row: &Row<'a>) -> &'a str {
    match row.kind {
        RowKind::Field(field) => field.path(),
        RowKind::Padding { name, .. } => name.unwrap_or("padding"),
        RowKind::Beyond => "beyond the type",
    }
}

fn hex_width(bytes: usize) -> usize {
    (3 * bytes).saturating_sub(1)
}

fn width(name: &str) -> usize {
    name.chars().count()
}

fn spaces(f: &mut fmt::Formatter<'_>, count: usize) -> fmt::Result {
    write!(f, "{:count$}", "")
}
