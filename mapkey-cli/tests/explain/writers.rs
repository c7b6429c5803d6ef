//! Programs that write a key wrong.

use std::net::{Ipv4Addr, SocketAddrV4, UdpSocket};

use mapkey_runtime::explain::CauseKind;

use crate::answer::ask;
use crate::packet::{self, ASKED, CLIENT, SERVER, WANTED, asked, others, traffic};
use crate::world::{World, run, scene, thread_id};

const SILENT_MISS: &[u8] = include_bytes!("../../../examples/silent-miss/silent-miss.bpf.o");

#[test]
fn dirty_padding() {
    scene("dirty_padding", || {
        let mut world = World::of(SILENT_MISS);
        world.load("count_conns");
        // What stays on the stack is the lower half of the UDP length.
        world.send("count_conns", traffic());
        let entry = [192, 0, 2, 33, 0x01, 0xbb, 17, 8];
        let answer = ask(&world.map("conns"), &["daddr=192.0.2.33", "dport=443", "l4_proto=17"]);
        answer.first(CauseKind::DirtyPadding, &["[7..8]"], Some(&entry));
        answer.says("08 there, 00 here").says("                       ^^  padding").says("__builtin_memset(&key, 0");
        // The other way round: the wanted key is the dirty one.
        world.load("count_repaired");
        world.send("count_repaired", traffic());
        let clean = [192, 0, 2, 33, 0x01, 0xbb, 17, 0];
        let answer = ask(&world.map("repaired"), &["--hex", "c000022101bb1108"]);
        answer.first(CauseKind::DirtyPadding, &["[7..8]"], Some(&clean));
    });
}

#[test]
fn byte_order_of_real_traffic() {
    scene("byte_order_of_real_traffic", || {
        for address in ["10.0.7.9/32", "192.0.2.33/32"] {
            run("ip", &["address", "add", address, "dev", "lo"]);
        }
        let mut world = World::attached("ports_in_host_order", others(300));
        UdpSocket::bind(CLIENT).unwrap().send_to(b"hello", SERVER).unwrap();
        let entry = [10, 0, 7, 9, 192, 0, 2, 33, 0x40, 0x9c, 0xbb, 0x01, 17, 0, 0, 0];
        let answer = ask(&world.map("seen_flows"), &ASKED);
        answer.first(CauseKind::ByteOrder, &["sport", "dport"], Some(&entry)).says("bpf_htons(sport)");
        // The one that sent these.
        world.load("counts_flows");
        world.send("counts_flows", others(300));
        let answer = ask(&world.map("seen_flows"), &ASKED);
        answer.first(CauseKind::ByteOrder, &["sport", "dport"], Some(&entry));
    });
}

#[test]
fn layout_twin() {
    scene("layout_twin", || {
        let world = World::attached("packs_its_key", traffic());
        let entry = [17, 192, 0, 2, 33, 0x01, 0xbb, 0, 0, 0, 0, 0];
        let answer = ask(&world.map("seen_conns"), &["proto=17", "daddr=192.0.2.33", "dport=443"]);
        answer.first(CauseKind::LayoutTwin, &[], Some(&entry)).says("packed");
    });
}

#[test]
fn shifted() {
    scene("shifted", || {
        let world = World::attached("forgets_the_vlan_tag", others(300).chain([packet::tagged(CLIENT, SERVER)]));
        let entry = [64, 17, 0x9a, 0x75, 10, 0, 7, 9, 192, 0, 2, 33];
        let asked = ["saddr=10.0.7.9", "daddr=192.0.2.33", "sport=40000", "dport=443"];
        let answer = ask(&world.map("seen_ends"), &asked);
        answer.first(CauseKind::Shifted, &[], Some(&entry)).says("moved by 4 bytes");
    });
}

#[test]
fn string_tail() {
    scene("string_tail", || {
        // The test's own name has no room for anything behind it.
        let comm = "worker/7";
        std::fs::write("/proc/thread-self/comm", comm).unwrap();
        let mut world = World::new();
        world.watch_this_thread("name_over_another");
        let entry = world.key("seen_names", |_| true);
        assert_eq!(&entry[4..4 + comm.len()], comm.as_bytes());
        let asked = [format!("tgid={}", std::process::id()), format!("comm={}", comm)];
        let answer = ask(&world.map("seen_names"), &asked.each_ref().map(String::as_str));
        answer.first(CauseKind::StringTail, &["comm"], Some(&entry)).says("78 ").says("behind its NUL");
    });
}

#[cfg(target_arch = "x86_64")]
const OPENAT: u64 = 257;
#[cfg(not(target_arch = "x86_64"))]
const OPENAT: u64 = 56;

fn ids() -> (u64, u64) {
    (std::process::id().into(), thread_id().into())
}

