//! The rows as text.

use std::fmt;

use super::{Row, RowKind, View};
use crate::plain::hex;

/// More bytes than these stand in lines of their own.
const LINE: usize = 16;

impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widest = self.rows.iter().map(|row| row.bytes.len().min(LINE)).max().unwrap_or(0);
        let bytes_width = (3 * widest).saturating_sub(1);
        let name_width = self.rows.iter().map(|row| name(row).chars().count()).max().unwrap_or(0);
        for row in &self.rows {
            let mut lines = row.bytes.chunks(LINE);
            let dirt = self.dirt(row);
            let mark = if dirt.is_some() { '!' } else { ' ' };
            let first = hex(lines.next().unwrap_or_default());
            let line = format!(
                "{mark} {:4}  {first:bytes_width$}  {:name_width$}  {}",
                row.offset,
                name(row),
                meaning(row, dirt)
            );
            writeln!(f, "{}", line.trim_end())?;
            for (index, line) in lines.enumerate() {
                writeln!(f, "{mark} {:4}  {}", row.offset + (index + 1) * LINE, hex(line))?;
            }
        }
        Ok(())
    }
}

fn name(row: &Row) -> &str {
    match &row.kind {
        RowKind::Field { path, .. } => path,
        RowKind::Padding { name, .. } => name.as_deref().unwrap_or("padding"),
        RowKind::Beyond => "beyond the type",
    }
}

fn meaning(row: &Row, dirt: Option<&str>) -> String {
    let value = match &row.kind {
        // Bytes without a meaning stand there already.
        RowKind::Field { value, .. } if *value != hex(&row.bytes) => value.as_str(),
        _ => "",
    };
    match dirt {
        Some(dirt) if value.is_empty() => dirt.to_owned(),
        Some(dirt) => format!("{value}  {dirt}"),
        None => value.to_owned(),
    }
}
