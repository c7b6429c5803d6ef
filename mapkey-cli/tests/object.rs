//! `mapkey layout --object` as a person calls it.

use std::process::{Command, Output};

use serde_json::{Value, json};

const MAPS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/maps.bpf.o");
const UNLOADABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/unloadable.bpf.o");

fn layout(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mapkey"));
    command.arg("layout").args(arguments).output().expect("the command was built")
}

fn printed(arguments: &[&str]) -> String {
    let output = layout(arguments);
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn the_maps_of_an_object() {
    let text = printed(&["--object", MAPS]);
    let block = |name: &str| {
        let start = text.find(&format!("{name}: ")).unwrap_or_else(|| panic!("no {name} in {text}"));
        text[start..].split("\n\n").next().unwrap_or_default().trim_end().to_owned()
    };
    let flows = "\
flows: hash, 1024 entries, pinned by its name
    key    struct flow_key, 16 bytes
    value  struct counters, 16 bytes
    used by count_flows, classify";
    assert_eq!(block("flows"), flows);
    assert!(block("unused").ends_with("\n    used by no program"));
    assert!(block("events").starts_with("events: ringbuf, 4096 bytes\n    key    none\n"));
    let holds = "\n    holds  hash, 8 entries, key struct flow_key, 16 bytes, value __u64, 8 bytes\n";
    assert!(block("outer").contains(holds), "{}", block("outer"));
    let old = printed(&["--object", UNLOADABLE]);
    let line =
        "old: hash, 64 entries, flags 0x1, defined in a section maps, without types\n    key    16 bytes, of no type";
    assert!(old.contains(line), "{old}");
}

#[test]
fn as_json() {
    let maps: Vec<Value> = printed(&["--object", MAPS, "--json"])
        .lines()
        .map(|line| serde_json::from_str(line).expect("an object a line"))
        .collect();
    let recent = maps.iter().find(|map| map["name"] == "recent").expect("the fixture has it");
    let expected = json!({
        "name": "recent", "type": "lru_hash", "section": ".maps", "linkage": "global", "pinning": "none",
        "key": {"type": "flow_t", "size": 16}, "value": {"type": "__u64", "size": 8},
        "max_entries": 512, "flags": 6, "numa_node": 0, "used_by": ["count_flows", "classify"],
    });
    assert_eq!(recent, &expected);
}

#[test]
fn a_name_is_a_maps_or_else_a_types() {
    assert!(printed(&["flows", "--object", MAPS]).starts_with("struct flow_key {  // 16 bytes"));
    assert!(printed(&["counters", "--object", MAPS]).starts_with("struct counters {  // 16 bytes"));
    for (name, message) in [
        ("flwos", "declares no map `flwos`; did you mean `flows`?"),
        ("counter", "has no type `counter`; did you mean `counters`?"),
        ("sizes_only", "declares no type for the keys of map `sizes_only`"),
    ] {
        let output = layout(&[name, "--object", MAPS]);
        assert_eq!(output.status.code(), Some(2));
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(error.contains(message), "{error}");
    }
}