fn ask_for_this_thread(world: &World) -> (crate::answer::Answer, Vec<u8>) {
    let (process, thread) = ids();
    let entry = world.key("seen_threads", |key| key[8..] == OPENAT.to_ne_bytes());
    let asked = [format!("pid_tgid={:#x}", process << 32 | thread), format!("call={OPENAT}")];
    (ask(&world.map("seen_threads"), &asked.each_ref().map(String::as_str)), entry)
}

#[test]
fn swapped_halves() {
    scene("swapped_halves", || {
        let mut world = World::new();
        world.watch_this_thread("thread_before_process");
        let (answer, entry) = ask_for_this_thread(&world);
        answer.first(CauseKind::SwappedHalves, &["pid_tgid"], Some(&entry)).says("the upper and the lower 32 bits");
        let mut world = World::new();
        world.watch_this_thread("process_alone");
        let (answer, entry) = ask_for_this_thread(&world);
        assert_eq!(entry[..8], u64::from(std::process::id()).to_ne_bytes());
        answer.first(CauseKind::SwappedHalves, &["pid_tgid"], Some(&entry)).says("upper 32 bits");
    });
}

#[test]
fn sign_or_width() {
    scene("sign_or_width", || {
        let from = SocketAddrV4::new(Ipv4Addr::new(203, 0, 113, 7), 40000);
        let world = World::attached("extends_the_sign", others(300).chain([packet::udp(from, SERVER)]));
        let entry = [0xffff_ffff_cb00_7107_u64.to_ne_bytes(), 40000u64.to_ne_bytes()].concat();
        let answer = ask(&world.map("seen_sites"), &["site=0xcb007107", "port=40000"]);
        answer.first(CauseKind::SignOrWidth, &["site"], Some(&entry)).says("sign-extended");
    });
}

#[test]
fn exchanged_fields() {
    scene("exchanged_fields", || {
        // The server's answer came, and nothing else of that flow.
        let world = World::attached("counts_flows", others(300).chain([packet::udp(SERVER, CLIENT)]));
        let entry = [192, 0, 2, 33, 10, 0, 7, 9, 0x01, 0xbb, 0x9c, 0x40, 17, 0, 0, 0];
        let answer = ask(&world.map("seen_flows"), &ASKED);
        answer.first(CauseKind::ExchangedFields, &["saddr", "daddr", "sport", "dport"], Some(&entry));
        answer.says("the other direction");
    });
}

#[test]
fn near_value() {
    scene("near_value", || {
        let other_port = SocketAddrV4::new(*CLIENT.ip(), 40002);
        let world = World::attached("counts_flows", others(300).chain([packet::udp(other_port, SERVER)]));
        let mut entry = WANTED;
        entry[8..10].copy_from_slice(&40002u16.to_be_bytes());
        let answer = ask(&world.map("seen_flows"), &ASKED);
        answer.first(CauseKind::NearValue, &["sport"], Some(&entry)).says("40000 here, 40002 there");
    });
}

#[test]
fn present() {
    scene("present", || {
        let world = World::attached("counts_flows", traffic());
        let answer = ask(&world.map("seen_flows"), &ASKED);
        answer.first(CauseKind::Present, &[], Some(&WANTED)).says("the value is 01 00 00 00 00 00 00 00");
        assert_eq!(answer.kinds().len(), 1);
    });
}

#[test]
fn pairs_name_both() {
    scene("pairs_name_both", || {
        let world = World::attached("two_mistakes", traffic());
        let entry = [10, 0, 7, 9, 192, 0, 2, 33, 0x9c, 0x40, 0xbb, 0x01, 17, 0x5a, 0x5a, 0x5a];
        let answer = ask(&world.map("seen_flows"), &ASKED);
        answer.first(CauseKind::ByteOrder, &["dport"], Some(&entry));
        answer.first_two([CauseKind::ByteOrder, CauseKind::DirtyPadding], &entry).says("byte-order with dirty-padding");
        drop(world);
        let world = World::attached("packed_in_host_order", traffic());
        let entry = [17, 192, 0, 2, 33, 0xbb, 0x01, 0, 0, 0, 0, 0];
        let answer = ask(&world.map("seen_conns"), &["proto=17", "daddr=192.0.2.33", "dport=443"]);
        answer.first_two([CauseKind::LayoutTwin, CauseKind::ByteOrder], &entry);
    });
}

#[test]
fn nothing_close() {
    scene("nothing_close", || {
        let world = World::attached("counts_flows", others(300));
        let answer = ask(&world.map("seen_flows"), &ASKED);
        assert_eq!(answer.kinds(), [], "{}", answer.text);
        assert!(answer.library.ruled_out.len() >= 14, "{}", answer.text);
        answer.says("it may never have been written");
        // And then it is there.
        let mut world = world;
        world.send("counts_flows", [asked()]);
        ask(&world.map("seen_flows"), &ASKED).first(CauseKind::Present, &[], Some(&WANTED));
    });
}
