//! Programs on functions, tracepoints and clocks.

use std::fs;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::path::Path;

use aya::Btf;
use aya::programs::perf_event::{PerfEventConfig, PerfEventScope, SamplePolicy, SoftwareEvent};
use aya::programs::{BtfTracePoint, FEntry, PerfEvent, RawTracePoint, TracePoint};
use mapkey_runtime::program::{Attached, By, Gap, MapUse, Target, Users, Way};
use rustix::mount::{MountFlags, mount};

use crate::world::{World, alone, attachment, expect, only, sees_all_processes, turn};

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

/// Perf events are in descriptors, and those of some processes may be hidden.
fn is_not_attached(users: &Users) {
    if sees_all_processes() {
        return assert_eq!(users.map_use(), MapUse::NotAttached);
    }
    let [gap] = only(users).program.gaps.as_slice() else { panic!("{users:#?}") };
    expect(matches!(gap, Gap::HiddenProcesses { way: Way::PerfEvents, .. }), users);
}

const TRACEFS: &str = "/sys/kernel/tracing";

/// tracefs, mounted where only this thread sees it if nobody did.
fn tracefs() -> bool {
    let has_events = || Path::new(TRACEFS).join("events").exists();
    has_events() || (mount("tracefs", TRACEFS, "tracefs", MountFlags::empty(), None).is_ok() && has_events())
}

#[test]
fn tracepoints() {
    let Some(_turn) = turn("tracepoints") else { return };
    alone(|| {
        if !tracefs() {
            return eprintln!("skipped tracepoints: this kernel has no tracefs");
        }
        let mut world = World::new();
        let program: &mut TracePoint = world.program("on_tracepoint");
        program.load().unwrap();
        is_not_attached(&world.users());
        world.program::<TracePoint>("on_tracepoint").attach("syscalls", "sys_enter_getpgid").unwrap();
        let users = world.users();
        let text = attachment(&users).to_string();
        assert!(text.starts_with("tracepoint sys_enter_getpgid, by link "), "{text}");
    });
}

#[test]
fn tracepoints_without_a_link() {
    let Some(_turn) = turn("tracepoints_without_a_link") else { return };
    alone(|| {
        if !tracefs() {
            return eprintln!("skipped tracepoints_without_a_link: this kernel has no tracefs");
        }
        let mut world = World::new();
        let program: &mut TracePoint = world.program("on_tracepoint");
        program.load().unwrap();
        let id = fs::read_to_string(format!("{TRACEFS}/events/syscalls/sys_enter_getpgid/id")).unwrap();
        let event = perf_event(2, id.trim().parse().unwrap()); // PERF_TYPE_TRACEPOINT
        set_program(&event, program.fd().unwrap().as_fd());
        let users = world.users();
        let place = attachment(&users);
        let (pid, fd) = (std::process::id(), event.as_raw_fd());
        assert_eq!(place.to_string(), format!("tracepoint sys_enter_getpgid, by descriptor {fd} of pid {pid}"));
        drop(event);
        is_not_attached(&world.users());
    });
}

#[test]
fn the_kernel_hides_programs_on_counters() {
    let Some(_turn) = turn("the_kernel_hides_programs_on_counters") else { return };
    let mut world = World::new();
    let program: &mut PerfEvent = world.program("on_clock");
    program.load().unwrap();
    let event = perf_event(1, 0); // PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK
    set_program(&event, program.fd().unwrap().as_fd());
    let users = world.users();
    let own = format!("(pid {})", std::process::id());
    let is_own = |gap: &Gap| matches!(gap, Gap::OpaquePerfEvent { process, .. } if process.contains(&own));
    expect(only(&users).program.gaps.iter().any(is_own), &users);
    assert_eq!(only(&users).program.attached(), Attached::Unknown);
}

/// `perf_event_open` for this thread, on any processor.
fn perf_event(event_type: u32, config: u64) -> OwnedFd {
    // `struct perf_event_attr`: type, size, config, sample period.
    let mut attr = [0u8; 64];
    attr[..4].copy_from_slice(&event_type.to_ne_bytes());
    attr[4..8].copy_from_slice(&64u32.to_ne_bytes());
    attr[8..16].copy_from_slice(&config.to_ne_bytes());
    attr[16..24].copy_from_slice(&1_000_000u64.to_ne_bytes());
    // SAFETY: the kernel reads as many bytes as the struct says, `PERF_ATTR_SIZE_VER0`; 8 is `PERF_FLAG_FD_CLOEXEC`.
    let fd = unsafe { libc::syscall(libc::SYS_perf_event_open, attr.as_ptr(), 0, -1, -1, 8) };
    assert!(fd >= 0, "{}", std::io::Error::last_os_error());
    // SAFETY: the kernel made this descriptor for this call.
    unsafe { OwnedFd::from_raw_fd(fd.try_into().unwrap()) }
}

fn set_program(event: &OwnedFd, program: BorrowedFd<'_>) {
    const PERF_EVENT_IOC_SET_BPF: libc::c_ulong = 0x4004_2408;
    // SAFETY: the request takes a number.
    let result = unsafe { libc::ioctl(event.as_raw_fd(), PERF_EVENT_IOC_SET_BPF, program.as_raw_fd()) };
    assert_eq!(result, 0, "{}", std::io::Error::last_os_error());
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
