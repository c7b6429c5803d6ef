//! Programs on network devices and namespaces.

use std::fs::File;
use std::sync::mpsc;
use std::thread;

use aya::programs::tc::{NlOptions, TcAttachOptions, qdisc_add_clsact};
use aya::programs::{FlowDissector, LinkOrder, SchedClassifier, SkLookup, TcAttachType, Xdp, XdpMode};
use mapkey_runtime::program::{Attached, By, MapUse, Target};

use crate::world::{World, alone, attachment, expect, only, run, turn};

const XDP: &str = "counts_packets_of_a_device";

fn xdp(world: &mut World) -> &mut Xdp {
    let program: &mut Xdp = world.program(XDP);
    program.load().unwrap();
    program
}

#[test]
fn xdp_by_a_link() {
    let Some(_turn) = turn("xdp_by_a_link") else { return };
    alone(|| {
        let mut world = World::new();
        xdp(&mut world).attach("lo", XdpMode::Skb).unwrap();
        let users = world.users();
        let (user, attachment) = (only(&users), attachment(&users));
        assert_eq!(user.program.info.name, XDP, "the name beyond the kernel's 15 bytes");
        assert_eq!(user.program.info.id, world.id(XDP));
        assert_eq!(user.program.attached(), Attached::Yes);
        let Target::Xdp { device, mode } = &attachment.target else { panic!("{attachment:?}") };
        expect(device.name.as_deref() == Some("lo") && device.namespace.is_none(), &users);
        assert_eq!(*mode, Some("generic"));
        expect(matches!(attachment.by, By::Link { .. }), &users);
        let text = user.to_string();
        assert!(text.contains("`counts_packets_of_a_device` (xdp): xdp on lo, generic, by link "), "{text}");
    });
}

#[test]
fn xdp_by_netlink() {
    let Some(_turn) = turn("xdp_by_netlink") else { return };
    alone(|| {
        let mut world = World::new();
        xdp(&mut world);
        let id = world.id(XDP).to_string();
        run("bpftool", &["net", "attach", "xdpgeneric", "id", &id, "dev", "lo"]);
        let users = world.users();
        let attachment = attachment(&users);
        assert_eq!(attachment.to_string(), "xdp on lo, generic, by netlink");
        assert_eq!(attachment.by, By::Netlink);
    });
}

#[test]
fn xdp_in_another_namespace() {
    let Some(_turn) = turn("xdp_in_another_namespace") else { return };
    let mut world = World::new();
    let (attached, wait) = mpsc::channel();
    let (done, until) = mpsc::channel::<()>();
    xdp(&mut world);
    let program = world.ebpf.program_mut(XDP).unwrap();
    thread::scope(|scope| {
        scope.spawn(move || {
            alone(move || {
                let program: &mut Xdp = program.try_into().unwrap();
                program.attach("lo", XdpMode::Skb).unwrap();
                attached.send(program.info().unwrap().id()).unwrap();
                // Until the other side is through, or has panicked.
                let _ = until.recv();
            });
        });
        let id = wait.recv().unwrap();
        let programs = mapkey_runtime::program::Programs::load().unwrap();
        let program = programs.get(id).unwrap().clone();
        drop(done);
        let [attachment] = program.attachments.as_slice() else { panic!("{program:#?}") };
        let Target::Xdp { device, mode: Some("generic") } = &attachment.target else { panic!("{program:#?}") };
        expect(device.name.as_deref() == Some("lo") && device.namespace.is_some(), &program);
    });
}

/// As a container's runtime keeps one for later, where nobody else sees it.
#[test]
fn xdp_in_a_namespace_that_a_mount_elsewhere_keeps() {
    let Some(_turn) = turn("xdp_in_a_namespace_that_a_mount_elsewhere_keeps") else { return };
    let mut world = World::new();
    xdp(&mut world);
    let id = world.id(XDP).to_string();
    let (attached, wait) = mpsc::channel();
    let (done, until) = mpsc::channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            alone(move || {
                let file = tempfile::NamedTempFile::new().unwrap();
                let net = format!("--net={}", file.path().display());
                run("unshare", &[&net, "true"]);
                run("nsenter", &[&net, "bpftool", "net", "attach", "xdpgeneric", "id", &id, "dev", "lo"]);
                attached.send(()).unwrap();
                let _ = until.recv();
                rustix::mount::unmount(file.path(), rustix::mount::UnmountFlags::DETACH).unwrap();
            });
        });
        wait.recv().unwrap();
        let users = world.users();
        drop(done);
        assert_eq!(only(&users).program.attached(), Attached::Yes, "{users:#?}");
    });
}

