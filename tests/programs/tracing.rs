//! Programs on functions, tracepoints and clocks.

use aya::Btf;
use aya::programs::perf_event::{PerfEventConfig, PerfEventScope, SamplePolicy, SoftwareEvent};
use aya::programs::{BtfTracePoint, FEntry, PerfEvent, RawTracePoint, TracePoint};
use mapkey_runtime::program::{By, MapUse, Target};

use crate::world::{World, attachment, expect, turn};

#[test]
fn raw_tracepoints() {
    let Some(_turn) = turn("raw_tracepoints") else { return };
    let mut world = World::new();
    let program: &mut RawTracePoint = world.program("on_raw_tp");
    program.load().unwrap();
    assert_eq!(world.users().map_use(), MapUse::NotAttached);
    world.program::<RawTracePoint>("on_raw_tp").attach("sys_enter").unwrap();
    let users = world.users();
    let text = attachment(&users).to_string();
    assert!(text.starts_with("raw tracepoint sys_enter, by link "), "{text}");
}

#[test]
fn btf_tracepoints() {
    let Some(_turn) = turn("btf_tracepoints") else { return };
    let btf = Btf::from_sys_fs().unwrap();
    let mut world = World::new();
    let program: &mut BtfTracePoint = world.program("on_btf_tp");
    program.load("sys_enter", &btf).unwrap();
    assert_eq!(world.users().map_use(), MapUse::NotAttached);
    world.program::<BtfTracePoint>("on_btf_tp").attach().unwrap();
    let users = world.users();
    let text = attachment(&users).to_string();
    // The kernel attaches it as it does a raw tracepoint (`bpf_raw_tp_link_attach`).
    assert!(text.starts_with("raw tracepoint sys_enter, by link "), "{text}");
}

#[test]
fn functions() {
    let Some(_turn) = turn("functions") else { return };
    let btf = Btf::from_sys_fs().unwrap();
    let mut world = World::new();
    let program: &mut FEntry = world.program("on_function");
    if let Err(error) = program.load("bpf_fentry_test1", &btf) {
        // A kernel without trampolines has BTF tracepoints and no fentry.
        return eprintln!("skipped functions: this kernel does not load fentry programs: {error:?}");
    }
    assert_eq!(world.users().map_use(), MapUse::NotAttached);
    world.program::<FEntry>("on_function").attach().unwrap();
    let users = world.users();
    let text = attachment(&users).to_string();
    assert!(text.starts_with("trace_fentry on bpf_fentry_test1, by link "), "{text}");
}

#[test]
fn tracepoints() {
    let Some(_turn) = turn("tracepoints") else { return };
    let mut world = World::new();
    let program: &mut TracePoint = world.program("on_tracepoint");
    program.load().unwrap();
    if let Err(error) = program.attach("syscalls", "sys_enter_getpgid") {
        // tracefs is not mounted here.
        return eprintln!("skipped tracepoints: {error:?}");
    }
    let users = world.users();
    let text = attachment(&users).to_string();
    assert!(text.starts_with("tracepoint sys_enter_getpgid, by link "), "{text}");
}

#[test]
fn clocks() {
    let Some(_turn) = turn("clocks") else { return };
    let mut world = World::new();
    let program: &mut PerfEvent = world.program("on_clock");
    program.load().unwrap();
    let config = PerfEventConfig::Software(SoftwareEvent::CpuClock);
    program.attach(config, PerfEventScope::CallingProcess { cpu: None }, SamplePolicy::Frequency(10), false).unwrap();
    let users = world.users();
    // The kernel puts the clock's own number of a PMU where `PERF_TYPE_SOFTWARE` was asked for (`perf_swevent_init`).
    expect(matches!(attachment(&users).target, Target::PerfEvent { config: 0, .. }), &users);
    expect(matches!(attachment(&users).by, By::Link { .. }), &users);
}
