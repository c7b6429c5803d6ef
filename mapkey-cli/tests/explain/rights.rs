//! Users without rights, and maps that nobody may read.

use std::fs::{Permissions, set_permissions};
use std::os::fd::AsFd;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Output;

use mapkey_runtime::explain::CauseKind;
use mapkey_runtime::map::{Map, MapType};
use mapkey_tests::bpffs::BpfFs;
use mapkey_tests::maps::{Bare, NewMap, WRITE_ONLY, pin};
use mapkey_tests::rights::command_as_nobody;
use serde_json::Value;

use crate::answer::{MAPKEY, json, stdout};
use crate::packet::{WANTED, traffic};
use crate::world::{World, scene};

fn as_nobody(arguments: &[&str]) -> Output {
    command_as_nobody(Path::new(MAPKEY), arguments).output().unwrap()
}

/// The handle decides, not the map: whoever opens it anew may read.
#[test]
fn a_handle_that_is_for_writing_alone() {
    scene("a_handle_that_is_for_writing_alone", || {
        let map = NewMap::new(MapType::HASH, 16, 8, 16).flags(WRITE_ONLY).make();
        let answer = Map::from_fd(&map).unwrap().explain(&WANTED).unwrap();
        assert_eq!((answer.causes[0].kind, answer.found), (CauseKind::Permission, None), "{answer}");
        assert_eq!(answer.repair, None, "no capability helps: {answer}");
    });
}

#[test]
fn a_pin_that_everybody_may_read() {
    scene("a_pin_that_everybody_may_read", || {
        let mut world = World::attached("two_mistakes", traffic());
        let mut dirty = WANTED;
        dirty[13] = 0x77;
        world.fill("seen_flows", [dirty]);
        let bpffs = BpfFs::mount();
        let path = bpffs.pin("flows");
        pin(world.fd("seen_flows"), &path);
        set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        let (path, hex) = (path.to_str().unwrap(), "0a000709 c0000221 9c4001bb 11000000");

        let output = as_nobody(&["explain", path, "--hex", hex, "--json"]);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let answer = json(&output);
        assert_eq!(answer["found"], false, "{answer:#}");
        assert_eq!(answer["causes"][0]["kind"], "near-value", "{answer:#}");
        assert_eq!(answer["causes"][0]["entry"], "0a000709c00002219c4001bb11770000", "{answer:#}");
        let text = stdout(&as_nobody(&["explain", path, "--hex", hex]));
        assert!(text.contains("CAP_SYS_ADMIN"), "{text}");
        assert!(text.contains(&format!("repair: `mapkey dump {path}` shows the entries")), "{text}");
        let fields = as_nobody(&["explain", path, "dport=443"]);
        assert_eq!(fields.status.code(), Some(2), "{fields:?}");
        let text = stdout(&fields);
        assert!(text.contains("nobody without rights knows where `dport=443` stands in the key"), "{text}");
        assert!(text.contains("repair: give the bytes with `--hex`, or the key's type with `--key-from`"), "{text}");
        let fields = json(&as_nobody(&["explain", path, "dport=443", "--json"]));
        assert_eq!(fields["causes"][0]["kind"], "permission", "{fields:#}");
        assert_eq!(fields["found"], Value::Null, "{fields:#}");

        let dump = as_nobody(&["dump", path]);
        assert_eq!(dump.status.code(), Some(0), "{dump:?}");
        assert!(stdout(&dump).contains("0a 00 07 09 c0 00 02 21 9c 40 01 bb 11 77 00 00"), "{dump:?}");
    });
}

#[test]
fn a_pin_that_is_closed() {
    scene("a_pin_that_is_closed", || {
        let bpffs = BpfFs::mount();
        let map = NewMap::new(MapType::HASH, 4, 4, 16).make();
        // SAFETY: the sizes are those that it was made with.
        unsafe { Bare::new(map.as_fd(), 4, 4) }.update(&[1, 0, 0, 0], &[1; 4]).unwrap();
        let path = bpffs.pin("closed");
        pin(&map, &path);
        set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        let path = path.to_str().unwrap();
        let output = as_nobody(&["explain", path, "--hex", "01000000", "--json"]);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        let answer = json(&output);
        assert_eq!(answer["found"], Value::Null, "{answer:#}");
        assert_eq!(answer["causes"][0]["kind"], "permission", "{answer:#}");
        assert_eq!(answer["wanted"], "01000000", "{answer:#}");
        let text = stdout(&as_nobody(&["explain", path, "key=1"]));
        assert!(text.starts_with(&format!("{path} could not be asked for this key: no right to open")), "{text}");
        assert!(text.contains("CAP_DAC_OVERRIDE"), "{text}");
        let id = format!("id:{}", Map::from_fd(&map).unwrap().info().id);
        let by_id = json(&as_nobody(&["explain", &id, "--hex", "01000000", "--json"]));
        assert_eq!(by_id["causes"][0]["kind"], "permission", "{by_id:#}");
        assert!(by_id["repair"].as_str().unwrap().contains("CAP_SYS_ADMIN"), "{by_id:#}");
        let dump = as_nobody(&["dump", path]);
        assert_eq!(dump.status.code(), Some(2), "{dump:?}");
        assert!(String::from_utf8_lossy(&dump.stderr).contains("no right to open"), "{dump:?}");
    });
}
