//! `mapkey dump`, `missing`, `layout --map` and the chain of `doctor`, on live maps.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::fs::{Permissions, set_permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use mapkey_runtime::map::{InsertFlags, Map, MapType};
use mapkey_runtime::prelude::*;
use mapkey_tests::bpffs::BpfFs;
use mapkey_tests::maps::{NewMap, Types, pin};
use mapkey_tests::rights::command_as_nobody;
use mapkey_tests::{Kernel, kernel_or_skip};
use serde_json::Value;

#[derive(Clone, Copy, Debug, MapKey)]
#[repr(C)]
struct FlowKey {
    saddr: Be<u32>,
    dport: Be<u16>,
    proto: u8,
    _pad: Padding<1>,
}

/// Three flows, of which the last has a dirty byte of padding.
struct Flows {
    _bpffs: BpfFs,
    map: CheckedMap<FlowKey, u64>,
    path: PathBuf,
}

const KEYS: [[u8; 8]; 3] =
    [[192, 0, 2, 1, 0x01, 0xbb, 6, 0], [192, 0, 2, 2, 0x00, 0x35, 17, 0], [192, 0, 2, 3, 0x00, 0x50, 6, 0x7f]];

impl Flows {
    fn new() -> Self {
        Self::named("cli_flows")
    }

    fn named(name: &str) -> Self {
        let members = [("saddr", "__be32", 0), ("dport", "__be16", 4), ("proto", "__u8", 6)];
        let types = Types::of_struct("flow_key", 8, &members);
        let fd = NewMap::new(MapType::HASH, 8, 8, 16).named(name).typed(&types).make();
        let map = Map::from_fd(&fd).unwrap().check().unwrap();
        let flows = Self { path: PathBuf::new(), _bpffs: BpfFs::mount(), map };
        for (value, key) in (7u64..).zip(KEYS) {
            flows.map.insert(&FlowKey::from_bytes(&key).unwrap(), &value, InsertFlags::Any).unwrap();
        }
        let path = flows._bpffs.pin("flows");
        pin(&fd, &path);
        Self { path, ..flows }
    }

    fn path(&self) -> &str {
        self.path.to_str().unwrap()
    }

    fn id(&self) -> u32 {
        self.map.info().id
    }
}