#[test]
fn a_link_outlives_its_device() {
    let Some(_turn) = turn("a_link_outlives_its_device") else { return };
    alone(|| {
        run("ip", &["link", "add", "left", "type", "veth", "peer", "name", "right"]);
        let mut world = World::new();
        xdp(&mut world).attach("left", XdpMode::Skb).unwrap();
        assert_eq!(only(&world.users()).program.attached(), Attached::Yes);
        run("ip", &["link", "delete", "left"]);
        let users = world.users();
        expect(attachment(&users).is_gone(), &users);
        assert_eq!(only(&users).program.attached(), Attached::No);
        assert_eq!(users.map_use(), MapUse::NotAttached);
    });
}

#[test]
fn loaded_and_not_attached() {
    let Some(_turn) = turn("loaded_and_not_attached") else { return };
    let mut world = World::new();
    assert_eq!(world.users().map_use(), MapUse::NotLoaded);
    xdp(&mut world);
    let users = world.users();
    expect(only(&users).program.gaps.is_empty(), &users);
    assert_eq!(users.map_use(), MapUse::NotAttached);
    assert!(only(&users).to_string().ends_with(": not attached"), "{}", only(&users));
}

#[test]
fn tc_filters() {
    let Some(_turn) = turn("tc_filters") else { return };
    alone(|| {
        qdisc_add_clsact("lo").unwrap();
        let mut world = World::new();
        let program: &mut SchedClassifier = world.program("on_traffic");
        program.load().unwrap();
        for (direction, priority) in [(TcAttachType::Ingress, 7), (TcAttachType::Egress, 8)] {
            let options = TcAttachOptions::Netlink(NlOptions { priority, ..NlOptions::default() });
            program.attach_with_options("lo", direction, options).unwrap();
        }
        let users = world.users();
        let mut texts: Vec<_> = only(&users).program.attachments.iter().map(ToString::to_string).collect();
        texts.sort();
        assert_eq!(
            texts,
            ["tc on lo, egress, priority 8, by netlink", "tc on lo, ingress, priority 7, by netlink"],
            "{users:#?}"
        );
    });
}

#[test]
fn tcx() {
    let Some(_turn) = turn("tcx") else { return };
    alone(|| {
        let mut world = World::new();
        let program: &mut SchedClassifier = world.program("on_traffic");
        program.load().unwrap();
        let options = TcAttachOptions::TcxOrder(LinkOrder::default());
        program.attach_with_options("lo", TcAttachType::Ingress, options).unwrap();
        let users = world.users();
        let text = attachment(&users).to_string();
        assert!(text.starts_with("tcx_ingress on lo, by link "), "{text}");
    });
}

#[test]
fn the_choice_of_a_listening_socket() {
    let Some(_turn) = turn("the_choice_of_a_listening_socket") else { return };
    alone(|| {
        let namespace = File::open("/proc/thread-self/ns/net").unwrap();
        let mut world = World::new();
        let program: &mut SkLookup = world.program("on_lookup");
        program.load().unwrap();
        assert_eq!(world.users().map_use(), MapUse::NotAttached);
        world.program::<SkLookup>("on_lookup").attach(namespace).unwrap();
        let users = world.users();
        let text = attachment(&users).to_string();
        assert!(text.starts_with("sk_lookup on net:[") && text.contains("], by link "), "{text}");
    });
}

#[test]
fn flow_dissectors() {
    let Some(_turn) = turn("flow_dissectors") else { return };
    alone(|| {
        let mut world = World::new();
        world.program::<FlowDissector>("on_flows").load().unwrap();
        let id = world.id("on_flows").to_string();
        run("bpftool", &["prog", "attach", "id", &id, "flow_dissector"]);
        let users = world.users();
        let text = attachment(&users).to_string();
        assert!(text.starts_with("flow_dissector on net:[") && text.ends_with("], without a link"), "{text}");
        run("bpftool", &["prog", "detach", "id", &id, "flow_dissector"]);
        assert_eq!(world.users().map_use(), MapUse::NotAttached);

        let namespace = File::open("/proc/thread-self/ns/net").unwrap();
        world.program::<FlowDissector>("on_flows").attach(namespace).unwrap();
        let users = world.users();
        expect(matches!(attachment(&users).by, By::Link { .. }), &users);
    });
}
