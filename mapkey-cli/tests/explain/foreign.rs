//! Maps that others made: bpftool, libbpf inside it, aya from an object in Rust.

use std::path::Path;

use mapkey_runtime::explain::CauseKind;
use mapkey_runtime::map::{Access, Map};
use mapkey_tests::bpffs::BpfFs;
use mapkey_tests::command_or_skip;

use crate::answer::{Answer, ask};
use crate::packet::{ASKED, SERVER, asked, traffic};
use crate::world::{World, run, scene};

const FLOWS_IN_RUST: &[u8] = include_bytes!("../../../examples/flow-bpf/flow.bpf.o");

/// `bpftool map create`, and an entry for each key.
fn by_bpftool(path: &Path, arguments: &str, keys: &[&str], value: &str) -> Map {
    let path = path.to_str().unwrap();
    let arguments: Vec<&str> = arguments.split(' ').collect();
    run("bpftool", &[&["map", "create", path], arguments.as_slice()].concat());
    for key in keys {
        let key: Vec<&str> = key.split(' ').collect();
        let value: Vec<&str> = value.split(' ').collect();
        let update = ["map", "update", "pinned", path, "key", "hex"];
        run("bpftool", &[&update, key.as_slice(), &["value", "hex"], value.as_slice()].concat());
    }
    Map::open_pinned(path, Access::ReadOnly).unwrap()
}

#[test]
fn a_hash_of_bpftools() {
    if !command_or_skip("a_hash_of_bpftools", "bpftool") {
        return;
    }
    scene("a_hash_of_bpftools", || {
        let bpffs = BpfFs::mount();
        let keys = ["c0 00 02 01 bb 01 06 00", "c0 00 02 63 35 00 11 00", "0a 01 02 03 50 00 06 00"];
        let arguments = "type hash key 8 value 4 entries 16 name byhand";
        let map = by_bpftool(&bpffs.pin("byhand"), arguments, &keys, "01 00 00 00");
        // It has no types, so that bytes are all that one can ask for.
        let entry = [0xc0, 0, 2, 1, 0xbb, 1, 6, 0];
        let answer = ask(&map, &["--hex", "c0 00 02 01 01 bb 06 00"]);
        answer.first(CauseKind::ByteOrder, &["[4..6]"], Some(&entry)).says("looked at as bytes");
        ask(&map, &["--hex", "c0000201bb010600"]).first(CauseKind::Present, &[], Some(&entry));
        ask(&map, &["--hex", "c0000201"]).first(CauseKind::KeySize, &[], None);
        let refused = crate::answer::mapkey(&["explain", &format!("id:{}", map.info().id), "dport=443"]);
        assert_eq!(refused.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&refused.stderr).contains("give the bytes with `--hex`"), "{refused:?}");
    });
}

#[test]
fn an_array_of_bpftools() {
    if !command_or_skip("an_array_of_bpftools", "bpftool") {
        return;
    }
    scene("an_array_of_bpftools", || {
        let bpffs = BpfFs::mount();
        let arguments = "type array key 4 value 4 entries 8 name slots";
        let map = by_bpftool(&bpffs.pin("slots"), arguments, &["03 00 00 00"], "2a 00 00 00");
        // What the keys of an array are, its type says.
        let answer = ask(&map, &["key=3"]);
        answer.first(CauseKind::Present, &[], Some(&3u32.to_ne_bytes())).says("the value is 2a 00 00 00");
        ask(&map, &["key=8"]).first(CauseKind::IndexOutOfRange, &[], None).says("0 to 7");
    });
}

#[test]
fn a_trie_of_bpftools() {
    if !command_or_skip("a_trie_of_bpftools", "bpftool") {
        return;
    }
    scene("a_trie_of_bpftools", || {
        let bpffs = BpfFs::mount();
        let arguments = "type lpm_trie key 8 value 4 entries 16 name nets flags 1";
        let keys = ["20 00 00 00 07 71 00 cb", "10 00 00 00 c6 33 00 00"];
        let map = by_bpftool(&bpffs.pin("nets"), arguments, &keys, "01 00 00 00");
        // What the keys of a trie are, its type says.
        let answer = ask(&map, &["data=203.0.113.7/32"]);
        answer.first(CauseKind::ByteOrder, &["data"], Some(&[0x20, 0, 0, 0, 7, 0x71, 0, 0xcb]));
        ask(&map, &["data=198.51.100.7/33"]).first(CauseKind::PrefixTooLong, &[], None);
        let stored = [0x10, 0, 0, 0, 0xc6, 0x33, 0, 0];
        ask(&map, &["--hex", "20000000 c6336407"]).first(CauseKind::Present, &[], Some(&stored));
    });
}

