//! What the tests load, and where: everything is held by descriptors, threads and private mounts, so that nothing stays
//! behind, however a test ends.

use std::fmt::Debug;
use std::fs;
use std::io;
use std::os::fd::AsFd;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

use aya::Ebpf;
use aya::programs::{Program, ProgramError};
use mapkey_runtime::map::Map;
use mapkey_runtime::program::{Attachment, User, Users};
use mapkey_tests::{Kernel, kernel_or_skip, namespaces};
use rustix::thread::UnshareFlags;

const OBJECT: &[u8] = include_bytes!("../fixtures/attached.bpf.o");

/// A test's turn; `None` where it can load no programs here.
///
/// One goes after the other: statistics are the whole system's; and a program array that is opened by its id while its
/// maker closes it is leaked by the kernel (`prog_array_map_clear` in `kernel/bpf/arraymap.c` takes a reference for work
/// that is scheduled already), which every tool that lists maps risks.
pub(crate) fn turn(test: &str) -> Option<MutexGuard<'static, ()>> {
    static TURN: Mutex<()> = Mutex::new(());
    kernel_or_skip(test, Kernel::Programs).then(|| TURN.lock().unwrap_or_else(PoisonError::into_inner))
}

/// One load of the object: maps of its own, no program loaded yet.
pub(crate) struct World {
    pub(crate) ebpf: Ebpf,
}

impl World {
    pub(crate) fn new() -> Self {
        Self { ebpf: Ebpf::load(OBJECT).unwrap() }
    }

    /// A program, as the type of it.
    pub(crate) fn program<'p, P>(&'p mut self, name: &str) -> &'p mut P
    where
        &'p mut P: TryFrom<&'p mut Program, Error = ProgramError>,
    {
        self.ebpf.program_mut(name).unwrap().try_into().unwrap()
    }

    /// The map that all programs count in, or another one.
    pub(crate) fn map(&self, name: &str) -> Map {
        Map::from_fd(fd_of(self.ebpf.map(name).unwrap())).unwrap()
    }

    pub(crate) fn id(&self, program: &str) -> u32 {
        self.ebpf.program(program).unwrap().info().unwrap().id()
    }

    pub(crate) fn users(&self) -> Users {
        self.map("seen").who_uses().unwrap()
    }
}

fn fd_of(map: &aya::maps::Map) -> impl AsFd {
    match map {
        aya::maps::Map::HashMap(data)
        | aya::maps::Map::ProgramArray(data)
        | aya::maps::Map::SockMap(data)
        | aya::maps::Map::HashOfMaps(data)
        | aya::maps::Map::DevMap(data) => data.fd().as_fd().try_clone_to_owned().unwrap(),
        other => panic!("no test has such a map: {other:?}"),
    }
}

/// The only user.
pub(crate) fn only(users: &Users) -> &User {
    let [user] = users.users.as_slice() else { panic!("expected one program: {users:#?}") };
    user
}

/// The only place where the only user hangs.
pub(crate) fn attachment(users: &Users) -> &Attachment {
    let [attachment] = only(users).program.attachments.as_slice() else { panic!("expected one place: {users:#?}") };
    attachment
}

/// Does the work on a thread that is alone in a network namespace and a mount namespace of its own.
pub(crate) fn alone<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    namespaces::alone(UnshareFlags::NEWNET, || {
        run("ip", &["link", "set", "lo", "up"]);
        work()
    })
}

/// Runs a command, in this thread's namespaces.
pub(crate) fn run(command: &str, arguments: &[&str]) {
    let output = Command::new(command).args(arguments).env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").output().unwrap();
    let (out, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command} {arguments:?}: {out}{errors}");
}

/// Whether every process shows this one what it has open: a sandbox can keep that even from root.
pub(crate) fn sees_all_processes() -> bool {
    let processes = fs::read_dir("/proc").unwrap().flatten().filter(|entry| entry.path().join("fd").exists());
    let denied = |error: io::Error| error.kind() == io::ErrorKind::PermissionDenied;
    !processes.map(|process| process.path().join("ns/net")).any(|link| fs::read_link(link).is_err_and(denied))
}

/// What a test expects, and the whole answer where it is not so.
pub(crate) fn expect(holds: bool, answer: &impl Debug) {
    assert!(holds, "{answer:#?}");
}
