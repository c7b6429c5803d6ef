//! A load of `fixtures/mistakes.bpf.c`, alone in a network of its own.

use std::fs::File;
use std::os::fd::{AsFd, OwnedFd};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

use aya::Ebpf;
use aya::maps::{Array, HashMap, Map as AyaMap};
use aya::programs::{RawTracePoint, TestRun, TestRunOptions, Xdp, XdpMode};
use mapkey_runtime::map::Map;
use mapkey_tests::namespaces::alone;
use mapkey_tests::{Kernel, kernel_or_skip};
use rustix::thread::UnshareFlags;

const OBJECT: &[u8] = include_bytes!("../../../tests/fixtures/mistakes.bpf.o");

/// A test's turn: maps of the same name are candidates for each other's keys. `None` where nothing can be loaded.
fn turn(test: &str) -> Option<MutexGuard<'static, ()>> {
    static TURN: Mutex<()> = Mutex::new(());
    kernel_or_skip(test, Kernel::Programs).then(|| TURN.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Does the work in the test's turn, on a thread that is alone in a network namespace and a mount namespace.
pub(crate) fn scene(test: &str, work: impl FnOnce() + Send) {
    let Some(_turn) = turn(test) else { return };
    alone(UnshareFlags::NEWNET, || {
        run("ip", &["link", "set", "lo", "up"]);
        work();
    });
}

/// Runs a command, in this thread's namespaces.
pub(crate) fn run(command: &str, arguments: &[&str]) {
    let output = Command::new(command).args(arguments).env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").output().unwrap();
    let (out, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command} {arguments:?}: {out}{errors}");
}

/// Maps of this test's own, and the programs that it loads.
pub(crate) struct World {
    ebpf: Ebpf,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::of(OBJECT)
    }

    pub(crate) fn of(object: &[u8]) -> Self {
        Self { ebpf: Ebpf::load(object).unwrap() }
    }

    fn xdp(&mut self, name: &str) -> &mut Xdp {
        self.ebpf.program_mut(name).unwrap().try_into().unwrap()
    }

    /// Loads an XDP program, and attaches it nowhere.
    pub(crate) fn load(&mut self, name: &str) {
        self.xdp(name).load().unwrap();
    }

    /// Attaches a loaded XDP program to this thread's own loopback device.
    pub(crate) fn attach(&mut self, name: &str) {
        self.xdp(name).attach("lo", XdpMode::Skb).unwrap();
    }

    /// Has the kernel run a loaded XDP program on each packet.
    pub(crate) fn send(&mut self, name: &str, packets: impl IntoIterator<Item = Vec<u8>>) {
        let program = self.xdp(name);
        for packet in packets {
            let options = TestRunOptions { data_in: Some(&packet), ..TestRunOptions::default() };
            program.test_run(options).unwrap();
        }
    }

    /// A program that is loaded, attached and fed: all in one.
    pub(crate) fn attached(name: &str, packets: impl IntoIterator<Item = Vec<u8>>) -> Self {
        let mut world = Self::new();
        world.load(name);
        world.attach(name);
        world.send(name, packets);
        world
    }

    /// Has a program look at this thread's system calls.
    pub(crate) fn watch_this_thread(&mut self, name: &str) {
        let mut watched: Array<_, u64> = self.ebpf.map_mut("watched_thread").unwrap().try_into().unwrap();
        watched.set(0, u64::from(thread_id()), 0).unwrap();
        let program: &mut RawTracePoint = self.ebpf.program_mut(name).unwrap().try_into().unwrap();
        program.load().unwrap();
        program.attach("sys_enter").unwrap();
        // One call of this thread's own is enough.
        drop(File::open("/dev/null").unwrap());
        // What it saw stays as it is.
        let mut watched: Array<_, u64> = self.ebpf.map_mut("watched_thread").unwrap().try_into().unwrap();
        watched.set(0, 0, 0).unwrap();
    }

    /// Writes keys from user space, as an agent does.
    pub(crate) fn fill<const N: usize>(&mut self, name: &str, keys: impl IntoIterator<Item = [u8; N]>) {
        let mut map: HashMap<_, [u8; N], u64> = self.ebpf.map_mut(name).unwrap().try_into().unwrap();
        keys.into_iter().for_each(|key| map.insert(key, 1, 0).unwrap());
    }

    pub(crate) fn fd(&self, name: &str) -> OwnedFd {
        let data = match self.ebpf.map(name).unwrap() {
            AyaMap::HashMap(data)
            | AyaMap::LruHashMap(data)
            | AyaMap::LpmTrie(data)
            | AyaMap::Array(data)
            | AyaMap::RingBuf(data) => data,
            other => panic!("{name} is {other:?}"),
        };
        data.fd().as_fd().try_clone_to_owned().unwrap()
    }

    pub(crate) fn map(&self, name: &str) -> Map {
        Map::from_fd(self.fd(name)).unwrap()
    }

    /// The only key that ends so.
    pub(crate) fn key(&self, name: &str, is_meant: impl Fn(&[u8]) -> bool) -> Vec<u8> {
        let map = self.map(name);
        let mut walk = map.walk();
        let mut found = Vec::new();
        while let Some(element) = walk.next().unwrap() {
            if is_meant(element.key) {
                found.push(element.key.to_vec());
            }
        }
        assert_eq!(found.len(), 1, "{found:02x?}");
        found.remove(0)
    }
}

/// The thread's id, which is not the process's.
pub(crate) fn thread_id() -> u32 {
    rustix::thread::gettid().as_raw_nonzero().get().cast_unsigned()
}
