//! What a user without rights sees.

use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::PermissionsExt;
use std::panic::resume_unwind;
use std::thread;

use mapkey_runtime::program::{Programs, ProgramsError};
use mapkey_runtime::system::{MapTable, Pins};
use rustix::process::{Gid, Uid};
use rustix::thread::{set_thread_groups, set_thread_res_gid, set_thread_res_uid};

use crate::system::bpffs;
use crate::world::{World, alone, expect, run, turn};

fn as_nobody<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let done = thread::scope(|scope| {
        let work = || {
            let (user, group) = (Uid::from_raw(65_534), Gid::from_raw(65_534));
            set_thread_groups(&[]).unwrap();
            set_thread_res_gid(group, group, group).unwrap();
            set_thread_res_uid(user, user, user).unwrap();
            work()
        };
        scope.spawn(work).join()
    });
    done.unwrap_or_else(|panic| resume_unwind(panic))
}

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
