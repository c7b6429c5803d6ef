//! clang and rustc at work, and what the program says that holds one's layouts against the other's.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// The verdict on one key.
#[derive(Clone, Debug, Default)]
pub(crate) struct Verdict {
    /// `match`, `mismatch` or `not checkable`.
    pub(crate) word: String,
    pub(crate) differences: Vec<Difference>,
    pub(crate) notes: Vec<Difference>,
    /// The report as it is drawn.
    pub(crate) report: String,
    /// What the compiler found while it built the program, where that is something else.
    pub(crate) at_build_time: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Difference {
    pub(crate) kind: String,
    pub(crate) field: String,
    pub(crate) member: String,
}

/// A folder of its own for `name`.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(folder.join("src")).expect("a folder for the program");
    folder
}

/// Compiles C for bpf. The error is what clang says.
pub(crate) fn clang(folder: &Path, name: &str, text: &str) -> Result<PathBuf, String> {
    let source = folder.join(name).with_extension("c");
    let object = source.with_extension("o");
    fs::write(&source, text).expect("a source file");
    let mut command = Command::new("clang");
    command.args(["-target", "bpf", "-g", "-O2", "-w", "-c"]).arg(&source).arg("-o").arg(&object);
    let output = command.output().expect("clang runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    if output.status.success() { Ok(object) } else { Err(errors.chars().take(4000).collect()) }
}

/// The program that holds a `Key` of each of the modules against objects; against those called `built` while it is built
/// as well. Each module has its counterpart's name beside it. The error is what cargo says.
pub(crate) fn rustc(folder: &Path, modules: &[(&str, &str)], built: &[&str]) -> Result<PathBuf, String> {
    let name = folder.file_name().and_then(|name| name.to_str()).expect("a name");
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let runtime = workspace.join("mapkey-runtime");
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\nmapkey-runtime = {{ path \
         = {runtime:?} }}\n\n[profile.dev]\ndebug = false\nincremental = false\n\n[workspace]\n"
    );
    fs::write(folder.join("Cargo.toml"), manifest).expect("a manifest");
    fs::copy(workspace.join("Cargo.lock"), folder.join("Cargo.lock")).expect("the versions that are here");
    let (mut text, mut layouts, mut verdicts) = (PROGRAM.to_owned(), String::new(), String::new());
    for (index, (_, module)) in modules.iter().enumerate() {
        let _ = writeln!(text, "mod k{index} {{\nuse mapkey_runtime::prelude::*;\n{module}}}");
        let _ = writeln!(layouts, "    &<k{index}::Key as mapkey_runtime::MapKey>::LAYOUT,");
    }
    for name in built {
        let _ = writeln!(verdicts, "(\"/{name}.o\", &[");
        for (index, (tag, _)) in modules.iter().enumerate() {
            let arguments = format!("mapkey_runtime, k{index}::Key, file = \"{name}.o\", btf = \"{tag}\"");
            let _ = writeln!(verdicts, "    mapkey_runtime::__build::verdict!({arguments}),");
        }
        let _ = writeln!(verdicts, "]),");
    }
    let _ = writeln!(text, "static BUILT: &[(&str, &[Result<First, &str>])] = &[\n{verdicts}];");
    let _ = writeln!(text, "static KEYS: &[&mapkey_runtime::Layout] = &[\n{layouts}];");
    fs::write(folder.join("src/main.rs"), text).expect("a program");
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("target");
    let output = Command::new(cargo)
        .args(["build", "--quiet", "--offline"])
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", &target)
        .output()
        .expect("cargo runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    if output.status.success() { Ok(target.join("debug").join(name)) } else { Err(errors.chars().take(8000).collect()) }
}

/// Fields apart by tabs, for a text can have any other character.
const PROGRAM: &str = r#"#![allow(dead_code, non_camel_case_types, unused_imports)]

use mapkey_runtime::__build::First;
use mapkey_runtime::{Difference, Report, Source, ValidateError, validate_many};

fn main() {
    let path = std::env::args().nth(1).expect("an object");
    let built = BUILT.iter().find(|(name, _)| path.ends_with(name));
    let source = Source::file(path).expect("an object with BTF");
    let results = match validate_many(&source, KEYS) {
        Ok(matched) => matched.into_iter().map(Ok).collect(),
        Err(errors) => errors.results,
    };
    for (index, result) in results.iter().enumerate() {
        match result {
            Ok(matched) => print("match", matched.report()),
            Err(ValidateError::Mismatch(report)) => print("mismatch", report),
            Err(other) => println!("=not checkable\n|{other}"),
        }
        let differences = match result {
            Ok(matched) => &matched.report().differences,
            Err(ValidateError::Mismatch(report)) => &report.differences,
            Err(_) => continue,
        };
        let line = differences.first().map_or_else(String::new, ToString::to_string);
        let Some((_, built)) = built else { continue };
        match &built[index] {
            Ok(first) if first.count == differences.len() && first.line() == without_hint(&line) => {}
            Ok(first) => println!("?{} differences, the first: {}", first.count, first.line()),
            Err(message) => println!("?{message}"),
        }
    }
}

/// Nobody looks for the nearest names while compiling.
fn without_hint(line: &str) -> String {
    match line.split_once("; did you mean ").or_else(|| line.split_once("; the nearest is ")) {
        Some((before, hint)) => before.to_owned() + hint.split_once(['?', ')']).map_or("", |(_, behind)| behind),
        None => line.to_owned(),
    }
}

fn print(word: &str, report: &Report) {
    println!("={word}");
    let line = |mark: &str, found: &Difference| {
        println!("{mark}{}\t{}\t{}", found.kind.name(), found.field, found.member.as_deref().unwrap_or(""));
    };
    report.differences.iter().for_each(|found| line("!", found));
    report.notes.iter().for_each(|found| line("~", found));
    report.to_string().lines().for_each(|line| println!("|{line}"));
}

"#;

/// Runs the program on an object: a verdict for each module.
pub(crate) fn verdicts(program: &Path, object: &Path) -> Vec<Verdict> {
    let output = Command::new(program).arg(object).output().expect("the program runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the program failed on {}: {errors}", object.display());
    let mut verdicts: Vec<Verdict> = Vec::new();
    for line in String::from_utf8(output.stdout).expect("text").lines() {
        let (mark, rest) = line.split_at(1);
        if mark == "=" {
            verdicts.push(Verdict { word: rest.to_owned(), ..Verdict::default() });
            continue;
        }
        let last = verdicts.last_mut().expect("a verdict comes first");
        match mark {
            "!" => last.differences.push(Difference::read(rest)),
            "~" => last.notes.push(Difference::read(rest)),
            "?" => last.at_build_time = Some(rest.to_owned()),
            _ => last.report += &format!("{rest}\n"),
        }
    }
    verdicts
}

impl Difference {
    fn read(line: &str) -> Self {
        let mut columns = line.split('\t').map(str::to_owned);
        let mut next = || columns.next().unwrap_or_default();
        Self { kind: next(), field: next(), member: next() }
    }
}
