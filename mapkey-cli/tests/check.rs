//! `mapkey check` on a finished program, whose keys are in `tests/notes`.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;
use std::{env, fs, iter};

use mapkey_runtime::{MapKey, Padding};
use mapkey_tests::project::{Build, PROGRAM};
use mapkey_tests::{Kernel, kernel_or_skip};
use serde_json::Value;

const TEMPORARY: &str = env!("CARGO_TARGET_TMPDIR");
const REPOSITORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
/// Before the trie's key was renamed, and after.
const OLD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/linux-6.1.btf");
const NEW: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/data/kernel.btf");
const OBJECT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/flow-monitor/flow.bpf.o");

/// The program, stripped.
static BINARY: LazyLock<PathBuf> = LazyLock::new(|| {
    let build = Build { name: "stripped", cargo: &["--release", "--config=profile.release.strip=true"], rustc: "" };
    build.run(PROGRAM, TEMPORARY).join(PROGRAM)
});

fn check(binary: &Path, arguments: &[&str]) -> Output {
    let mapkey = env!("CARGO_BIN_EXE_mapkey");
    Command::new(mapkey).arg("check").arg(binary).args(arguments).output().expect("the command was built")
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

fn json(arguments: &[&str]) -> Value {
    let output = check(&BINARY, &[arguments, &["--json"]].concat());
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

/// The verdicts on the key `name`, from source to source.
fn verdicts(json: &Value, name: &str) -> Vec<String> {
    let keys = json["keys"].as_array().expect("a list");
    let of_name = keys.iter().filter(|key| key["name"] == name);
    of_name.map(|key| key["verdict"].as_str().expect("a verdict").to_owned()).collect()
}

#[test]
fn a_type_that_was_renamed() {
    let output = check(&BINARY, &["--btf", OLD, "--btf", NEW]);
    assert_eq!(output.status.code(), Some(1));
    let expected = "\
CgroupStorageKey  linux-6.1 to kernel: match
DriftedKey        linux-6.1 to kernel: mismatch, moved `attach_type`: at offset 0 here, at 8 there; at offset 0 the \
counterpart has `cgroup_inode_id`; 2 more
NewTrieKey        linux-6.1: not checkable: it has no type `bpf_lpm_trie_key_u8`; did you mean `bpf_lpm_trie_key`?
                  kernel: match
OldTrieKey        linux-6.1: match
                  kernel: not checkable: it has no type `bpf_lpm_trie_key`; did you mean `bpf_lpm_trie_key_u8` or \
`bpf_lpm_trie_key_hdr`?
TrieKey           linux-6.1 to kernel: match
FlowKey           deferred: it is checked when its map opens, or here with `--object FILE`
TenFieldsKey      deferred: it is checked when its map opens, or here with `--object FILE`

`--details` shows both sides
";
    // The order of the keys is the linker's.
    let sorted = |text: &str| {
        let text = text.replace("\n                  ", " / ");
        let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(&text(&output)), sorted(expected));
}

#[test]
fn verdicts_as_json() {
    let json = json(&["--btf", OLD, "--btf", NEW]);
    assert_eq!(json["verdict"], "mismatch");
    assert_eq!(verdicts(&json, "TrieKey"), ["match", "match"]);
    assert_eq!(verdicts(&json, "OldTrieKey"), ["match", "not-checkable"]);
    assert_eq!(verdicts(&json, "NewTrieKey"), ["not-checkable", "match"]);
    assert_eq!(verdicts(&json, "FlowKey"), ["deferred"]);

    let drifted = |key: &&Value| key["name"] == "DriftedKey";
    let drifted = json["keys"].as_array().expect("a list").iter().find(drifted).expect("the key");
    assert_eq!(drifted["counterpart"], "struct bpf_cgroup_storage_key");
    assert_eq!(drifted["source"], OLD);
    let difference = &drifted["differences"][0];
    assert_eq!([&difference["kind"], &difference["field"]], ["moved", "attach_type"]);
    assert_eq!([&difference["ours"], &difference["theirs"]], ["u64 at 0..8", "__u32 at 8..12"]);
}

#[test]
fn details_show_both_sides_once() {
    let output = text(&check(&BINARY, &["--btf", OLD, "--btf", NEW, "--details"]));
    assert_eq!(output.matches("mismatch: DriftedKey against struct bpf_cgroup_storage_key of ").count(), 1, "{output}");
    assert!(output.contains("attach_type: u64             0     8  __u64 cgroup_inode_id"), "{output}");
    assert!(!output.contains("`--details`"), "{output}");
}

#[test]
fn own_keys_against_an_object() {
    let json = json(&["--btf", NEW, "--object", OBJECT]);
    assert_eq!(verdicts(&json, "FlowKey"), ["match"]);
    // No map of this object has such keys.
    assert_eq!(verdicts(&json, "TenFieldsKey"), ["not-checkable"]);
    let flow = |key: &&Value| key["name"] == "FlowKey";
    let flow = json["keys"].as_array().expect("a list").iter().find(flow).expect("the key");
    assert_eq!(flow["counterpart"], "struct flow_key");
}

#[test]
fn a_pair_names_the_counterpart() {
    let pair = |pair: &str| json(&["--btf", NEW, "--object", OBJECT, "--pair", pair]);
    assert_eq!(verdicts(&pair("TenFieldsKey=flow_key"), "TenFieldsKey"), ["mismatch"]);
    assert_eq!(
        verdicts(&pair("mapkey_notes_deep::tries::OldTrieKey=struct bpf_lpm_trie_key_u8"), "OldTrieKey"),
        ["match"]
    );
    // Without an object it is the kernel's.
    assert_eq!(verdicts(&json(&["--btf", NEW, "--pair", "FlowKey=rt6key"]), "FlowKey"), ["mismatch"]);

    for (pair, expected) in [
        ("FlwKey=flow_key", "mapkey: the binary has no key `FlwKey`; did you mean `FlowKey`?\n"),
        ("FlowKey", "mapkey: `--pair FlowKey`: expected RUST=C, as in `--pair FlowKey=flow_key`\n"),
    ] {
        let output = check(&BINARY, &["--pair", pair]);
        assert_eq!((output.status.code(), &*String::from_utf8_lossy(&output.stderr)), (Some(2), expected));
    }
}

/// The kernel key of this test's own binary; it has no other.
#[derive(Clone, Copy, MapKey)]
#[repr(C)]
#[mapkey(kernel = "bpf_cgroup_storage_key")]
struct Storage {
    cgroup_inode_id: u64,
    attach_type: u32,
    _pad: Padding<4>,
}

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Own {
    id: u32,
}

#[test]
fn exit_codes() {
    let this = env::current_exe().expect("the test knows its path");
    let code = |binary: &Path, arguments: &[&str]| check(binary, arguments).status.code();
    assert_eq!(code(&this, &["--btf", NEW]), Some(0), "what is deferred changes nothing");
    assert_eq!(code(&this, &["--btf", NEW, "--pair", "Storage=no_such_type"]), Some(2));
    assert_eq!(code(&this, &["--btf", NEW, "--object", OBJECT]), Some(2), "the object has no `Own`");
    assert_eq!(code(&this, &["--btf", "no/such.btf"]), Some(2));
    assert_eq!(code(&this, &["--btf", NEW, "--pair", "Storage=rt6key"]), Some(1));
    assert_eq!(code(&BINARY, &["--btf", OLD]), Some(1), "a mismatch goes before what is not checkable");
}

#[test]
fn a_binary_without_keys() {
    let output = check(Path::new(env!("CARGO_BIN_EXE_mapkey")), &["--btf", NEW]);
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(error.contains("has no keys: no note `.note.mapkey` is in it\n"), "{error}");
}

#[test]
fn what_is_no_binary() {
    for (path, expected) in [
        ("Cargo.toml", "Cargo.toml: no ELF file: it starts with "),
        ("no/such/binary", "no/such/binary cannot be read: "),
        (".", ". cannot be read: it is no file; give the program itself"),
    ] {
        let output = check(Path::new(path), &[]);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2));
        assert!(error.starts_with(&format!("mapkey: {expected}")), "{error}");
    }
}

