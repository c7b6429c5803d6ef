//! Tables of cells, each a key held against a struct of `fixtures/compatibility.c`, and the document that
//! shows them.

use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use mapkey_runtime::__build::First;
use mapkey_runtime::{DifferenceKind, MapKey, Source, Validate};

/// One table of the document.
pub(crate) struct Table {
    /// The heading above it.
    pub(crate) title: &'static str,
    /// The headings of the columns, without the first.
    pub(crate) columns: &'static [Column],
    pub(crate) rows: &'static [Row],
}

/// What a key writes.
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) heading: &'static str,
}

/// What the C struct has.
pub(crate) struct Row {
    pub(crate) heading: &'static str,
    /// No cell stands where the combination makes no sense.
    pub(crate) cells: &'static [Cell],
}

/// A column's name and what the comparison gives.
pub(crate) type Cell = (&'static str, fn() -> String);

/// The verdict on `K` against the struct of its name, as a cell shows it. `at_build_time` is what the compiler found.
pub(crate) fn verdict<K: MapKey>(at_build_time: Result<First, &str>) -> String {
    static SOURCE: LazyLock<Source> = LazyLock::new(|| {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/compatibility.btf");
        Source::file(path).expect("the fixture is BTF")
    });
    let report = K::report_against(&SOURCE);
    mapkey_tests::assert_same_at_build_time(&report, at_build_time);
    let Ok(report) = report else { return "not checkable".to_owned() };
    let (word, found) = match (report.differences.is_empty(), report.notes.is_empty()) {
        (true, true) => return "equal".to_owned(),
        (true, false) => ("note", report.notes),
        (false, _) => ("mismatch", report.differences),
    };
    let mut kinds: Vec<_> = found.iter().map(|difference| difference.kind).collect();
    kinds.sort();
    kinds.dedup();
    let kinds: Vec<_> = kinds.into_iter().map(DifferenceKind::name).collect();
    format!("{word}: {}", kinds.join(", "))
}

/// What the compiler refuses, which the case of this name in `ui-tests/cases` shows.
pub(crate) fn refused(case: &str) -> String {
    let printed = file(&format!("ui-tests/cases/{case}.stderr"));
    assert!(printed.starts_with("error"), "{case} does not compile");
    "refused".to_owned()
}

fn file(path: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The tables of the document: heading, and lines of cells.
pub(crate) fn documented() -> Vec<(String, Vec<Vec<String>>)> {
    let document = file("docs/compatibility.md");
    let mut tables = Vec::new();
    for section in document.split("\n## ").skip(1) {
        let (title, rest) = section.split_once('\n').expect("text below a heading");
        let lines: Vec<_> = rest.lines().filter(|line| line.starts_with('|')).map(cells).collect();
        if !lines.is_empty() {
            tables.push((title.to_owned(), lines));
        }
    }
    tables
}

fn cells(line: &str) -> Vec<String> {
    let line = line.trim().trim_start_matches('|').trim_end_matches('|');
    line.split('|').map(|cell| cell.trim().to_owned()).collect()
}

/// Whether the document has `found` in the cell.
///
/// # Panics
///
/// Where it has something else.
pub(crate) fn check(title: &str, row: &str, column: &str, found: &str) {
    let tables = documented();
    let shown = tables.iter().find(|(documented, _)| documented == title).and_then(|(_, lines)| {
        let place = lines.first()?.iter().position(|heading| heading == column)?;
        lines.iter().find(|line| line[0] == row)?.get(place)
    });
    assert_eq!(shown.map(String::as_str), Some(found), "{title}: {row} against {column}");
}

impl Table {
    /// The lines of cells as the document has to have them, with the headings and the line below them.
    pub(crate) fn lines(&self) -> Vec<Vec<String>> {
        let headings = self.columns.iter().map(|column| column.heading.to_owned());
        let mut lines = vec![["in C".to_owned()].into_iter().chain(headings).collect::<Vec<_>>()];
        lines.push(vec!["---".to_owned(); self.columns.len() + 1]);
        lines.extend(self.rows.iter().map(|row| {
            let cell = |column: &Column| {
                let cell = row.cells.iter().find(|(name, _)| *name == column.name);
                cell.map_or_else(String::new, |(_, verdict)| verdict())
            };
            [row.heading.to_owned()].into_iter().chain(self.columns.iter().map(cell)).collect()
        }));
        lines
    }

    /// All names of cells are columns.
    pub(crate) fn is_whole(&self) -> bool {
        let is_column = |name: &str| self.columns.iter().any(|column| column.name == name);
        self.rows.iter().all(|row| row.cells.iter().all(|(name, _)| is_column(name)))
    }
}

/// A table, and one test for each of its cells, called `ROW::COLUMN::is_as_documented`. A row is called as
/// the C struct is.
macro_rules! table {
    ($title:literal
     columns { $($name:ident $heading:literal)* }
     $($row:ident $c:literal { $($column:ident($($key:tt)*))* })*) => {
        pub(crate) static TABLE: $crate::table::Table = $crate::table::Table {
            title: $title,
            columns: &[$($crate::table::Column { name: stringify!($name), heading: $heading }),*],
            rows: &[$($crate::table::Row {
                heading: $c,
                cells: &[$((stringify!($column), $row::$column::verdict)),*],
            }),*],
        };
        $(mod $row {
            $(pub(super) mod $column {
                #[allow(unused_imports)] // a cell that the compiler refuses has no key
                use super::super::*;

                pub(crate) fn verdict() -> String {
                    $crate::table::cell!($row $($key)*)
                }

                #[test]
                fn is_as_documented() {
                    let column = TABLE.columns.iter().find(|column| column.name == stringify!($column));
                    let heading = column.expect("a column of the table").heading;
                    $crate::table::check($title, $c, heading, &verdict());
                }
            })*
        })*
    };
}
pub(crate) use table;

/// The verdict on one key: `refused "CASE"`, `left_out`, `packed { FIELDS }`, `plain { FIELDS }`, `aligned { FIELDS }`,
/// or the attributes and the type of the member `v`.
macro_rules! cell {
    ($row:ident refused $case:literal) => {
        $crate::table::refused($case)
    };
    ($row:ident left_out) => {
        $crate::table::cell!($row packed { id: u64 })
    };
    ($row:ident packed { $($fields:tt)* }) => {
        $crate::table::cell!(@ $row (C, packed) $($fields)*)
    };
    ($row:ident plain { $($fields:tt)* }) => {
        $crate::table::cell!(@ $row (C) $($fields)*)
    };
    ($row:ident aligned { $($fields:tt)* }) => {
        $crate::table::cell!(@ $row (C, align(16)) $($fields)*)
    };
    (@ $row:ident ($($repr:tt)*) $($fields:tt)*) => {{
        #[derive(Clone, Copy, mapkey_runtime::MapKey)]
        #[repr($($repr)*)]
        #[allow(non_camel_case_types, dead_code)]
        struct $row { $($fields)* }
        $crate::table::verdict::<$row>(mapkey_runtime::__build::verdict!(
            mapkey_runtime,
            $row,
            file = "fixtures/compatibility.btf",
            btf = stringify!($row)
        ))
    }};
    ($row:ident $(#[$attribute:meta])* $ty:ty) => {
        $crate::table::cell!($row packed { id: u64, $(#[$attribute])* v: $ty })
    };
}
pub(crate) use cell;
