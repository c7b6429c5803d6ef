//! The projects of `docs/build-time.md`, as they stand there. What calls the tools that take more than a stable Rust is
//! replaced: `aya-build` by what lays a committed object where it would lay the one that it builds, `libbpf-cargo` by what
//! calls clang.

use std::fs;

use mapkey_tests::command_or_skip;

use crate::project::{Project, workspace};

fn document() -> String {
    fs::read_to_string(workspace().join("docs/build-time.md")).expect("the document")
}

/// What stands below a heading.
fn section(heading: &str) -> String {
    let document = document();
    let sections = document.split("\n## ").skip(1);
    let found = sections.into_iter().find(|section| section.starts_with(heading));
    found.unwrap_or_else(|| panic!("docs/build-time.md has {heading}")).to_owned()
}

/// Writes the files of a section: a path in backticks and a colon, and a block.
fn write_files(project: &Project, section: &str) {
    let mut count = 0;
    let mut lines = section.lines();
    while let Some(line) = lines.next() {
        let Some(path) = line.strip_prefix('`').and_then(|line| line.strip_suffix("`:")) else { continue };
        let block: Vec<_> = lines.by_ref().skip(2).take_while(|line| *line != "```").collect();
        project.write(path, block.join("\n") + "\n");
        count += 1;
    }
    assert!(count >= 4, "the files were found: {count}");
}

const AYA_BUILD: &str = r#"//! Lays an object where aya-build would.

#[derive(Default)]
pub struct Package<'a> {
    pub name: &'a str,
    pub root_dir: &'a str,
    pub no_default_features: bool,
    pub features: &'a [&'a str],
}

#[derive(Default)]
pub struct Toolchain;

pub fn build_ebpf<'a>(packages: impl IntoIterator<Item = Package<'a>>, _: Toolchain) -> std::io::Result<()> {
    for Package { name, root_dir, .. } in packages {
        println!("cargo:rerun-if-changed={root_dir}");
        let to = std::path::PathBuf::from(std::env::var_os("OUT_DIR").unwrap()).join(name);
        std::fs::copy(format!("{root_dir}/{name}"), to)?;
    }
    Ok(())
}
"#;

const LIBBPF_CARGO: &str = r#"//! Calls clang as libbpf-cargo does.

use std::path::{Path, PathBuf};
use std::process::Command;

#[derive(Default)]
pub struct SkeletonBuilder {
    source: PathBuf,
    obj: PathBuf,
}

impl SkeletonBuilder {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn source(&mut self, source: impl AsRef<Path>) -> &mut Self {
        self.source = source.as_ref().to_owned();
        self
    }

    pub fn obj(&mut self, obj: impl AsRef<Path>) -> &mut Self {
        self.obj = obj.as_ref().to_owned();
        self
    }

    pub fn build(&mut self) -> std::io::Result<()> {
        let mut clang = Command::new("clang");
        clang.args(["-g", "-O2", "-target", "bpf", "-c"]).arg(&self.source).arg("-o").arg(&self.obj);
        if clang.status()?.success() { Ok(()) } else { Err(std::io::Error::other("clang failed")) }
    }
}
"#;

/// A crate that stands in for one from a registry.
fn stand_in(project: &Project, name: &str, version: &str, code: &str) {
    let manifest = format!("[package]\nname = \"{name}\"\nversion = \"{version}\"\nedition = \"2024\"\n");
    project.write(&format!("{name}/Cargo.toml"), manifest);
    project.write(&format!("{name}/src/lib.rs"), code);
}

#[test]
fn aya_workspace_with_a_common_crate() {
    let project = Project::new("aya", &["flow", "flow-common"], &["aya-build"]);
    write_files(&project, &section("With aya-build"));
    stand_in(&project, "aya-build", "0.2.0", AYA_BUILD);
    let object = workspace().join("examples/flow-bpf/flow.bpf.o");
    project.copy(&object, "flow-ebpf/flow-ebpf");
    project.assert_builds();

    // An object whose key has other names.
    let other = workspace().join("examples/flow-monitor/flow.bpf.o");
    project.copy(&other, "flow-ebpf/flow-ebpf");
    project.replace("flow-common/src/lib.rs", "    #[mapkey(rename = \"l4_proto\")]\n", "");
    let said = project.assert_fails();
    assert!(said.contains("renamed `proto`: called `l4_proto` there"), "{said}");

    project.copy(&object, "flow-ebpf/flow-ebpf");
    project.assert_builds();

    // The key, in the crate that knows no object.
    project.replace("flow-common/src/lib.rs", "pub saddr: Be<u32>", "pub saddr: u32");
    let said = project.assert_fails();
    assert!(said.contains("byte-order `saddr`: ") && said.contains("flow/src/main.rs"), "{said}");
    project.replace("flow-common/src/lib.rs", "pub saddr: u32", "pub saddr: Be<u32>");
    project.assert_builds();
}

#[test]
fn libbpf_cargo_project() {
    if !command_or_skip("libbpf_cargo_project", "clang") {
        return;
    }
    let project = Project::new("libbpf", &["monitor"], &["libbpf-cargo"]);
    let section = section("With libbpf-cargo");
    write_files(&project, &section);
    stand_in(&project, "libbpf-cargo", "0.26.0", LIBBPF_CARGO);
    project.assert_builds();

    let source = "monitor/src/bpf/flow.bpf.c";
    let (right, exchanged) = ("short sport;\n    unsigned short dport;", "short dport;\n    unsigned short sport;");
    project.replace(source, right, exchanged);
    let said = project.assert_fails();
    let shown = section.split("```text\n").nth(1).and_then(|rest| rest.split("\n```").next()).expect("a message");
    assert!(squeezed(&said).contains(&squeezed(shown)), "{said}\nand documented is\n{shown}");

    project.replace(source, exchanged, right);
    project.assert_builds();
}

/// Without the types' numbers, which are clang's, and without blank ends of lines.
fn squeezed(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(|line| line.split(", id ").next().unwrap_or_default().trim_end()).collect();
    lines.join("\n")
}
