//! An object beside a key, one of which drifts.

use std::fs;

use crate::project::{Project, workspace};

const MANIFEST: &str = r#"[package]
name = "NAME"
version = "0.1.0"
edition = "2024"

[dependencies]
mapkey-runtime = "0.1"
"#;

const PROGRAM: &str = r#"use mapkey_runtime::prelude::*;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
pub struct FlowKey {
    pub saddr: Be<u32>,
    pub daddr: Be<u32>,
    pub sport: Be<u16>,
    pub dport: Be<u16>,
    #[mapkey(rename = "l4_proto")]
    pub proto: u8,
    pub _pad: Padding<3>,
}

mapkey_runtime::assert_object!(FlowKey, file = "flow.bpf.o", map = "flows");

fn main() {}
"#;

/// The committed object of an example, and the same with another name for a member.
fn objects() -> (Vec<u8>, Vec<u8>) {
    let object = fs::read(workspace().join("examples/flow-monitor/flow.bpf.o")).expect("the example's object");
    let (from, to) = (b"\0l4_proto\0", b"\0ip_proto\0");
    let at = object.windows(from.len()).position(|bytes| bytes == from).expect("the member's name");
    let mut drifted = object.clone();
    drifted[at..at + to.len()].copy_from_slice(to);
    (object, drifted)
}

fn project(name: &str) -> Project {
    let project = Project::new(name, &["app"], &[]);
    project.write("app/Cargo.toml", MANIFEST.replace("NAME", name));
    project.write("app/src/main.rs", PROGRAM);
    project.write("app/flow.bpf.o", objects().0);
    project
}

#[test]
fn an_object_that_drifts_fails_the_build_until_it_is_changed_back() {
    let project = project("drifting-object");
    let (object, drifted) = objects();
    project.assert_builds();

    project.write("app/flow.bpf.o", &drifted);
    let said = project.assert_fails();
    for part in [
        "`FlowKey` does not match struct flow_key, the key of map `flows` in flow.bpf.o\n",
        "missing `proto`: the counterpart has no member `l4_proto`; at offset 12 it has `ip_proto` (ours: u8 at 12..13)\n",
        "proto: u8,         //     12     1\n",
        "__u8 ip_proto;  //     12     1\n",
        "--> app/src/main.rs:15:32\n",
    ] {
        assert!(said.contains(part), "{part:?} in {said}");
    }

    project.write("app/flow.bpf.o", &object);
    project.assert_builds();

    fs::remove_file(project.path("app/flow.bpf.o")).expect("the object is there");
    let said = project.assert_fails();
    assert!(said.contains("there is no `flow.bpf.o` in "), "{said}");
    project.write("app/flow.bpf.o", &object);
    project.assert_builds();
}

#[test]
fn a_key_that_drifts_fails_the_build_until_it_is_changed_back() {
    let project = project("drifting-key");
    project.assert_builds();
    project.replace("app/src/main.rs", "pub sport: Be<u16>", "pub sport: u16");
    let said = project.assert_fails();
    assert!(said.contains("byte-order `sport`: in network order there, in this machine's order here"), "{said}");
    project.replace("app/src/main.rs", "pub sport: u16", "pub sport: Be<u16>");
    project.assert_builds();
}

#[test]
fn a_binary_has_nothing_of_the_object() {
    let project = project("nothing-left");
    project.assert_builds();
    let binary = project.path("../target/debug/nothing-left");
    let binary = fs::read(binary).expect("cargo built it");
    let object = objects().0;
    let is_there = |bytes: &[u8]| binary.windows(bytes.len()).any(|window| window == bytes);
    assert!(is_there(b"main"), "the program is there");
    assert!(!is_there(&object[..64]), "the object is not");
}
