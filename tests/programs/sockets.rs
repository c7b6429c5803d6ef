//! Programs on sockets, which nobody can see, and on sockmaps, which somebody can.

use std::net::UdpSocket;

use aya::maps::SockMap;
use aya::programs::{SkMsg, SocketFilter};
use mapkey_runtime::program::{Attached, Gap, MapUse, Runs, Statistics, Way};

use crate::world::{World, attachment, expect, only, turn};

#[test]
fn nobody_sees_socket_filters() {
    let Some(_turn) = turn("nobody_sees_socket_filters") else { return };
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let mut world = World::new();
    let program: &mut SocketFilter = world.program("on_socket");
    program.load().unwrap();
    for is_attached in [false, true] {
        if is_attached {
            world.program::<SocketFilter>("on_socket").attach(&socket).unwrap();
        }
        let users = world.users();
        assert_eq!(only(&users).program.attached(), Attached::Unknown);
        assert_eq!(only(&users).program.gaps, [Gap::Untold { way: Way::Sockets }]);
        let MapUse::Unknown { reasons, command } = users.map_use() else { panic!("{users:#?}") };
        expect(
            reasons.iter().any(|reason| reason.contains("no user can see which programs hang on sockets")),
            &reasons,
        );
        assert_eq!(command.as_deref(), Some("sysctl -w kernel.bpf_stats_enabled=1"));
    }
    // One that did not run is not thereby attached.
    let _counting = Statistics::keep_on().unwrap();
    let users = world.users();
    assert_eq!(only(&users).program.runs, Runs::NoneSinceCounting);
    expect(matches!(users.map_use(), MapUse::Unknown { .. }), &users);
}

#[test]
fn sockmaps() {
    let Some(_turn) = turn("sockmaps") else { return };
    let mut world = World::new();
    let map: SockMap<_> = world.ebpf.take_map("sockets").unwrap().try_into().unwrap();
    let program: &mut SkMsg = world.program("on_message");
    program.load().unwrap();
    assert_eq!(world.users().map_use(), MapUse::NotAttached);
    world.program::<SkMsg>("on_message").attach(map.fd()).unwrap();
    let users = world.users();
    let text = attachment(&users).to_string();
    assert!(text.starts_with("sk_msg_verdict on the sockets of map ") && text.ends_with(", without a link"), "{text}");
}
