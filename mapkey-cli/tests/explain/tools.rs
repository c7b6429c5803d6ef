//! Maps of Debian's libbpf-tools, which are in the package `libbpf-tools` and see the whole machine.

use std::process::{Child, Command, Stdio};
use std::thread::{self, sleep};
use std::time::Duration;

use mapkey_runtime::explain::CauseKind;
use mapkey_runtime::map::{Access, Map};
use mapkey_runtime::program::Programs;
use mapkey_tests::command_or_skip;

use crate::answer::ask_a_living_map;
use crate::world::{scene, thread_id};

/// `PID_MAX_LIMIT` in `include/linux/threads.h`.
const PID_MAX: u32 = 4 << 20;

/// A tool that runs until the test is over.
struct Tool(Child);

impl Tool {
    /// `None`, with the reason printed, where it is not installed.
    fn start(test: &str, name: &str, arguments: &[&str]) -> Option<Self> {
        let path = format!("/usr/sbin/{name}");
        let tool = Command::new(&path).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        if tool.is_err() && !command_or_skip(test, &path) {
            return None;
        }
        Some(Self(tool.unwrap()))
    }

    /// Its map of this name, once it has been made.
    fn map(&mut self, name: &str) -> Option<Map> {
        for _ in 0..50 {
            sleep(Duration::from_millis(100));
            if self.0.try_wait().unwrap().is_some() {
                eprintln!("skipped: the tool ended at once, as on kernels that lack what it attaches to");
                return None;
            }
            let maps = Map::all(&format!("name:{name}").parse().unwrap(), Access::ReadOnly).unwrap_or_default();
            let programs = Programs::load().unwrap();
            let mut used = maps.into_iter().filter(|map| !programs.users_of(map.info().id).users.is_empty());
            if let Some(map) = used.next() {
                return Some(map);
            }
        }
        panic!("the tool made no map `{name}`");
    }
}

impl Drop for Tool {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// `offcputime` has threads under `struct key_t { pid, tgid, user_stack_id, kern_stack_id }`.
#[test]
fn offcputime_with_thread_and_process_exchanged() {
    let test = "offcputime_with_thread_and_process_exchanged";
    scene(test, || {
        let Some(mut tool) = Tool::start(test, "offcputime", &["30"]) else { return };
        let Some(map) = tool.map("info") else { return };
        let (process, thread) = (std::process::id(), thread_id());
        // Off the processor, and on it again.
        (0..20).for_each(|_| sleep(Duration::from_millis(10)));
        let entry = entries(&map).into_iter().find(|key| key[..4] == thread.to_ne_bytes()).expect("this thread slept");
        let stacks = |at: usize| i32::from_ne_bytes(entry[at..at + 4].try_into().unwrap());
        let stacks = [format!("user_stack_id={}", stacks(8)), format!("kern_stack_id={}", stacks(12))];
        let ask = |pid: u32, tgid: u32| {
            let [user, kernel] = stacks.each_ref();
            ask_a_living_map(&map, &[&format!("pid={pid}"), &format!("tgid={tgid}"), user, kernel])
        };
        ask(thread, process).first(CauseKind::Present, &[], Some(&entry));
        ask(process, thread).first(CauseKind::ExchangedFields, &["pid", "tgid"], Some(&entry));
    });
}

/// `runqlat` has histograms under the id of a process, and waiting threads under theirs.
#[test]
fn runqlat_has_processes() {
    scene("runqlat_has_processes", || {
        let Some(mut tool) = Tool::start("runqlat_has_processes", "runqlat", &["-P", "30", "1"]) else { return };
        let Some(map) = tool.map("hists") else { return };
        let process = std::process::id();
        for _ in 0..100 {
            thread::scope(|scope| drop(scope.spawn(|| sleep(Duration::from_millis(1)))));
        }
        let key = process.to_ne_bytes();
        ask_a_living_map(&map, &[&format!("key={process}")]).first(CauseKind::Present, &[], Some(&key));
        // A process that does not exist, and of which no part is the number of one that does.
        let processes: Vec<u32> =
            entries(&map).iter().map(|key| u32::from_ne_bytes(key[..].try_into().unwrap())).collect();
        let is_free = |absent: &u32| [0xff, 0xffff, 0xff_ffff].iter().all(|mask| !processes.contains(&(absent & mask)));
        let absent = (PID_MAX + 1..).find(is_free).unwrap();
        let answer = ask_a_living_map(&map, &[&format!("key={absent}")]);
        assert!(answer.library.causes.iter().all(|cause| cause.confidence < 0.5), "{}", answer.text);
        let hex: String = process.to_be_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        ask_a_living_map(&map, &["--hex", &hex]).first(CauseKind::ByteOrder, &["key"], Some(&key));
    });
}

fn entries(map: &Map) -> Vec<Vec<u8>> {
    let mut walk = map.walk();
    let mut keys = Vec::new();
    while let Some(element) = walk.next().unwrap() {
        keys.push(element.key.to_vec());
    }
    keys
}
