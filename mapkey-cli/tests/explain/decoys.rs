//! What looks like a cause and is none.

use std::os::fd::AsFd;

use mapkey_runtime::explain::CauseKind;
use mapkey_runtime::map::MapType;
use mapkey_tests::maps::{Bare, NewMap, Types};

use crate::answer::ask;
use crate::packet::{self, ASKED, CLIENT, SERVER, WANTED, others};
use crate::world::{World, scene};

#[test]
fn an_equal_key_in_an_unrelated_map() {
    scene("an_equal_key_in_an_unrelated_map", || {
        let mut world = World::attached("counts_flows", others(300));
        // Another name; and the same name with keys of another type.
        world.fill("last_flows", [WANTED]);
        let types = Types::of_struct("session", 16, &[("id", "__u64", 0), ("user", "__u64", 8)]);
        let namesake = NewMap::new(MapType::HASH, 16, 8, 64).named("seen_flows").typed(&types).make();
        // SAFETY: the sizes are those that it was made with.
        let namesake = unsafe { Bare::new(namesake.as_fd(), 16, 8) };
        namesake.update(&WANTED, &[1; 8]).unwrap();
        let answer = ask(&world.map("seen_flows"), &ASKED);
        assert_eq!(answer.kinds(), [], "{}", answer.text);
    });
}

#[test]
fn a_near_value_beside_a_dirty_twin() {
    scene("a_near_value_beside_a_dirty_twin", || {
        let mut near = WANTED;
        near[9] = 0x41;
        let mut dirty = WANTED;
        dirty[14] = 1;
        for keys in [[near, dirty], [dirty, near]] {
            let mut world = World::attached("counts_flows", others(300));
            world.fill("seen_flows", keys);
            let answer = ask(&world.map("seen_flows"), &ASKED);
            answer.first(CauseKind::DirtyPadding, &["[14..15]"], Some(&dirty));
            assert_eq!(answer.kinds(), [CauseKind::DirtyPadding, CauseKind::NearValue], "{}", answer.text);
        }
    });
}

#[test]
fn zeros_that_look_shifted() {
    scene("zeros_that_look_shifted", || {
        let mut world = World::attached("counts_flows", []);
        // Keys of a host that nobody knows yet: one number among zeros, which fits anywhere.
        world.fill(
            "seen_flows",
            (1..=200u8).map(|n| {
                let mut key = [0; 16];
                key[usize::from(n % 12)] = n;
                key[12] = 17;
                key
            }),
        );
        let answer = ask(&world.map("seen_flows"), &["dport=7", "proto=17"]);
        assert!(!answer.kinds().contains(&CauseKind::Shifted), "{}", answer.text);
        assert!(answer.library.causes.iter().all(|cause| cause.confidence < 0.5), "{}", answer.text);
    });
}

#[test]
fn addresses_that_look_like_strings() {
    scene("addresses_that_look_like_strings", || {
        // 97.98.0.1 and 97.98.0.2 are `ab` with something behind a NUL.
        let here = std::net::SocketAddrV4::new([97, 98, 0, 1].into(), 24930);
        let there = std::net::SocketAddrV4::new([97, 98, 0, 2].into(), 24930);
        let world = World::attached("counts_flows", others(300).chain([packet::udp(there, SERVER)]));
        let asked = ["saddr=97.98.0.1", "daddr=192.0.2.33", "sport=24930", "dport=443", "proto=17"];
        let answer = ask(&world.map("seen_flows"), &asked);
        assert_eq!(answer.kinds(), [CauseKind::NearValue], "{}", answer.text);
        assert_eq!(answer.library.causes[0].fields, ["saddr"]);
        let bytes = packet::udp(here, SERVER);
        let hex: String = [&bytes[26..38], &[17, 0, 0, 0]].concat().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(ask(&world.map("seen_flows"), &["--hex", &hex]).kinds(), [CauseKind::NearValue]);
    });
}

#[test]
fn ports_that_are_each_others_bytes() {
    scene("ports_that_are_each_others_bytes", || {
        // Of many flows to one server some port is another's the other way round, whoever writes in which order.
        let from = |port: u16| packet::udp(std::net::SocketAddrV4::new(*CLIENT.ip(), port), SERVER);
        let ports = (32768..=33000u16).chain((0..=600).map(|n| n * 97 + 64)).filter(|port| *port != 40000);
        let world = World::attached("counts_flows", ports.map(from));
        let answer = ask(&world.map("seen_flows"), &ASKED);
        let first = &answer.library.causes[0];
        assert!(first.kind == CauseKind::NearValue || first.confidence < 0.5, "{}", answer.text);
    });
}
