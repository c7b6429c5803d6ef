//! What the map's type and sizes decide alone.

use mapkey_runtime::explain::CauseKind;
use mapkey_runtime::map::{Map, MapType};
use mapkey_tests::maps::NewMap;

use crate::answer::{ask, json, mapkey};
use crate::packet::{ASKED, asked, traffic};
use crate::world::{World, scene};

#[test]
fn index_out_of_range() {
    scene("index_out_of_range", || {
        let world = World::attached("counts_by_port", traffic());
        let slots = world.map("sixteen_slots");
        ask(&slots, &["key=443"]).first(CauseKind::IndexOutOfRange, &[], None).says("0 to 15");
        let index = (443u32 & 15).to_string();
        ask(&slots, &[&format!("key={index}")]).first(CauseKind::Present, &[], Some(&11u32.to_ne_bytes()));
        // A port in network order, of which the program takes the lower bits.
        ask(&slots, &["--hex", "0000000b"])
            .first(CauseKind::IndexOutOfRange, &[], None)
            .says("in the other byte order it is 11");
    });
}

#[test]
fn prefixes() {
    scene("prefixes", || {
        let net = |data: [u8; 4]| [24u32.to_ne_bytes(), data].concat();
        let world = World::attached("learns_networks", [asked()]);
        let nets = world.map("seen_nets");
        ask(&nets, &["addr=10.0.7.9/33"]).first(CauseKind::PrefixTooLong, &[], None).says("the map's data of 32 bits");
        ask(&nets, &["--hex", "000000200a000709"])
            .first(CauseKind::PrefixTooLong, &[], None)
            .says("in the other byte order it is 32");
        let found = ask(&nets, &["addr=10.0.7.9/32"]);
        found.first(CauseKind::Present, &[], Some(&net([10, 0, 7, 0]))).says("with a prefix of 24 bits");

        drop(world);
        let world = World::attached("hosts_in_host_order", [asked()]);
        let answer = ask(&world.map("seen_nets"), &["addr=10.0.7.9/32"]);
        answer.first(CauseKind::ByteOrder, &["addr"], Some(&[32, 0, 0, 0, 9, 7, 0, 10]));
    });
}

#[test]
fn key_size_and_wrong_map_type() {
    scene("key_size_and_wrong_map_type", || {
        let world = World::attached("tells_flows", traffic());
        let answer = ask(&world.map("seen_flows"), &["--hex", "0a000709 c0000221 9c40 01bb 11"]);
        answer.first(CauseKind::KeySize, &[], None).says("this map's keys have 16 bytes, and this one has 13 bytes");
        let answer = ask(&world.map("told_flows"), &["--hex", "0a000709"]);
        answer.first(CauseKind::WrongMapType, &[], None).says("a ringbuf has no keys");
        // Whatever is asked for, the type decides.
        ask(&world.map("told_flows"), &["key=5"])
            .first(CauseKind::WrongMapType, &[], None)
            .says("a ringbuf has no keys");
        ask(&world.map("told_flows"), &ASKED).first(CauseKind::WrongMapType, &[], None);
    });
}

#[test]
fn json_is_an_object_where_nothing_can_be_asked() {
    scene("json_is_an_object_where_nothing_can_be_asked", || {
        let bytes = NewMap::new(MapType::HASH, 4, 8, 4).make();
        let id = format!("id:{}", Map::from_fd(&bytes).unwrap().info().id);
        for (asked, said) in [
            (["/nowhere/flows", "key=5"], "nothing is pinned at /nowhere/flows"),
            ([&id, "sport=5"], "give the bytes with `--hex`"),
        ] {
            let output = mapkey(&["explain", asked[0], asked[1], "--json"]);
            assert_eq!(output.status.code(), Some(2), "{output:?}");
            let answer = json(&output);
            assert!(answer["found"].is_null() && answer["causes"].as_array().is_some_and(Vec::is_empty), "{answer:#}");
            assert!(answer["error"].as_str().is_some_and(|error| error.contains(said)), "{answer:#}");
        }
    });
}