fn mapkey(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mapkey")).args(arguments).output().unwrap()
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn can(test: &str) -> bool {
    kernel_or_skip(test, Kernel::Programs)
}

#[test]
fn dump_shows_bytes_fields_and_padding() {
    if !can("dump_shows_bytes_fields_and_padding") {
        return;
    }
    let flows = Flows::new();
    let output = mapkey(&["dump", flows.path()]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let text = text(&output);
    for part in [
        "`cli_flows` (hash): keys struct flow_key, 8 bytes; values __u64, 8 bytes\n",
        "     0  c0 00 02 01  saddr    192.0.2.1\n     4  01 bb        dport    443\n     6  06           proto    6\n     7  00           padding\n",
        "!    7  7f           padding  dirty padding: the kernel compares these bytes\n",
        "3 entries, 1 of them dirty: a clean key does not find them",
    ] {
        assert!(text.contains(part), "no `{part}` in\n{text}");
    }
}

#[test]
fn dump_dirty_shows_dirt_alone_and_who_could_have_written_it() {
    if !can("dump_dirty_shows_dirt_alone_and_who_could_have_written_it") {
        return;
    }
    let flows = Flows::new();
    let output = mapkey(&["dump", &format!("id:{}", flows.id()), "--dirty"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    let dirty = text(&output);
    assert!(dirty.contains("192.0.2.3") && !dirty.contains("192.0.2.1"), "{dirty}");
    assert!(dirty.contains("no loaded program uses the map"), "{dirty}");
    flows.map.remove(&FlowKey::from_bytes(&KEYS[2]).unwrap()).unwrap();
    assert_eq!(mapkey(&["dump", flows.path(), "--dirty"]).status.code(), Some(0));
}

#[test]
fn dump_does_not_call_clean_what_nobody_knows() {
    if !can("dump_does_not_call_clean_what_nobody_knows") {
        return;
    }
    let flows = Flows::new();
    set_permissions(&flows.path, Permissions::from_mode(0o644)).unwrap();
    let nobody =
        |arguments: &[&str]| command_as_nobody(Path::new(env!("CARGO_BIN_EXE_mapkey")), arguments).output().unwrap();
    let whole = nobody(&["dump", flows.path()]);
    assert!(text(&whole).contains("3 entries, of which nobody knows whether they are dirty"), "{}", text(&whole));
    assert!(text(&whole).contains("  value\n       0  07 00 00 00 00 00 00 00  value\n"), "{}", text(&whole));
    let json = nobody(&["dump", flows.path(), "--json"]);
    let first: Value = serde_json::from_str(String::from_utf8_lossy(&json.stdout).lines().next().unwrap()).unwrap();
    assert_eq!(first["dirty"], Value::Null, "{first}");
    let dirty = nobody(&["dump", flows.path(), "--dirty"]);
    assert_eq!(dirty.status.code(), Some(2), "{}", text(&dirty));
    assert!(text(&dirty).contains("nobody knows which bytes of these keys are padding"), "{}", text(&dirty));
}

#[test]
fn dump_goes_round_through_missing() {
    if !can("dump_goes_round_through_missing") {
        return;
    }
    let flows = Flows::new();
    let dumped = mapkey(&["dump", flows.path(), "--json"]);
    let lines: Vec<Value> =
        String::from_utf8_lossy(&dumped.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 3);
    let first = lines.iter().find(|line| line["fields"]["saddr"] == "192.0.2.1").unwrap();
    assert_eq!((&first["key"], &first["fields"]["dport"]), (&"c000020101bb0600".into(), &"443".into()));
    assert_eq!((&first["values"][0]["fields"]["value"], &first["dirty"]), (&"7".into(), &false.into()));
    let compared = with_input(&["missing", flows.path(), "--expect", "-"], &dumped.stdout);
    assert_eq!(compared.status.code(), Some(0), "{}", text(&compared));
    assert!(text(&compared).contains("3 of 3 expected keys are there"), "{}", text(&compared));
}

fn with_input(arguments: &[&str], input: &[u8]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mapkey"));
    let mut child =
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn missing_names_the_near_miss() {
    if !can("missing_names_the_near_miss") {
        return;
    }
    let flows = Flows::new();
    let expected = b"saddr,dport,proto\n192.0.2.1,443,6\n192.0.2.3,80,6\n198.51.100.9,22,6\n";
    let output = with_input(&["missing", flows.path(), "--expect", "-"], expected);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    let said = text(&output);
    assert!(said.contains("1 of 3 expected keys are there"), "{said}");
    assert!(said.contains("near miss, dirty-padding: "), "{said}");
    assert!(said.contains("2 missing, 2 not expected"), "{said}");

    let output = with_input(&["missing", flows.path(), "--expect", "-", "--json"], expected);
    let object: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&object["expected"], &object["present"]), (&3.into(), &1.into()));
    assert_eq!(object["missing"][0]["near"][0]["kind"], "dirty-padding", "{object}");
    assert_eq!(object["missing"][0]["near"][0]["entry"], "c00002030050067f", "{object}");
    assert_eq!(object["missing"][1]["near"].as_array().unwrap().len(), 0, "{object}");
}

#[test]
fn layout_of_a_live_map() {
    if !can("layout_of_a_live_map") {
        return;
    }
    let flows = Flows::new();
    let output = mapkey(&["layout", "--map", flows.path()]);
    assert!(output.status.success(), "{}", text(&output));
    assert!(text(&output).starts_with("struct flow_key {  // 8 bytes"), "{}", text(&output));
}

#[test]
fn doctor_follows_the_chain() {
    if !can("doctor_follows_the_chain") {
        return;
    }
    // The other tests have maps at the same time.
    let flows = Flows::named("cli_chain");
    let doctor = |more: &[&str]| {
        let id = format!("id:{}", flows.id());
        mapkey(&[&["doctor", "--json", "--map", &id], more].concat())
    };
    let output = doctor(&[]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    let findings: Vec<Value> =
        String::from_utf8_lossy(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let status = |check: &str| {
        let found = findings.iter().find(|finding| finding["check"] == check);
        found.unwrap_or_else(|| panic!("no {check} in {findings:#?}"))["status"].clone()
    };
    assert_eq!(status("programs"), "problem");
    assert_eq!(status("key-layout"), "ok");
    assert_eq!(status("room"), "ok");
    assert_eq!(status("identity"), "ok");
    let foreign = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/flow-monitor/flow.bpf.o");
    let output = doctor(&["--object", foreign.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output).contains("declares no map called `cli_chain`"), "{}", text(&output));
}

/// A reader without rights but the file's sees bytes, and is told what would show more.
#[test]
fn without_rights_on_a_readable_pin() {
    if !can("without_rights_on_a_readable_pin") {
        return;
    }
    let flows = Flows::new();
    set_permissions(&flows.path, Permissions::from_mode(0o644)).unwrap();
    let mut readable_copy = tempfile::NamedTempFile::new().unwrap();
    readable_copy.write_all(&std::fs::read(std::env::current_exe().unwrap()).unwrap()).unwrap();
    set_permissions(readable_copy.path(), Permissions::from_mode(0o644)).unwrap();
    let as_nobody = |arguments: &str| {
        let arguments: Vec<_> = arguments.split(' ').collect();
        command_as_nobody(Path::new(env!("CARGO_BIN_EXE_mapkey")), &arguments).output().unwrap()
    };
    let dump = as_nobody(&format!("dump {}", flows.path()));
    assert_eq!(dump.status.code(), Some(0), "{}", text(&dump));
    assert!(text(&dump).contains("needs CAP_SYS_ADMIN"), "{}", text(&dump));
    assert!(text(&dump).contains("c0 00 02 03 00 50 06 7f"), "{}", text(&dump));
    // What the binary knows takes no rights: the test's own has `FlowKey`.
    let fields = as_nobody(&format!(
        "explain {} --key-from {}:FlowKey saddr=192.0.2.3 dport=80 proto=6",
        flows.path(),
        readable_copy.path().display()
    ));
    assert_eq!(fields.status.code(), Some(1), "{}", text(&fields));
    assert!(text(&fields).contains("dirty-padding"), "{}", text(&fields));
    let doctor = as_nobody(&format!("doctor --map {}", flows.path()));
    assert!(text(&doctor).contains("this process lacks CAP_SYS_ADMIN"), "{}", text(&doctor));
    assert!(text(&doctor).contains("3 of 16 entries"), "{}", text(&doctor));
    for check in ["identity", "programs", "key-layout"] {
        assert!(text(&doctor).contains(&format!("unseen   {check}: ")), "no {check} in {}", text(&doctor));
    }
    // The system is seen where the map is not.
    let doctor = as_nobody(&format!("doctor --map id:{}", flows.id()));
    assert_eq!(doctor.status.code().map(|code| code > 0), Some(true), "{}", text(&doctor));
    for part in ["this process lacks CAP_SYS_ADMIN", "unseen   identity: ", "cannot be opened by its id"] {
        assert!(text(&doctor).contains(part), "no `{part}` in {}", text(&doctor));
    }
    let missing = as_nobody(&format!("dump id:{}", flows.id()));
    assert_eq!(missing.status.code(), Some(2));
    assert!(text(&missing).contains("needs CAP_SYS_ADMIN"), "{}", text(&missing));
}
