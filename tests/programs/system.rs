//! Pins, holders, instances and the table.

use std::path::Path;

use aya::programs::{RawTracePoint, Xdp, XdpMode};
use mapkey_runtime::explain::{CauseKind, Inquiry, Wanted};
use mapkey_runtime::map::{Access, Map};
use mapkey_runtime::program::{Attached, By};
use mapkey_runtime::system::{Entries, Holders, MapTable, PinnedObject, Pins, SameKey};
use rustix::mount::{MountFlags, mount};

use crate::world::{World, alone, attachment, expect, run, turn};

/// A bpffs that only this thread sees.
pub(crate) fn bpffs(folder: &Path) {
    mount("bpffs", folder, "bpf", MountFlags::empty(), None).unwrap();
}

fn pin(world: &World, path: &Path) {
    let id = world.map("seen").info().id.to_string();
    run("bpftool", &["map", "pin", "id", &id, path.to_str().unwrap()]);
}

#[test]
fn pins_are_found() {
    let Some(_turn) = turn("pins_are_found") else { return };
    alone(|| {
        let folder = tempfile::tempdir().unwrap();
        bpffs(folder.path());
        let mut world = World::new();
        let program: &mut Xdp = world.program("jumper");
        program.load().unwrap();
        program.pin(folder.path().join("program")).unwrap();
        let deep = folder.path().join("a b").join("c");
        std::fs::create_dir_all(&deep).unwrap();
        pin(&world, &deep.join("seen"));
        let pins = Pins::scan();
        let id = world.map("seen").info().id;
        assert_eq!(pins.of_map(id).collect::<Vec<_>>(), [deep.join("seen")]);
        let program = (folder.path().join("program"), PinnedObject::Program(world.id("jumper")));
        expect(pins.pins.contains(&program), &pins);
        assert!(pins.mounts.contains(&folder.path().to_owned()));
        rustix::mount::unmount(folder.path(), rustix::mount::UnmountFlags::DETACH).unwrap();
    });
}

#[test]
fn holders_are_found() {
    let Some(_turn) = turn("holders_are_found") else { return };
    let world = World::new();
    let holders = Holders::find();
    let of_map = holders.of_map(world.map("seen").info().id);
    assert_eq!(of_map.iter().map(|holder| holder.pid).collect::<Vec<_>>(), [std::process::id()]);
}

#[test]
fn a_second_load_is_another_map() {
    let Some(_turn) = turn("a_second_load_is_another_map") else { return };
    alone(|| {
        let first = World::new();
        let mut second = World::new();
        let program: &mut Xdp = second.program("counts_packets_of_a_device");
        program.load().unwrap();
        program.attach("lo", XdpMode::Skb).unwrap();
        let (held, used) = (first.map("seen"), second.map("seen").info().id);

        let instances = held.instances().unwrap();
        let other = instances.others.iter().find(|other| other.info.id == used).unwrap();
        assert_eq!(other.same_key, SameKey::Yes);
        assert_eq!(other.attached().count(), 1);
        assert!(instances.this.users.users.is_empty());

        let report = held.identity_report();
        assert_eq!(report.is_another(), Some(true));
        let text = report.to_string();
        let id = held.info().id;
        assert!(text.starts_with(&format!("map {id} `seen` (hash), which no loaded program uses")), "{text}");
        assert!(text.contains("`counts_packets_of_a_device` (xdp), xdp on lo, generic uses map "), "{text}");
        assert!(text.contains(&format!("uses map {used} of that name")), "{text}");
        assert_eq!(second.map("seen").identity_report().is_another(), Some(false));
    });
}

