//! `mapkey maps`, on maps that bpftool makes.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::fs::{Permissions, set_permissions};
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use mapkey_tests::bpffs::BpfFs;
use mapkey_tests::namespaces::alone;
use mapkey_tests::{Kernel, command_or_skip, kernel_or_skip};
use rustix::thread::UnshareFlags;
use serde_json::Value;

const MAPKEY: &str = env!("CARGO_BIN_EXE_mapkey");

/// Does the work beside a bpffs that only its thread, and what it starts, can see.
fn beside_a_bpffs(work: impl FnOnce(&Path) + Send) {
    alone(UnshareFlags::empty(), || work(BpfFs::mount().path()));
}

fn can(test: &str) -> bool {
    kernel_or_skip(test, Kernel::Programs) && command_or_skip(test, "bpftool")
}

fn make(path: &Path, name: &str, mode: u32) {
    let arguments = ["type", "hash", "key", "8", "value", "4", "entries", "16", "name", name];
    let made = Command::new("bpftool").args(["map", "create"]).arg(path).args(arguments).status().unwrap();
    assert!(made.success());
    for key in 0..3 {
        let key = key.to_string();
        let key = ["key", "0", "0", "0", "0", "0", "0", "0", &key];
        let mut update = Command::new("bpftool");
        update.args(["map", "update", "pinned"]).arg(path).args(key).args(["value", "1", "0", "0", "0"]);
        assert!(update.status().unwrap().success());
    }
    set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn rows_have_all_columns() {
    if !can("rows_have_all_columns") {
        return;
    }
    beside_a_bpffs(|folder| {
        let pin = folder.join("one");
        make(&pin, "mapkey_row", 0o600);
        let json = Command::new(MAPKEY).args(["maps", "--json"]).output().unwrap();
        assert!(json.status.success(), "{json:?}");
        let lines = String::from_utf8(json.stdout).unwrap();
        let rows: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let row = rows.iter().find(|row| row["pins"][0] == pin.to_str().unwrap()).unwrap();
        assert_eq!((&row["name"], &row["type"]), (&"mapkey_row".into(), &"hash".into()));
        assert_eq!((&row["key_size"], &row["value_size"], &row["max_entries"]), (&8.into(), &4.into(), &16.into()));
        assert_eq!(row["entries"]["counted"], 3);
        assert_eq!(row["unused"], true);
        assert_eq!(row["key_type"], Value::Null);

        let text = Command::new(MAPKEY).args(["maps", "--count", "2"]).output().unwrap();
        let text = String::from_utf8(text.stdout).unwrap();
        let from = text.lines().skip_while(|line| !line.contains("mapkey_row")).take(3).collect::<Vec<_>>();
        let id = &row["id"];
        assert_eq!(from[0].split_whitespace().collect::<Vec<_>>()[..2], [id.to_string().as_str(), "mapkey_row"]);
        assert!(from[0].contains(" >2 "), "{text}");
        assert_eq!(from[1].trim(), format!("pinned at {}", pin.display()));
        assert_eq!(from[2].trim(), "! no loaded program uses it; its pin keeps it");
    });
}

#[test]
fn without_rights() {
    if !can("without_rights") {
        return;
    }
    beside_a_bpffs(|folder| {
        make(&folder.join("closed"), "mapkey_closed", 0o600);
        // The target folder may be closed to everybody else.
        let command = std::env::temp_dir().join(format!("mapkey-maps-{}", std::process::id()));
        std::fs::copy(MAPKEY, &command).unwrap();
        let maps = || Command::new(&command).arg("maps").uid(65_534).gid(65_534).output().unwrap();
        let before = maps();
        make(&folder.join("open"), "mapkey_open", 0o644);
        let after = maps();
        std::fs::remove_file(&command).unwrap();

        let text = String::from_utf8(before.stdout).unwrap();
        if !text.contains("NAME") {
            assert_eq!(before.status.code(), Some(2), "{text}");
        }
        assert!(text.contains("unseen: maps cannot be listed: that needs CAP_SYS_ADMIN"), "{text}");
        assert!(text.contains(&format!("unseen: {} cannot be opened", folder.join("closed").display())), "{text}");
        let text = String::from_utf8(after.stdout).unwrap();
        assert_eq!(after.status.code(), Some(0), "{text}");
        assert!(text.contains("mapkey_open") && !text.contains("mapkey_closed"), "{text}");
    });
}

#[test]
fn watching_ends_when_nobody_reads() {
    let mut watching = Command::new(MAPKEY)
        .args(["maps", "--watch", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = watching.stdout.take().unwrap();
    let _ = out.read(&mut [0; 1]);
    drop(out);
    for _ in 0..100 {
        if let Some(status) = watching.try_wait().unwrap() {
            assert!(status.success() || status.code() == Some(2), "{status}");
            return;
        }
        thread::sleep(Duration::from_millis(100));
    }
    watching.kill().unwrap();
    panic!("it went on");
}
