//! What `mapkey generate` prints compiles, and matches what it was generated from.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use mapkey_tests::{Kernel, kernel_or_skip};

fn mapkey(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_mapkey")).args(arguments).output().expect("the command was built");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

const COUNTERPARTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/counterparts.btf");

#[test]
fn bit_fields_unions_and_nested_structs() {
    let expected = r#"/// Mirrors `struct inner`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, MapKey)]
#[repr(C)]
pub struct Inner {
    /// Bytes 0..2: `__u16 a`.
    pub a: u16,
    /// Bytes 2..3: `__u8 b`.
    pub b: u8,
    /// Bytes 3..4: `__u8 c`.
    pub c: u8,
}

/// Mirrors `struct storage`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, MapKey)]
#[repr(C)]
#[mapkey(btf = "storage")]
pub struct Storage {
    /// Bytes 0..4: `struct inner inner`.
    pub inner: Inner,
    /// Bytes 4..8: `union u`.
    #[mapkey(bytes)]
    pub u: [u8; 4],
    /// Bytes 8..12: `__u32 low:3, __u32 high:5, __u32 rest:24`.
    #[mapkey(bytes)]
    pub bits_8: [u8; 4],
    /// Bytes 12..16: `__u16 pair[2]`.
    pub pair: [u16; 2],
    /// Bytes 16..20: `__u8 grid[2][2]`.
    pub grid: [[u8; 2]; 2],
}
"#;
    assert_eq!(mapkey(&["generate", "storage", "--btf", COUNTERPARTS]), expected);
}

#[test]
fn padding_is_explicit_and_flexible_arrays_are_left_out() {
    let text = mapkey(&["generate", "tail_pad", "--btf", COUNTERPARTS]);
    assert!(text.contains("    /// Bytes 12..16: no member.\n    pub _pad: Padding<4>,\n"), "{text}");
    let text = mapkey(&["generate", "flexible", "--btf", COUNTERPARTS]);
    assert!(text.contains("    // `__u8 data[]` at offset 4 has no bytes of its own\n}"), "{text}");
}

#[test]
fn types_of_one_name_are_keys_of_two() {
    let text = mapkey(&["generate", "twice", "--btf", COUNTERPARTS]);
    let names: Vec<&str> = text.lines().filter(|line| line.starts_with("pub struct")).collect();
    assert_eq!(names, ["pub struct Twice {", "pub struct Twice2 {"], "{text}");
}

#[test]
fn what_no_key_can_mirror() {
    let output = Command::new(env!("CARGO_BIN_EXE_mapkey")).args(["generate", "color", "--btf", COUNTERPARTS]).output();
    let output = output.expect("the command was built");
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(error.trim(), "mapkey: enum color is no struct: use the Rust type of its size as the key");
}

/// Names that a fixed seed picks from all that the kernel has.
fn picked(count: usize) -> Vec<String> {
    let all = mapkey(&["layout", "--all", "--json"]);
    let mut names: Vec<String> = Vec::new();
    for line in all.lines() {
        let object: serde_json::Value = serde_json::from_str(line).expect("an object a line");
        if object["size"] != 0 {
            names.extend(object["name"].as_str().map(str::to_owned));
        }
    }
    names.sort();
    names.dedup();
    // A linear congruential generator (Knuth's MMIX): the same choice for the same kernel.
    let mut state = 2_026_u64;
    let mut picked = Vec::new();
    while picked.len() < count.min(names.len()) {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let index = usize::try_from(state >> 33).unwrap_or_default() % names.len();
        picked.push(names.swap_remove(index));
    }
    picked
}

const KEYS: usize = 500;

#[test]
fn keys_for_structs_of_the_running_kernel_compile_and_match() {
    const TEST: &str = "keys_for_structs_of_the_running_kernel_compile_and_match";
    if !kernel_or_skip(TEST, Kernel::Btf) {
        return;
    }
    let (mut modules, mut layouts, mut count) = (String::new(), String::new(), 0);
    for name in picked(KEYS) {
        let text = mapkey(&["generate", &name]);
        let _ = writeln!(modules, "pub mod k{count} {{\n    use mapkey_runtime::prelude::*;\n{text}}}");
        let attribute = format!("#[mapkey(kernel = \"{name}\")]\npub struct ");
        for (_, rest) in text.match_indices(&attribute).map(|(at, found)| text.split_at(at + found.len())) {
            let rust = rest.split(' ').next().expect("a name");
            let _ = writeln!(layouts, "        &<k{count}::{rust} as mapkey_runtime::MapKey>::LAYOUT,");
        }
        count += 1;
    }
    let program = format!(
        "{modules}\nfn main() {{\n    let kernel = mapkey_runtime::Source::kernel().expect(\"BTF\");\n    let keys = \
         [\n{layouts}    ];\n    match mapkey_runtime::validate_many(&kernel, &keys) {{\n        Ok(matches) => \
         println!(\"{{}} keys match\", matches.len()),\n        Err(errors) => {{\n            println!(\"{{errors}}\");\n            \
         std::process::exit(1)\n        }}\n    }}\n}}\n"
    );
    let printed = run("generated-keys", &program);
    let _ = write!(io::stderr(), "generated for {count} structs: {printed}");
    assert!(count >= KEYS.min(1000) && printed.ends_with(" keys match\n"), "{printed}");
}

/// Compiles a program that has `mapkey-runtime` and returns what it prints.
fn run(name: &str, program: &str) -> String {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(folder.join("src")).expect("a folder for the program");
    let runtime = workspace.join("mapkey-runtime");
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\nmapkey-runtime = {{ path \
         = {runtime:?} }}\n\n[profile.dev]\ndebug = false\n\n[workspace]\n"
    );
    fs::write(folder.join("Cargo.toml"), manifest).expect("a manifest");
    fs::copy(workspace.join("Cargo.lock"), folder.join("Cargo.lock")).expect("the versions that are here");
    fs::write(folder.join("src/main.rs"), format!("#![allow(dead_code, non_snake_case)]\n{program}"))
        .expect("a program");
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["run", "--quiet", "--offline"])
        .current_dir(&folder)
        .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("target"))
        .output()
        .expect("cargo runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{printed}\n{}", errors.chars().take(20_000).collect::<String>());
    printed
}
