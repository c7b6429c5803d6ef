//! Whether a program ran, with statistics and without.

use std::fs::File;

use aya::programs::{RawTracePoint, SkLookup};
use mapkey_runtime::program::{MapUse, Runs, Statistics, TURN_ON};

use crate::world::{World, alone, only, turn};

fn waiting(world: &mut World) {
    let namespace = File::open("/proc/thread-self/ns/net").unwrap();
    let program: &mut SkLookup = world.program("on_lookup");
    program.load().unwrap();
    program.attach(namespace).unwrap();
}

#[test]
fn with_statistics_and_without() {
    let Some(_turn) = turn("with_statistics_and_without") else { return };
    if Statistics::now().are_on() == Some(true) {
        return eprintln!("skipped with_statistics_and_without: somebody counts runs: {:?}", Statistics::now());
    }
    alone(|| {
        let mut world = World::new();
        waiting(&mut world);
        let users = world.users();
        assert_eq!(only(&users).program.runs, Runs::NotCounted);
        let MapUse::Unknown { command, .. } = users.map_use() else { panic!("{users:#?}") };
        assert_eq!(command.as_deref(), Some(TURN_ON));

        let guard = Statistics::keep_on().unwrap();
        assert_eq!(Statistics::now(), Statistics::OnByProcess { pid: std::process::id() });
        let users = world.users();
        assert_eq!(only(&users).program.runs, Runs::NoneSinceCounting);
        assert_eq!(users.map_use(), MapUse::NeverRan);

        let program: &mut RawTracePoint = world.program("on_raw_tp");
        program.load().unwrap();
        program.attach("sys_enter").unwrap();
        let users = world.users();
        assert!(matches!(users.map_use(), MapUse::Ran { count: 1.. }), "{users:#?}");
        assert_eq!(users.users.len(), 2);
        drop(guard);
        assert_ne!(Statistics::now().are_on(), Some(true));
    });
}