#[test]
fn the_table_has_all_of_it() {
    let Some(_turn) = turn("the_table_has_all_of_it") else { return };
    alone(|| {
        let (mut world, twin) = (World::new(), World::new());
        let program: &mut Xdp = world.program("counts_packets_of_a_device");
        program.load().unwrap();
        program.attach("lo", XdpMode::Skb).unwrap();
        let id = world.map("seen").info().id;
        let mut seen: aya::maps::HashMap<_, u32, u64> = world.ebpf.take_map("seen").unwrap().try_into().unwrap();
        for key in 0..5 {
            seen.insert(key, 1, 0).unwrap();
        }
        let row = |table: MapTable| table.rows.into_iter().find(|row| row.id == id).unwrap();
        let table = row(MapTable::read(100));
        assert_eq!((table.name.as_str(), table.map_type.as_str()), ("seen", "hash"));
        assert_eq!(table.key_type.as_deref(), Some("struct seen_key"));
        assert_eq!((table.key_size, table.value_size, table.max_entries), (4, 8, 64));
        assert_eq!(table.entries, Entries::Counted(5));
        assert_eq!(table.unused, Some(false));
        assert!(table.same_name.contains(&twin.map("seen").info().id));
        assert!(table.holders.iter().any(|holder| holder.pid == std::process::id()));
        let [user] = table.programs.as_deref().unwrap() else { panic!("{table:#?}") };
        assert_eq!((user.name.as_str(), user.attached), ("counts_packets_of_a_device", Attached::Yes));
        assert_eq!(row(MapTable::read(3)).entries, Entries::MoreThan(3));
        assert_eq!(row(MapTable::read(0)).entries, Entries::Unknown);
        let unused = MapTable::read(0).rows.into_iter().find(|row| row.id == twin.map("seen").info().id).unwrap();
        assert_eq!(unused.unused, Some(true));
        let json = serde_json::to_value(&table).unwrap();
        assert_eq!(json["entries"]["counted"], 5);
        assert_eq!(json["programs"][0]["attached"], "yes");
    });
}

#[test]
fn an_explanation_names_the_program_or_the_other_map() {
    let Some(_turn) = turn("an_explanation_names_the_program_or_the_other_map") else { return };
    let first_cause = |map: &Map, key: u32| {
        let wanted = Wanted::of(&key.to_ne_bytes());
        let answer = Inquiry::of(map).ask(&wanted).unwrap();
        (answer.causes.first().map(|cause| cause.kind), answer)
    };
    alone(|| {
        let (mut world, mut other) = (World::new(), World::new());
        let map = world.map("seen");
        let (kind, answer) = first_cause(&map, 7);
        assert_eq!(kind, Some(CauseKind::ProgramNotLoaded), "{answer:#?}");
        let program: &mut Xdp = world.program("counts_packets_of_a_device");
        program.load().unwrap();
        let (kind, answer) = first_cause(&map, 7);
        assert_eq!(kind, Some(CauseKind::ProgramNotAttached), "{answer:#?}");
        world.program::<Xdp>("counts_packets_of_a_device").attach("lo", XdpMode::Skb).unwrap();
        let (kind, answer) = first_cause(&map, 7);
        assert_eq!(kind, Some(CauseKind::EmptyMap), "{answer:#?}");

        let mut seen: aya::maps::HashMap<_, u32, u64> = other.ebpf.take_map("seen").unwrap().try_into().unwrap();
        seen.insert(7, 1, 0).unwrap();
        let (kind, answer) = first_cause(&map, 7);
        assert_eq!(kind, Some(CauseKind::OtherMap), "{answer:#?}");
    });
}

#[test]
fn a_pin_of_a_link_is_called_one() {
    let Some(_turn) = turn("a_pin_of_a_link_is_called_one") else { return };
    alone(|| {
        let folder = tempfile::tempdir().unwrap();
        bpffs(folder.path());
        let mut world = World::new();
        let program: &mut RawTracePoint = world.program("on_raw_tp");
        program.load().unwrap();
        program.attach("sys_enter").unwrap();
        let By::Link { id } = attachment(&world.users()).by else { panic!("{:#?}", world.users()) };
        let path = folder.path().join("link");
        run("bpftool", &["link", "pin", "id", &id.to_string(), path.to_str().unwrap()]);
        for access in [Access::ReadOnly, Access::ReadWrite] {
            let error = Map::open_pinned(&path, access).unwrap_err();
            assert_eq!(error.to_string(), format!("{} is no map but a link", path.display()));
        }
        rustix::mount::unmount(folder.path(), rustix::mount::UnmountFlags::DETACH).unwrap();
    });
}
