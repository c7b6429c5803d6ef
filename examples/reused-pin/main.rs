//! A pin whose key grew: what a loader does with it that does not ask the kernel, and what mapkey does.
//!
//! ```text
//! cargo run --example reused-pin
//! ```
//!
//! A newer version of the program, whose key had got a field more, left its map pinned. This version loads its object and
//! reuses the pin by its name. aya takes the sizes from the object and not from the kernel, so that the kernel reads more
//! bytes of each key than the program gives it: whatever lies behind the key in memory. [`CheckedMap`] refuses.
//!
//! Needs root; without, it says so and exits with 2.

#[path = "../support/rights.rs"]
mod rights;

use std::error::Error;
use std::process::ExitCode;

use aya::EbpfLoader;
use aya::maps::HashMap;
use mapkey_runtime::map::{Access, Map, MapType};
use mapkey_runtime::prelude::*;
use mapkey_tests::bpffs::BpfFs;
use mapkey_tests::maps::{NewMap, Types, pin};
use rights::{Capability, Need};

/// The key of this version: 16 bytes.
#[derive(Clone, Copy, Debug, MapKey)]
#[repr(C)]
#[mapkey(aya_pod)]
struct FlowKey {
    saddr: Be<u32>,
    daddr: Be<u32>,
    sport: Be<u16>,
    dport: Be<u16>,
    l4_proto: u8,
    _pad: Padding<3>,
}

/// A key with something behind it in memory, as every key has: here, so that nothing else is read.
#[repr(C)]
struct KeyAndNeighbour {
    key: FlowKey,
    neighbour: [u8; 4],
}

const OBJECT: &[u8] = include_bytes!("../flow-monitor/flow.bpf.o");

const NEEDS: &[Need] = &[
    Need { capability: Capability::Bpf, to: "to make maps" },
    Need { capability: Capability::SysAdmin, to: "to mount a bpffs, and to read the types of a map" },
];

fn main() -> ExitCode {
    if let Err(missing) = rights::check(NEEDS) {
        eprintln!("reused-pin: {missing}");
        return ExitCode::from(2);
    }
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("reused-pin: {error}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let bpffs = BpfFs::mount();
    let path = bpffs.pin("flows");
    leave_the_newer_versions_map(&path)?;

    println!("aya loads this version's object and reuses the pin:");
    let mut loaded = EbpfLoader::new().map_pin_path("flows", path.as_path()).load(OBJECT)?;
    let flows = loaded.map_mut("flows").ok_or("the object declares no map `flows`")?;
    let mut flows: HashMap<_, FlowKey, [u64; 2]> = HashMap::try_from(flows)?;
    let key = FlowKey::new(Be::new(0xc000_0201), Be::new(0xc000_0202), Be::new(443), Be::new(1024), 6);
    let given = KeyAndNeighbour { key, neighbour: *b"SECR" };
    // By reference: a copy would have another neighbour.
    let key: &FlowKey = &given.key;
    flows.insert(key, [1, 60], 0)?;

    let raw = Map::open_pinned(&path, Access::ReadOnly)?;
    let mut walk = raw.walk();
    while let Some(element) = walk.next()? {
        let (known, behind) = element.key.split_at(size_of::<FlowKey>());
        println!("  the key that was given   {known:02x?}");
        println!("  and what the kernel read behind it   {behind:02x?} ({})", behind.escape_ascii());
    }

    println!("\nCheckedMap opens the pin:");
    match CheckedMap::<FlowKey, [u64; 2]>::open_pinned(&path) {
        Ok(_) => return Err("it opened, with a key that is shorter than the map's".into()),
        Err(error) => println!("{error}"),
    }
    Ok(())
}

/// What the newer version made: a key of 20 bytes.
fn leave_the_newer_versions_map(path: &std::path::Path) -> Result<(), Box<dyn Error>> {
    let types = Types::load(|btf| {
        let word = mapkey_tests::maps::scalar(btf, "__be32");
        let half = mapkey_tests::maps::scalar(btf, "__be16");
        let byte = mapkey_tests::maps::scalar(btf, "__u8");
        let ifindex = mapkey_tests::maps::scalar(btf, "__u32");
        let count = mapkey_tests::maps::scalar(btf, "__u64");
        let members = [
            ("saddr", word, 0),
            ("daddr", word, 32),
            ("sport", half, 64),
            ("dport", half, 80),
            ("l4_proto", byte, 96),
            ("ifindex", ifindex, 128),
        ];
        let key = btf.structure("flow_key", 20, &members);
        (key, btf.structure("flow_stats", 16, &[("packets", count, 0), ("bytes", count, 64)]))
    });
    let map = NewMap::new(MapType::LRU_HASH, 20, 16, 10_240).named("flows").typed(&types).create()?;
    pin(map, path);
    Ok(())
}
