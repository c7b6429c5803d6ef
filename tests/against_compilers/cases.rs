//! Cases that were found once, shrunk, and are held against the compilers each time.
//!
//! A folder of `cases` has `key.rs`; `original.c`, which the key matches; and where the fault was in a
//! change, `changed.c`, whose first line says what must be found: the kind and the field.

use std::fs;
use std::path::Path;

use crate::c::PREAMBLE;
use crate::compilers::{clang, folder, rustc, verdicts};
use mapkey_tests::command_or_skip;

#[test]
fn kept_cases() {
    if !command_or_skip("kept_cases", "clang") {
        return;
    }
    let all = Path::new(env!("CARGO_MANIFEST_DIR")).join("against_compilers/cases");
    let mut cases: Vec<_> =
        fs::read_dir(&all).expect("kept cases").map(|entry| entry.expect("a folder").path()).collect();
    cases.sort();
    let folder = folder("against-compilers-kept");
    let keys: Vec<String> = cases.iter().map(|case| fs::read_to_string(case.join("key.rs")).expect("a key")).collect();
    let modules: Vec<_> = keys.iter().map(|key| ("", key.as_str())).collect();
    let program = rustc(&folder, &modules, &[]).unwrap_or_else(|error| panic!("{error}"));
    for (index, case) in cases.iter().enumerate() {
        let verdict = |text: &str| {
            let object = clang(&folder, "case", &format!("{PREAMBLE}{text}")).unwrap_or_else(|error| panic!("{error}"));
            verdicts(&program, &object).swap_remove(index)
        };
        let original = verdict(&fs::read_to_string(case.join("original.c")).expect("the C side"));
        assert_eq!(original.word, "match", "{}: {}", case.display(), original.report);
        let Ok(changed) = fs::read_to_string(case.join("changed.c")) else { continue };
        let first = changed.lines().next().unwrap_or_default();
        let wanted = first.trim_start_matches("/* ").trim_end_matches(" */");
        let changed = verdict(&changed);
        let found = changed.differences.iter().any(|found| format!("{} {}", found.kind, found.field) == wanted);
        assert!(found, "{}: {wanted} must be found: {}", case.display(), changed.report);
    }
}
