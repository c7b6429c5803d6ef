//! What the README shows is what the project prints.

use std::fs;

use mapkey_runtime::prelude::*;

fn file(path: &str) -> String {
    let path = format!("{}/../{path}", env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The blocks of the README that are fenced as `text`.
fn text_blocks(readme: &str) -> Vec<&str> {
    readme.split("```text\n").skip(1).map(|rest| rest.split("```").next().unwrap_or(rest)).collect()
}

#[test]
fn the_first_forty_lines_say_it_all() {
    let readme = file("README.md");
    let beginning: Vec<_> = readme.lines().take(40).collect();
    for line in ["cargo run --example validate", "cargo test", "#[derive(Clone, Copy, MapKey)]"] {
        assert!(beginning.contains(&line), "`{line}` stands within the first forty lines");
    }
}

#[test]
fn the_error_message_is_the_compilers() {
    let readme = file("README.md");
    let message = text_blocks(&readme)[0];
    let stderr = file("ui-tests/cases/padding/readme.stderr");
    for line in message.lines() {
        assert!(stderr.lines().any(|printed| printed.starts_with(line)), "`{line}` is printed");
    }
    let shown = file("ui-tests/cases/padding/readme.rs");
    let key = shown.lines().skip_while(|line| !line.starts_with("use ")).take_while(|line| !line.starts_with("fn "));
    let key: Vec<_> = key.collect();
    assert!(readme.contains(key.join("\n").trim_end()), "the README has the same key");
}

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
#[mapkey(kernel = "bpf_sock_tuple.ipv4")]
struct SockTuple {
    daddr: Ipv4,
    saddr: Ipv4,
    sport: u16,
    _pad: Padding<2>,
}

#[test]
fn the_report_is_ours() {
    let readme = file("README.md");
    let shown = text_blocks(&readme)[1];
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/data/kernel.btf");
    let kernel = Source::file(path).expect("the example's file");
    let report = SockTuple::report_against(&kernel).expect("a counterpart").to_string();
    for line in shown.lines() {
        let line = line.trim_end_matches("...");
        assert!(report.lines().any(|printed| printed.starts_with(line)), "`{line}` is printed in\n{report}");
    }
}
