//! Nothing is left behind, also when a test panics.

use std::process::Command;

use mapkey_runtime::map::MapType;
use mapkey_runtime::prelude::*;
use mapkey_tests::bpffs::BpfFs;
use mapkey_tests::maps::pin;

use crate::keys::{FlowKey, flows};

crate::tests! { a_panic_leaves_nothing_behind a_leak_is_found }

/// Set in the child, whose one test panics, and in the other one, whose test leaks.
const CHILD: &str = "MAPKEY_LEAKS_CHILD";

fn child(what: &str) -> (bool, String) {
    let this = "live_maps::leaks::a_panic_leaves_nothing_behind";
    let output = Command::new("/proc/self/exe").args(["--exact", this]).env(CHILD, what).output().unwrap();
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.success(), text)
}

fn holds_everything() -> (BpfFs, CheckedMap<FlowKey, u64>) {
    let bpffs = BpfFs::mount();
    pin(flows(MapType::HASH, 4), &bpffs.pin("flows"));
    let map = CheckedMap::open_pinned(bpffs.pin("flows")).unwrap();
    (bpffs, map)
}

fn a_panic_leaves_nothing_behind() {
    match std::env::var(CHILD).as_deref() {
        Ok("panic") => {
            let _held = holds_everything();
            panic!("on purpose");
        }
        Ok(_) => std::mem::forget(holds_everything().1),
        Err(_) => {
            let (succeeded, text) = child("panic");
            assert!(!succeeded && text.contains("on purpose"), "{text}");
            assert!(text.contains("left behind: 0 descriptors, 0 mounts, 0 maps"), "{text}");
        }
    }
}

/// The comparison sees what it is for.
fn a_leak_is_found() {
    let (succeeded, text) = child("leak");
    assert!(!succeeded, "{text}");
    assert!(text.contains("1 passed") && text.contains("left behind: 1 descriptors, 0 mounts, 1 maps"), "{text}");
}
