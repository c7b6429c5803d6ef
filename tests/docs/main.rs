//! `docs/errors.md` has every message, and no message that nobody prints.

mod errors;
mod reports;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn file(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn document() -> String {
    file("docs/errors.md")
}

/// One space where there are several: columns are as wide as a report needs.
fn squeezed(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// All lines of the blocks that are fenced as `text`: the messages.
fn documented() -> BTreeSet<String> {
    let document = document();
    let blocks = document.split("```text\n").skip(1).map(|rest| rest.split("```").next().unwrap_or(rest).to_owned());
    let lines: Vec<_> = blocks.flat_map(|block| block.lines().map(squeezed).collect::<Vec<_>>()).collect();
    lines.into_iter().filter(|line| !line.is_empty()).collect()
}

/// A message without what the user wrote: what is in backticks, and numbers. A list of names is one name.
fn sentence(message: &str) -> String {
    let mut sentence = String::new();
    for (index, part) in message.split('`').enumerate() {
        if index % 2 == 1 {
            sentence.push('_');
        } else {
            let mut after_digit = false;
            for c in part.chars() {
                if !(c.is_ascii_digit() && after_digit) {
                    sentence.push(if c.is_ascii_digit() { '0' } else { c });
                }
                after_digit = c.is_ascii_digit();
            }
        }
    }
    while sentence.contains("_, _") || sentence.contains("_ or _") {
        sentence = sentence.replace("_, _", "_").replace("_ or _", "_");
    }
    sentence
}

/// The messages of the compiler in all cases: all of their `error` lines, without `error[E....]`.
fn refusals() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join("ui-tests/cases")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("the cases") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "stderr") {
                let text = fs::read_to_string(&path).expect("text");
                let messages = text.lines().filter_map(|line| line.strip_prefix("error")?.split_once(": "));
                let message = |(_, message): (&str, &str)| {
                    let message = message.strip_prefix("evaluation panicked: ").unwrap_or(message);
                    // Where the fixtures are differs from machine to machine, and from a user's folder.
                    message.replace("$WORKSPACE/tests/fixtures", "/home/you/flow")
                };
                found.extend(messages.map(message).map(|message| (path.clone(), message)));
            }
        }
    }
    assert!(found.len() > 100, "the cases were found");
    found
}

#[test]
fn every_refusal_is_documented() {
    let documented: BTreeSet<_> = documented().iter().map(|line| sentence(line)).collect();
    let missing: BTreeSet<_> = refusals()
        .into_iter()
        .filter(|(_, message)| !documented.contains(&sentence(&squeezed(message))))
        .map(|(path, message)| format!("{message}  ({})", path.display()))
        .collect();
    assert!(missing.is_empty(), "docs/errors.md lacks\n{}", Vec::from_iter(missing).join("\n"));
}

#[test]
fn every_other_error_is_documented() {
    let documented = documented();
    // Where BTF was looked for differs from system to system.
    let is_place = |line: &String| line.starts_with('/');
    let missing: BTreeSet<_> =
        errors::produced().into_iter().filter(|line| !is_place(line) && !documented.contains(line)).collect();
    assert!(missing.is_empty(), "docs/errors.md lacks\n{}", Vec::from_iter(missing).join("\n"));
}

/// The names of the kinds of difference.
fn kinds() -> Vec<String> {
    let source = file("mapkey-layout/src/report/mod.rs");
    let name = |line: &str| Some(line.trim().strip_prefix("Self::")?.split('"').nth(1)?.to_owned());
    let names: Vec<_> = source.lines().filter_map(name).collect();
    assert!(names.len() > 10, "the kinds were found: {names:?}");
    names
}

#[test]
fn every_kind_of_difference_has_a_heading_and_a_report() {
    let document = document();
    for name in kinds() {
        let section = document.split("\n### ").find(|section| section.starts_with(&format!("`{name}`\n")));
        let section = section.unwrap_or_else(|| panic!("docs/errors.md has no `{name}`"));
        let shown = section.split("```text\n").nth(1).expect("a report's text");
        assert!(shown.starts_with(&name) || shown.starts_with(&format!("note, {name}")), "{shown}");
    }
}

/// What a line of a report says, without its kind and its field; `None` for the other lines.
fn text_of(line: &str) -> Option<String> {
    let line = line.strip_prefix("note, ").unwrap_or(line);
    let (kind, rest) = line.split_once(' ')?;
    let text = match kind {
        "tail" => rest,
        _ if kinds().iter().any(|name| name == kind) => rest.split_once(' ')?.1,
        _ => return None,
    };
    Some(sentence(text).replace("0 bytes", "0 byte"))
}

#[test]
fn every_text_of_a_report_is_documented() {
    let documented: BTreeSet<_> = documented().iter().filter_map(|line| text_of(line)).collect();
    let produced = reports::produced();
    let missing: Vec<_> =
        produced.iter().filter(|line| text_of(line).is_some_and(|text| !documented.contains(&text))).cloned().collect();
    assert!(missing.is_empty(), "docs/errors.md lacks\n{}", missing.join("\n"));
}

#[test]
fn nothing_is_documented_that_nobody_prints() {
    let mut printed: BTreeSet<_> = refusals().into_iter().map(|(_, message)| squeezed(&message)).collect();
    printed.extend(reports::produced());
    printed.extend(errors::produced());
    let invented: Vec<_> = documented().into_iter().filter(|line| !printed.contains(line)).collect();
    assert!(invented.is_empty(), "nobody prints\n{}", invented.join("\n"));
}

/// The place to which a heading's link leads.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase().replace(' ', "-");
    kept.chars().filter(|&c| c.is_alphanumeric() || c == '-' || c == '_').collect()
}

#[test]
fn the_index_leads_to_every_entry() {
    let document = document();
    let (before, rest) = document.split_once("\n## ").expect("groups");
    let headings = format!("\n## {rest}");
    let headings: Vec<_> =
        headings.lines().filter_map(|line| line.strip_prefix("### ").or_else(|| line.strip_prefix("## "))).collect();
    for heading in &headings {
        assert!(before.contains(&format!("[{heading}](#{})", anchor(heading))), "the index has `{heading}`");
    }
    assert_eq!(before.matches("](#").count(), headings.len());
}

#[test]
fn sentences_have_no_names_and_no_numbers() {
    assert_eq!(sentence("`Key` takes 12 bytes, expected `a`, `b` or `c`"), "_ takes 0 bytes, expected _");
}