/// Folders are looked through, in the order of their versions; what is broken is a cell like any other.
#[test]
fn folders_of_kernels() {
    let root = Path::new(TEMPORARY).join("check-folders");
    let _ = fs::remove_dir_all(&root);
    for (file, from) in [("b/6.1.0-10/vmlinux.btf", Some(OLD)), ("6.1.0-9.btf", Some(OLD)), ("b/6.12.btf", None)] {
        let path = root.join(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
        match from {
            Some(from) => drop(fs::copy(from, path).expect("it can be written")),
            None => fs::write(path, "no BTF").expect("it can be written"),
        }
    }
    // A module beside its kernel is no kernel.
    fs::create_dir_all(root.join("b/6.1.0-10/modules")).expect("it can be made");
    fs::write(root.join("b/6.1.0-10/modules/m.btf"), "no BTF").expect("it can be written");
    // Folders that contain each other.
    std::os::unix::fs::symlink("..", root.join("b/cycle")).expect("it can be made");

    let folder = root.to_str().expect("text");
    let json = json(&["--btf", folder]);
    assert_eq!(verdicts(&json, "CgroupStorageKey"), ["match", "match", "not-checkable"]);
    let output = text(&check(&BINARY, &["--btf", folder]));
    assert!(
        output.contains("CgroupStorageKey  6.1.0-9 to -10: match\n                  6.12: not checkable: "),
        "{output}"
    );

    let empty = root.join("b/6.1.0-10/modules/none");
    fs::create_dir(&empty).expect("it can be made");
    let empty = empty.to_str().expect("text");
    let output = check(&BINARY, &["--btf", empty]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output).contains("has no BTF file"), "{output:?}");
    assert_eq!(check(&BINARY, &["--btf", empty, "--btf", OLD]).status.code(), Some(1), "a mismatch goes first");
}

