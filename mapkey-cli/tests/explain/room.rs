//! Empty maps, full ones, and those that forget.

use mapkey_runtime::explain::CauseKind;

use crate::answer::ask;
use crate::packet::{ASKED, asked, others};
use crate::world::{World, scene};

#[test]
fn empty_map() {
    scene("empty_map", || {
        let world = World::attached("counts_flows", []);
        let answer = ask(&world.map("seen_flows"), &ASKED);
        answer.first(CauseKind::EmptyMap, &[], None).says("the map has no entries");
        // Nobody counts runs: that is said, and how to change it.
        answer.says("sysctl -w kernel.bpf_stats_enabled=1");
    });
}

#[test]
fn map_full() {
    scene("map_full", || {
        let world = World::attached("counts_four_flows", others(4).chain([asked()]));
        let answer = ask(&world.map("four_flows"), &ASKED);
        answer.first(CauseKind::MapFull, &[], None).says("4 of 4 entries are taken").says("max_entries");
    });
}

#[test]
fn evicted() {
    scene("evicted", || {
        let world = World::attached("counts_last_flows", [asked()].into_iter().chain(others(2000)));
        let answer = ask(&world.map("last_flows"), &ASKED);
        answer.first(CauseKind::Evicted, &[], None).says("may have been evicted");
    });
}
