//! Every named struct and union of the running kernel, held against what bpftool reads.

use std::collections::HashMap;
use std::io::{self, Write};
use std::process::Command;

use mapkey_tests::{Kernel, command_or_skip, kernel_or_skip};
use serde_json::Value;

const VMLINUX: &str = "/sys/kernel/btf/vmlinux";

#[test]
fn all_named_structs_and_unions_of_the_running_kernel() {
    const TEST: &str = "all_named_structs_and_unions_of_the_running_kernel";
    if !kernel_or_skip(TEST, Kernel::Btf) || !command_or_skip(TEST, "bpftool") {
        return;
    }
    let bpftool = Bpftool::read();
    let ours = run(Command::new(env!("CARGO_BIN_EXE_mapkey")).args(["layout", "--all", "--json"]));
    let mut ours: HashMap<u64, Value> = ours
        .lines()
        .map(|line| serde_json::from_str(line).expect("an object a line"))
        .map(|object: Value| (number(&object["id"]), object))
        .collect();

    let (mut members, mut disagreements) = (0, Vec::new());
    let named: Vec<_> = bpftool.types.values().filter(|ty| is_composite(ty) && text(&ty["name"]) != "(anon)").collect();
    for theirs in &named {
        let id = number(&theirs["id"]);
        match ours.remove(&id) {
            Some(ours) => members += bpftool.compare(theirs, &ours, &mut disagreements),
            None => disagreements.push(format!("{id} {} is missing", theirs["name"])),
        }
    }
    disagreements.extend(ours.values().map(|ours| format!("{} {} is not bpftool's", ours["id"], ours["name"])));

    // Past the test harness, which shows nothing of a test that passes.
    let count = format!("{} structs and unions, {members} members, {} disagreements", named.len(), disagreements.len());
    let _ = writeln!(io::stderr(), "against bpftool: {count}");
    assert!(named.len() > 1000 && members > named.len(), "a kernel has thousands of types");
    assert!(disagreements.is_empty(), "{disagreements:#?}");
}

/// The types as `bpftool btf dump` has them: members with the ids of their types.
struct Bpftool {
    types: HashMap<u64, Value>,
}

impl Bpftool {
    fn read() -> Self {
        let dump = run(Command::new("bpftool").args(["--json", "btf", "dump", "file", VMLINUX]));
        let mut dump: Value = serde_json::from_str(&dump).expect("bpftool prints JSON");
        let Value::Array(types) = dump["types"].take() else { panic!("bpftool lists types") };
        Self { types: types.into_iter().map(|ty| (number(&ty["id"]), ty)).collect() }
    }

    /// Returns how many members were compared.
    fn compare(&self, theirs: &Value, ours: &Value, disagreements: &mut Vec<String>) -> usize {
        let empty = Vec::new();
        let name = text(&theirs["name"]);
        let mut differ = |what: &str, theirs: &dyn std::fmt::Debug, ours: &dyn std::fmt::Debug| {
            disagreements.push(format!("{name}: {what}: bpftool {theirs:?}, mapkey {ours:?}"));
        };
        if theirs["name"] != ours["name"] || theirs["size"] != ours["size"] {
            differ("name, size", &(&theirs["name"], &theirs["size"]), &(&ours["name"], &ours["size"]));
        }
        if text(&theirs["kind"]).to_lowercase() != text(&ours["kind"]) {
            differ("kind", &theirs["kind"], &ours["kind"]);
        }
        let (their_members, our_members) =
            (theirs["members"].as_array().unwrap_or(&empty), ours["fields"].as_array().unwrap_or(&empty));
        if their_members.len() != our_members.len() {
            differ("members", &their_members.len(), &our_members.len());
        }
        for (theirs, ours) in their_members.iter().zip(our_members) {
            let (theirs, ours) = (self.member(theirs), our_member(ours));
            if theirs != ours {
                differ("member", &theirs, &ours);
            }
        }
        their_members.len()
    }

    /// Name, first bit and number of bits.
    fn member<'a>(&self, member: &'a Value) -> (&'a str, u64, u64) {
        let name = Some(text(&member["name"])).filter(|&name| name != "(anon)").unwrap_or("");
        let bits = match member["bitfield_size"].as_u64() {
            Some(bits) if bits > 0 => bits,
            _ => self.size(number(&member["type_id"])) * 8,
        };
        (name, number(&member["bits_offset"]), bits)
    }

    /// Bytes of a type, resolved from bpftool's dump alone.
    fn size(&self, id: u64) -> u64 {
        let ty = &self.types[&id];
        match text(&ty["kind"]) {
            "PTR" => 8,
            "ARRAY" => number(&ty["nr_elems"]) * self.size(number(&ty["type_id"])),
            "TYPEDEF" | "CONST" | "VOLATILE" | "RESTRICT" | "TYPE_TAG" => self.size(number(&ty["type_id"])),
            _ => number(&ty["size"]),
        }
    }
}

fn our_member(field: &Value) -> (&str, u64, u64) {
    let offset = field["bit_offset"].as_u64().unwrap_or_else(|| number(&field["offset"]) * 8);
    assert_eq!(offset / 8, number(&field["offset"]));
    (text(&field["name"]), offset, field["bit_size"].as_u64().unwrap_or_else(|| number(&field["size"]) * 8))
}

fn is_composite(ty: &Value) -> bool {
    matches!(text(&ty["kind"]), "STRUCT" | "UNION")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is text"))
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is a number"))
}

fn run(command: &mut Command) -> String {
    let output = command.output().expect("the command starts");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}
