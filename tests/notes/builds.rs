//! The notes are in every kind of binary, read back by this project's reader and by binutils'.

use std::path::Path;
use std::process::Command;
use std::{fs, iter};

use mapkey_layout::note::{Arena, keys, notes};
use mapkey_tests::command_or_skip;
use mapkey_tests::project::{Build, KEYS, PROGRAM};

const TEMPORARY: &str = env!("CARGO_TARGET_TMPDIR");

/// The paths of all keys in `binary`, sorted.
fn found(binary: &[u8]) -> Vec<String> {
    let arena = Arena::new();
    let notes = notes(binary).expect("an ELF file");
    let keys = keys(&notes, &arena).expect("notes as the derive writes them");
    let mut paths: Vec<_> = keys.iter().map(ToString::to_string).collect();
    paths.sort();
    paths
}

/// How many notes binutils see.
fn seen_by_readelf(binary: &Path) -> usize {
    let output = Command::new("readelf").args(["--notes", "--wide"]).arg(binary).output().expect("readelf runs");
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().filter(|line| line.trim_start().starts_with("mapkey ")).count()
}

/// That the program has every key of the crates that it depends on, though it uses none.
fn assert_all_are_there(test: &str, build: &Build) {
    let binary = build.run(PROGRAM, TEMPORARY).join(PROGRAM);
    let bytes = fs::read(&binary).expect("cargo built it");
    assert_eq!(found(&bytes), KEYS, "{}", build.name);

    let output = Command::new(&binary).output().expect("the program runs");
    assert_eq!(output.stdout, b"42\n", "{}", build.name);

    assert_eq!(found(&without_section_headers(&bytes)), KEYS, "{}, without section headers", build.name);
    if command_or_skip(test, "readelf") {
        assert_eq!(seen_by_readelf(&binary), KEYS.len(), "{}", build.name);
    }
    if command_or_skip(test, "strip") {
        let stripped = binary.with_extension("stripped");
        let status = Command::new("strip").args(["-s", "-o"]).args([&stripped, &binary]).status().expect("strip runs");
        assert!(status.success());
        let bytes = fs::read(&stripped).expect("strip wrote it");
        assert_eq!(found(&bytes), KEYS, "{}, stripped", build.name);
    }
}

/// A 64-bit program whose section headers are gone, as `sstrip` leaves it.
fn without_section_headers(binary: &[u8]) -> Vec<u8> {
    let mut bytes = binary.to_vec();
    bytes[40..48].fill(0); // e_shoff
    bytes[60..64].fill(0); // e_shnum, e_shstrndx
    bytes
}

#[test]
fn in_debug_and_release_with_lto_stripped_and_static() {
    let test = "in_debug_and_release_with_lto_stripped_and_static";
    const SMALLEST: [&str; 6] = [
        "--release",
        "--config=profile.release.lto='fat'",
        "--config=profile.release.panic='abort'",
        "--config=profile.release.strip=true",
        "--config=profile.release.opt-level='z'",
        "--config=profile.release.codegen-units=1",
    ];
    for build in [
        Build { name: "debug", cargo: &[], rustc: "" },
        Build { name: "release", cargo: &["--release"], rustc: "" },
        Build { name: "smallest", cargo: &SMALLEST, rustc: "-Clink-arg=-Wl,--gc-sections,--strip-all" },
        Build { name: "static", cargo: &["--release"], rustc: "-Ctarget-feature=+crt-static" },
    ] {
        assert_all_are_there(test, &build);
    }
}

#[test]
fn with_other_linkers() {
    let test = "with_other_linkers";
    for (linker, rustc) in [
        ("ld.bfd", "-Clink-arg=-fuse-ld=bfd -Clink-arg=-Wl,--gc-sections"),
        ("ld.lld", "-Clink-arg=-fuse-ld=lld -Clink-arg=-Wl,--gc-sections,--icf=all"),
    ] {
        if command_or_skip(test, linker) {
            assert_all_are_there(test, &Build { name: linker, cargo: &["--release"], rustc });
        }
    }
}

#[test]
fn in_a_shared_library() {
    let build = Build { name: "shared", cargo: &["--release"], rustc: "" };
    let library = build.run("mapkey-notes-shared", TEMPORARY).join("libmapkey_notes_shared.so");
    let bytes = fs::read(library).expect("cargo built it");
    let mut expected: Vec<_> = KEYS.into_iter().chain(iter::once("mapkey_notes_shared::keys::SharedKey")).collect();
    expected.sort_unstable();
    assert_eq!(found(&bytes), expected);
}

/// Header, name and descriptor of a note, filled up to a multiple of four bytes.
#[test]
fn ten_fields_take_less_than_300_bytes() {
    let build = Build { name: "release", cargo: &["--release"], rustc: "" };
    let bytes = fs::read(build.run(PROGRAM, TEMPORARY).join(PROGRAM)).expect("cargo built it");
    let arena = Arena::new();
    let is_it = |name: &str| name == "TenFieldsKey";
    let note = notes(&bytes)
        .expect("an ELF file")
        .into_iter()
        .find(|note| note.key(&arena).is_ok_and(|key| is_it(key.layout.name) && key.layout.fields().len() == 10));
    let note = note.expect("the program has the key");
    let size = 12 + 8 + note.descriptor.len().next_multiple_of(4);
    println!("{size} bytes");
    assert!(size < 300, "{size} bytes");
}
