//! Programs that are jumped to, and maps that are found in others.

use aya::maps::{HashOfMaps, ProgramArray, xdp::DevMap};
use aya::programs::{Xdp, XdpMode};
use mapkey_runtime::program::{Attached, MapUse, Target, Through};

use crate::world::{World, alone, expect, only, turn};

fn load(world: &mut World, name: &str) {
    world.program::<Xdp>(name).load().unwrap();
}

#[test]
fn tail_calls() {
    let Some(_turn) = turn("tail_calls") else { return };
    alone(|| {
        let mut world = World::new();
        load(&mut world, "jumper");
        load(&mut world, "reached");
        let mut jumps: ProgramArray<_> = world.ebpf.take_map("jumps").unwrap().try_into().unwrap();
        let reached: &mut Xdp = world.program("reached");
        jumps.set(0, reached.fd().unwrap(), 0).unwrap();
        assert_eq!(world.users().map_use(), MapUse::NotAttached, "{:#?}", world.users());

        world.program::<Xdp>("jumper").attach("lo", XdpMode::Skb).unwrap();
        let users = world.users();
        let user = only(&users);
        assert_eq!(user.program.info.name, "reached");
        assert_eq!(user.program.attached(), Attached::Yes);
        let [by_jump] = user.program.attachments.as_slice() else { panic!("{users:#?}") };
        expect(matches!(by_jump.target, Target::TailCall { from, .. } if from == world.id("jumper")), &users);
    });
}

#[test]
fn maps_in_maps() {
    let Some(_turn) = turn("maps_in_maps") else { return };
    let mut world = World::new();
    load(&mut world, "through_outer");
    let inner = world.map("seen");
    assert_eq!(inner.who_uses().unwrap().map_use(), MapUse::NotLoaded);
    let data = world.ebpf.take_map("seen").unwrap();
    let mut tables: HashOfMaps<_, u32, aya::maps::HashMap<aya::maps::MapData, u32, u64>> =
        world.ebpf.take_map("tables").unwrap().try_into().unwrap();
    let data: aya::maps::HashMap<_, u32, u64> = data.try_into().unwrap();
    tables.insert(0, &data, 0).unwrap();
    let users = inner.who_uses().unwrap();
    assert_eq!(only(&users).program.info.name, "through_outer");
    expect(matches!(only(&users).through, Through::MapOfMaps { .. }), &users);
}

#[test]
fn behind_a_redirect() {
    let Some(_turn) = turn("behind_a_redirect") else { return };
    alone(|| {
        let mut world = World::new();
        load(&mut world, "redirected");
        let mut devices: DevMap<_> = world.ebpf.take_map("devices").unwrap().try_into().unwrap();
        assert_eq!(world.users().map_use(), MapUse::NotAttached);
        let program: &mut Xdp = world.program("redirected");
        devices.set(0, 1, Some(program.fd().unwrap()), 0).unwrap();
        let users = world.users();
        let [element] = only(&users).program.attachments.as_slice() else { panic!("{users:#?}") };
        expect(matches!(element.target, Target::DeviceMap { .. }), &users);
    });
}