/// The object as libbpf loads it: all of its programs at once, and its maps shared between them.
struct ByLibbpf {
    bpffs: BpfFs,
}

impl ByLibbpf {
    fn load(object: &str) -> Self {
        let bpffs = BpfFs::mount();
        let object = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(object);
        let (programs, maps) = (bpffs.pin("programs"), bpffs.pin("maps"));
        let [object, programs, maps] = [&object, &programs, &maps].map(|path| path.to_str().unwrap());
        run("bpftool", &["prog", "loadall", object, programs, "pinmaps", maps]);
        Self { bpffs }
    }

    /// Has the kernel run a program on a packet.
    fn send(&self, program: &str, packets: impl IntoIterator<Item = Vec<u8>>) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("packet");
        let program = self.bpffs.pin("programs").join(program);
        for packet in packets {
            std::fs::write(&file, packet).unwrap();
            let [program, file] = [&program, &file].map(|path| path.to_str().unwrap());
            run("bpftool", &["prog", "run", "pinned", program, "data_in", file, "repeat", "1"]);
        }
    }

    fn ask(&self, map: &str, fields: &[&str]) -> Answer {
        ask(&Map::open_pinned(self.bpffs.pin("maps").join(map), Access::ReadOnly).unwrap(), fields)
    }
}

#[test]
fn an_object_that_libbpf_loaded() {
    if !command_or_skip("an_object_that_libbpf_loaded", "bpftool") {
        return;
    }
    scene("an_object_that_libbpf_loaded", || {
        let silent_miss = ByLibbpf::load("examples/silent-miss/silent-miss.bpf.o");
        silent_miss.send("count_conns", traffic().skip(290));
        let answer = silent_miss.ask("conns", &["daddr=192.0.2.33", "dport=443", "l4_proto=17"]);
        answer.first(CauseKind::DirtyPadding, &["[7..8]"], Some(&[192, 0, 2, 33, 0x01, 0xbb, 17, 8]));

        let mistakes = ByLibbpf::load("tests/fixtures/mistakes.bpf.o");
        let answer = mistakes.ask("seen_flows", &ASKED);
        answer.first(CauseKind::ProgramNotAttached, &[], None);
        answer.says("are loaded and attached nowhere");
        mistakes.send("ports_in_host_order", [asked()]);
        let entry = [10, 0, 7, 9, 192, 0, 2, 33, 0x40, 0x9c, 0xbb, 0x01, 17, 0, 0, 0];
        let answer = mistakes.ask("seen_flows", &ASKED);
        answer.first(CauseKind::ByteOrder, &["sport", "dport"], Some(&entry));
        mistakes.send("packs_its_key", [asked()]);
        let answer = mistakes.ask("seen_conns", &["proto=17", "daddr=192.0.2.33", "dport=443"]);
        assert_eq!(answer.kinds()[0], CauseKind::LayoutTwin, "{}", answer.text);
    });
}

#[test]
fn an_object_in_rust_that_aya_loaded() {
    scene("an_object_in_rust_that_aya_loaded", || {
        let mut world = World::of(FLOWS_IN_RUST);
        world.load("count_flows");
        world.attach("count_flows");
        world.send("count_flows", traffic());
        let map = world.map("flows");
        let fields = ["saddr=10.0.7.9", "daddr=192.0.2.33", "sport=40000", "dport=443"];
        let [protocol, right] = [["proto=6"], ["proto=17"]].map(|proto| [&fields[..], &proto].concat());
        let present = ask(&map, &right);
        assert_eq!(present.kinds(), [CauseKind::Present], "{}", present.text);
        let answer = ask(&map, &protocol);
        assert_eq!(answer.kinds()[0], CauseKind::NearValue, "{}", answer.text);
        assert_eq!(answer.library.causes[0].fields, ["proto"], "{}", answer.text);
        // The answer's direction was never seen; the question's was.
        let server = format!("saddr={}", SERVER.ip());
        let reply = [server.as_str(), "daddr=10.0.7.9", "sport=443", "dport=40000", "proto=17"];
        assert_eq!(ask(&map, &reply).kinds()[0], CauseKind::ExchangedFields);
    });
}
