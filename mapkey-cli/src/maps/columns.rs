//! The table's columns: as wide as what stands in them, and no wider together than the terminal.

use mapkey_runtime::system::MapRow;

use super::{entries, printable};

const HEADS: [&str; 9] = ["ID", "NAME", "TYPE", "KEY", "BYTES", "VALUE", "ENTRIES", "MAX", "FLAGS"];

/// Numbers stand on the right.
const IS_NUMBER: [bool; 9] = [true, false, false, false, true, true, true, true, false];

/// The keys' types, whose names can be of any length, and so are what gives way.
const KEY: usize = 3;

/// Fewer characters of a key's type tell nothing.
const LEAST_KEY: usize = 10;

pub(super) struct Columns {
    widths: [usize; 9],
}

fn cells(row: &MapRow) -> [String; 9] {
    [
        row.id.to_string(),
        if row.name.is_empty() { "-".to_owned() } else { printable(&row.name).into_owned() },
        row.map_type.clone(),
        row.key_type.as_deref().map_or_else(|| "-".to_owned(), |name| printable(name).into_owned()),
        row.key_size.to_string(),
        row.value_size.to_string(),
        entries(row.entries),
        row.max_entries.to_string(),
        if row.flags == "none" { "-".to_owned() } else { row.flags.clone() },
    ]
}

impl Columns {
    /// Columns for these rows on a terminal of `width` characters; `None` for no terminal.
    pub(super) fn of(rows: &[MapRow], width: Option<usize>) -> Self {
        let mut widths = HEADS.map(str::len);
        for row in rows {
            for (width, cell) in widths.iter_mut().zip(cells(row)) {
                *width = (*width).max(cell.chars().count());
            }
        }
        let whole: usize = widths.iter().sum::<usize>() + 2 * (widths.len() - 1);
        let excess = width.map_or(0, |width| whole.saturating_sub(width));
        widths[KEY] = widths[KEY].saturating_sub(excess).max(LEAST_KEY.min(widths[KEY]));
        Self { widths }
    }

    pub(super) fn head(&self) -> String {
        self.line(&HEADS.map(str::to_owned))
    }

    pub(super) fn row(&self, row: &MapRow) -> String {
        self.line(&cells(row))
    }

    fn line(&self, cells: &[String; 9]) -> String {
        let mut line = String::new();
        for ((cell, &width), &is_number) in cells.iter().zip(&self.widths).zip(&IS_NUMBER) {
            if !line.is_empty() {
                line.push_str("  ");
            }
            let cell = cut(cell, width);
            let padded = if is_number { format!("{cell:>width$}") } else { format!("{cell:<width$}") };
            line.push_str(&padded);
        }
        line.truncate(line.trim_end().len());
        line
    }
}

/// The first `width` characters, the last of them a dot for what is cut.
fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{kept}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_types_give_way() {
        assert_eq!(cut("struct flow_key", 10), "struct fl…");
        assert_eq!(cut("u32", 10), "u32");
        let columns = Columns { widths: [3, 4, 4, 10, 5, 5, 7, 3, 5] };
        assert_eq!(columns.head(), " ID  NAME  TYPE  KEY         BYTES  VALUE  ENTRIES  MAX  FLAGS");
    }
}
