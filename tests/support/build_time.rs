//! The verdict of the compiler against that of the library.

use mapkey_runtime::__build::First;
use mapkey_runtime::{NotCheckable, Report};

/// `at_build_time` is the verdict that `report` has: as many differences, and the same first one, but for the nearest
/// names, which nobody looks for while compiling.
///
/// # Panics
///
/// Where they differ.
pub fn assert_same_at_build_time(report: &Result<Report, NotCheckable>, at_build_time: Result<First, &str>) {
    match (report, at_build_time) {
        (Ok(report), Ok(first)) => {
            assert_eq!(report.differences.len(), first.count, "{}\n{report}", first.line());
            let line = report.differences.first().map_or_else(String::new, ToString::to_string);
            assert_eq!(without_hint(&line), first.line(), "{report}");
        }
        (Err(reason), Err(message)) => {
            let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/");
            assert_eq!(format!("not checkable: {reason}").replace(folder, ""), message);
        }
        (report, at_build_time) => panic!("{report:?}, and {:?} at build time", at_build_time.map(|first| first.count)),
    }
}

/// A difference without the nearest names.
fn without_hint(line: &str) -> String {
    let mut line = line.to_owned();
    for (start, end) in [("; did you mean ", "?"), ("; the nearest is ", ")")] {
        if let Some((before, behind)) = line.split_once(start) {
            line = before.to_owned() + behind.split_once(end).map_or("", |(_, behind)| behind);
        }
    }
    line
}
