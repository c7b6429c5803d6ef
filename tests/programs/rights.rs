//! What a user without rights sees.

use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command};

use aya::programs::Xdp;
use mapkey_runtime::program::{Attached, Gap, Programs, ProgramsError, Users, Way};
use mapkey_runtime::system::{MapTable, Pins};
use mapkey_tests::rights::{as_nobody, with_capabilities};
use rustix::thread::CapabilitySet;

use crate::system::bpffs;
use crate::world::{World, alone, expect, only, run, turn};

#[test]
fn readable_pins_are_shown_and_the_rest_is_named() {
    let Some(_turn) = turn("readable_pins_are_shown_and_the_rest_is_named") else { return };
    alone(|| {
        let folder = tempfile::tempdir().unwrap();
        bpffs(folder.path());
        let all = |mode| Permissions::from_mode(mode);
        set_permissions(folder.path(), all(0o755)).unwrap();
        let (world, hidden) = (World::new(), World::new());
        for (world, name, mode) in [(&world, "open", 0o644), (&hidden, "closed", 0o600)] {
            let path = folder.path().join(name);
            run("bpftool", &["map", "pin", "id", &world.map("seen").info().id.to_string(), path.to_str().unwrap()]);
            set_permissions(path, all(mode)).unwrap();
        }
        let (error, pins, table) = as_nobody(|| (Programs::load().unwrap_err(), Pins::scan(), MapTable::read(100)));
        assert_eq!(error, ProgramsError::NeedsAdmin);
        let id = world.map("seen").info().id;
        expect(pins.of_map(id).eq([folder.path().join("open")]), &pins);
        expect(pins.unseen.contains(&folder.path().join("closed")), &pins);
        let row = table.rows.iter().find(|row| row.id == id).unwrap();
        assert_eq!(row.unused, None);
        expect(row.programs.is_none(), row);
        expect(table.rows.iter().all(|row| row.id != hidden.map("seen").info().id), &table);
        expect(table.unseen.iter().any(|line| line.contains("needs CAP_SYS_ADMIN")), &table.unseen);
        expect(table.unseen.iter().any(|line| line.contains("closed")), &table.unseen);
        rustix::mount::unmount(folder.path(), rustix::mount::UnmountFlags::DETACH).unwrap();
    });
}

/// A process that ends with the test.
struct Sleeper(Child);

impl Sleeper {
    fn behind(command: &str, arguments: &[&str]) -> Self {
        let mut child = Command::new(command).args(arguments).args(["sleep", "60"]).spawn().unwrap();
        let is_asleep = |id: u32| std::fs::read(format!("/proc/{id}/comm")).unwrap() == b"sleep\n";
        while !is_asleep(child.id()) {
            assert_eq!(child.try_wait().unwrap(), None);
            std::thread::yield_now();
        }
        Self(child)
    }
}

impl Drop for Sleeper {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Who may list programs and not trace processes sees no namespace of theirs, but whether it is his own.
#[test]
fn namespaces_that_cannot_be_named_are_a_gap() {
    let Some(_turn) = turn("namespaces_that_cannot_be_named_are_a_gap") else { return };
    alone(|| {
        let mut world = World::new();
        world.program::<Xdp>("counts_packets_of_a_device").load().unwrap();
        let kept = CapabilitySet::SYS_ADMIN | CapabilitySet::NET_ADMIN | CapabilitySet::DAC_READ_SEARCH;
        let users = || with_capabilities(kept, || world.users());
        let unnamed = |users: &Users| {
            only(users).program.gaps.iter().find_map(|gap| match gap {
                Gap::OtherNamespaces { way: Way::Devices, first, .. } => Some(first.clone()),
                _ => None,
            })
        };
        let here = Sleeper::behind("env", &[]);
        let first = unnamed(&users());
        expect(first.is_none_or(|first| !first.contains(&format!("(pid {})", here.0.id()))), &users());
        let _elsewhere = Sleeper::behind("unshare", &["--net"]);
        expect(unnamed(&users()).is_some(), &users());
        assert_eq!(only(&users()).program.attached(), Attached::Unknown);
    });
}