/// Beside a kernel there are others, under names of their own, and its modules.
#[test]
fn kernels_beside_a_kernel() {
    let root = Path::new(TEMPORARY).join("check-beside");
    let _ = fs::remove_dir_all(&root);
    fs::create_dir_all(&root).expect("it can be made");
    for name in ["vmlinux", "vmlinux-6.1", "5.4.btf", "5.4.2.btf"] {
        fs::copy(OLD, root.join(name)).expect("it can be written");
    }
    // A struct whose name is in the kernel's strings.
    let header = [0x0001_eb9f_u32, 24, 0, 12, 12, 1];
    let module = header.into_iter().chain([1_000_000, 4 << 24, 0]).flat_map(u32::to_le_bytes).chain([0]);
    fs::write(root.join("module.btf"), module.collect::<Vec<u8>>()).expect("it can be written");
    let folder = root.to_str().expect("text");
    let again = root.join("5.4.btf");
    let json = json(&["--btf", folder, "--btf", again.to_str().expect("text")]);
    let keys = json["keys"].as_array().expect("a list").iter().filter(|key| key["name"] == "CgroupStorageKey");
    let sources: Vec<&str> = keys.map(|key| key["source"].as_str().expect("a path")).collect();
    let names: Vec<&str> = sources.iter().filter_map(|source| source.rsplit('/').next()).collect();
    assert_eq!(names, ["5.4.btf", "5.4.2.btf", "vmlinux", "vmlinux-6.1"], "each once");
}

/// One of them would not be held.
#[test]
fn two_pairs_for_a_key() {
    let this = env::current_exe().expect("the test knows its path");
    let output = check(&this, &["--btf", NEW, "--pair", "Storage=rt6key", "--pair", "Storage=in6_addr"]);
    assert_eq!(output.status.code(), Some(2));
    let expected = "`--pair Storage=in6_addr`: `Storage` is paired with `rt6key` already; give one type at a time";
    assert_eq!(String::from_utf8_lossy(&output.stderr).trim(), format!("mapkey: {expected}"));
}

/// Debian's kernels, fetched by `cargo xtask kernels`, and the running one.
#[test]
fn kernels_that_run() {
    let mut sources = Vec::new();
    let fetched = fs::read_dir(Path::new(REPOSITORY).join("kernels")).into_iter().flatten().flatten();
    for kernel in fetched.map(|folder| folder.path().join("vmlinux.btf")).filter(|file| file.is_file()) {
        sources.push(kernel.to_str().expect("text").to_owned());
    }
    if sources.is_empty() {
        println!("without Debian's kernels: `cargo xtask kernels fetch` brings them");
    }
    if kernel_or_skip("kernels_that_run", Kernel::Btf) {
        sources.push("/sys/kernel/btf/vmlinux".to_owned());
    }
    let arguments: Vec<&str> = sources.iter().flat_map(|source| ["--btf", source]).collect();
    if sources.is_empty() {
        return;
    }
    let json = json(&arguments);
    let all = |verdict: &str| iter::repeat_n(verdict.to_owned(), sources.len()).collect::<Vec<_>>();
    assert_eq!(verdicts(&json, "CgroupStorageKey"), all("match"));
    assert_eq!(verdicts(&json, "TrieKey"), all("match"));
    assert_eq!(verdicts(&json, "DriftedKey"), all("mismatch"));
    // One of the two names, and never both.
    for (new, old) in verdicts(&json, "NewTrieKey").iter().zip(verdicts(&json, "OldTrieKey")) {
        assert!([["match", "not-checkable"], ["not-checkable", "match"]].contains(&[new, &*old]), "{new}, {old}");
    }
}
