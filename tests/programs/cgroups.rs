//! Programs on cgroups.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process;
use std::thread;
use std::time::{Duration, Instant};

use aya::programs::{CgroupAttachMode, CgroupSkb, CgroupSkbAttachType};
use mapkey_runtime::program::{Attached, By, MapUse, Target};

use crate::world::{World, attachment, expect, only, run, turn};

/// A cgroup, for as long as it lives.
struct Cgroup(PathBuf);

impl Cgroup {
    /// `None` where there is no cgroup2 hierarchy.
    fn new(name: &str) -> Option<Self> {
        let mounts = fs::read_to_string("/proc/self/mounts").unwrap();
        let mount = mounts.lines().find(|line| line.split(' ').nth(2) == Some("cgroup2"))?.split(' ').nth(1)?;
        let path = Path::new(mount).join(format!("mapkey-{name}-{}", process::id()));
        fs::create_dir(&path).unwrap();
        Some(Self(path))
    }
}

impl Drop for Cgroup {
    fn drop(&mut self) {
        let _ = fs::remove_dir(&self.0);
    }
}

fn loaded() -> World {
    let mut world = World::new();
    world.program::<CgroupSkb>("on_cgroup").load().unwrap();
    world
}

#[test]
fn by_a_link_and_without() {
    let Some(_turn) = turn("by_a_link_and_without") else { return };
    let Some(cgroup) = Cgroup::new("by-link") else { return eprintln!("skipped: no cgroup2 hierarchy") };
    let mut world = loaded();
    assert_eq!(world.users().map_use(), MapUse::NotAttached);

    let id = world.id("on_cgroup").to_string();
    let path = cgroup.0.to_str().unwrap();
    run("bpftool", &["cgroup", "attach", path, "cgroup_inet_egress", "id", &id, "multi"]);
    let users = world.users();
    assert_eq!(attachment(&users).to_string(), format!("cgroup_inet_egress on {path}, without a link"));
    run("bpftool", &["cgroup", "detach", path, "cgroup_inet_egress", "id", &id]);
    assert_eq!(world.users().map_use(), MapUse::NotAttached);

    let folder = File::open(&cgroup.0).unwrap();
    let program: &mut CgroupSkb = world.program("on_cgroup");
    program.attach(folder, CgroupSkbAttachType::Egress, CgroupAttachMode::Single).unwrap();
    let users = world.users();
    let Target::Cgroup { path: Some(found), .. } = &attachment(&users).target else { panic!("{users:#?}") };
    assert_eq!(*found, cgroup.0);
    expect(matches!(attachment(&users).by, By::Link { .. }), &users);

    drop(cgroup);
    // The kernel detaches what hung on it a moment later (`cgroup_bpf_release`).
    let until = Instant::now() + Duration::from_secs(10);
    while !attachment(&world.users()).is_gone() && Instant::now() < until {
        thread::sleep(Duration::from_millis(50));
    }
    let users = world.users();
    expect(attachment(&users).is_gone(), &users);
    assert_eq!(only(&users).program.attached(), Attached::No);
}
