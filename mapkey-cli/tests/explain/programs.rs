//! The programs' state, and other maps of the same name.

use std::fs;
use std::process::Command;

use mapkey_runtime::explain::{CauseKind, Inquiry, Wanted};
use mapkey_runtime::map::{Access, Map};
use mapkey_runtime::program::Statistics;
use mapkey_tests::bpffs::BpfFs;
use mapkey_tests::maps::pin;

use crate::answer::{MAPKEY, ask, json, mapkey};
use crate::packet::{ASKED, traffic};
use crate::world::{World, scene};

#[test]
fn from_a_map_without_a_program_to_one_that_ran() {
    scene("from_a_map_without_a_program_to_one_that_ran", || {
        let mut world = World::new();
        let map = world.map("seen_flows");
        ask(&map, &ASKED).first(CauseKind::ProgramNotLoaded, &[], None).says("no loaded program uses the map");
        world.load("counts_flows");
        let answer = ask(&map, &ASKED);
        answer
            .first(CauseKind::ProgramNotAttached, &[], None)
            .says("`counts_flows` (xdp) is loaded and attached nowhere");
        world.attach("counts_flows");
        if Statistics::now().are_on() == Some(true) {
            return eprintln!("the rest is skipped: somebody counts runs: {:?}", Statistics::now());
        }
        ask(&map, &ASKED).first(CauseKind::EmptyMap, &[], None);
        let _counting = Statistics::keep_on().unwrap();
        let answer = ask(&map, &ASKED);
        answer.first(CauseKind::ProgramNeverRan, &[], None).says("is attached and has never run");
    });
}

/// A container sees neither the host's processes nor its devices: nobody there can say that a program is not attached.
#[test]
fn nothing_is_claimed_from_within_a_container() {
    scene("nothing_is_claimed_from_within_a_container", || {
        let mut world = World::new();
        world.load("counts_flows");
        let id = format!("id:{}", world.map("seen_flows").info().id);
        let ask =
            [&["--net", "--pid", "--fork", "--mount-proc", MAPKEY, "explain", &id, "--json"], &ASKED[..]].concat();
        let output = Command::new("unshare").args(ask).output().unwrap();
        let answer = json(&output);
        assert_eq!(answer["causes"][0]["kind"], "empty-map", "{answer:#}");
        let text = answer["causes"][0]["text"].as_str().unwrap();
        assert!(text.contains("is attached could not be seen: network devices of processes"), "{text}");
        assert_eq!(answer["causes"].as_array().unwrap().len(), 1, "{answer:#}");
    });
}

#[test]
fn another_load_of_the_object() {
    scene("another_load_of_the_object", || {
        let held = World::new();
        let used = World::attached("counts_flows", traffic());
        let used_id = used.map("seen_flows").info().id;
        let answer = ask(&held.map("seen_flows"), &ASKED);
        answer.first(CauseKind::OtherMap, &[], None);
        answer.says(&format!("map {used_id} `seen_flows` (hash) has the key; program "));
        answer.says("`counts_flows` (xdp) uses that one");
        answer.says(&format!("repair: open the other map: `mapkey explain id:{used_id}` with the same key"));
        // By name both are asked, and one that has the key is enough.
        let output = mapkey(&[&["explain", "name:seen_flows"], &ASKED[..]].concat());
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stdout).starts_with("2 maps are called so"), "{output:?}");
        let output = mapkey(&[&["explain", "name:seen_flows", "--json"], &ASKED[..]].concat());
        assert_eq!(String::from_utf8_lossy(&output.stdout).lines().count(), 2);
    });
}

#[test]
fn a_replaced_pin() {
    scene("a_replaced_pin", || {
        let bpffs = BpfFs::mount();
        let path = bpffs.pin("flows");
        let first = World::new();
        pin(first.fd("seen_flows"), &path);
        let held = Map::open_pinned(&path, Access::ReadOnly).unwrap();
        // A deploy: the new object's map takes the pin's place, and the agent holds the old one.
        let second = World::attached("counts_flows", traffic());
        fs::remove_file(&path).unwrap();
        pin(second.fd("seen_flows"), &path);
        let inquiry = Inquiry::of(&held);
        let wanted = Wanted::ask(inquiry.shape(), &ASKED).unwrap();
        let answer = inquiry.ask(&wanted).unwrap();
        assert_eq!(answer.causes[0].kind, CauseKind::OtherMap, "{answer}");
        let pinned = format!("pinned at {} now", path.display());
        assert!(answer.causes[0].text.contains(&pinned), "{answer}");
        // The command sees the old map by its id, and the new one by the path.
        let by_id = json(&mapkey(&[&["explain", &format!("id:{}", held.info().id), "--json"], &ASKED[..]].concat()));
        assert_eq!((&by_id["found"], &by_id["causes"][0]["kind"]), (&false.into(), &"other-map".into()));
        let by_path = json(&mapkey(&[&["explain", path.to_str().unwrap(), "--json"], &ASKED[..]].concat()));
        assert_eq!(by_path["found"], true, "{by_path}");
    });
}
