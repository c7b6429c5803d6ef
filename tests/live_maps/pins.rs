//! Pins: what is there, what is there no more, and what is none.

use std::fs;

use mapkey_runtime::map::{Access, IdentityError, Map, MapType, OpenError, Pinned};
use mapkey_runtime::prelude::*;
use mapkey_tests::bpffs::BpfFs;
use mapkey_tests::maps::{NewMap, pin};

use crate::keys::{FlowKey, flow_types, flows};

crate::tests! { opens a_replaced_pin a_pin_that_is_gone nothing_there no_pin_at_all }

fn opens() {
    let bpffs = BpfFs::mount();
    let path = bpffs.pin("flows");
    pin(flows(MapType::HASH, 4), &path);
    let map = CheckedMap::<FlowKey, u64>::open_pinned(&path).unwrap();
    assert_eq!(map.pin(), Some(path.as_path()));
    assert_eq!(map.verify(), Ok(Pinned::Same));
    let same = Map::open(&path.display().to_string().parse().unwrap(), Access::ReadOnly).unwrap();
    assert_eq!(same.info().id, map.info().id);
    let by_id = CheckedMap::<FlowKey, u64>::open_id(map.info().id).unwrap();
    assert_eq!(by_id.verify(), Ok(Pinned::NotByPin));
}

fn a_replaced_pin() {
    let bpffs = BpfFs::mount();
    let path = bpffs.pin("flows");
    pin(NewMap::new(MapType::HASH, 16, 8, 4).typed(&flow_types()).named("flows").make(), &path);
    let held = CheckedMap::<FlowKey, u64>::open_pinned(&path).unwrap();

    // The program is loaded again.
    fs::remove_file(&path).unwrap();
    pin(NewMap::new(MapType::HASH, 16, 8, 4).typed(&flow_types()).named("flows").make(), &path);
    let error = held.verify().unwrap_err();
    let IdentityError::PinReplaced { opened, now, .. } = &error else { panic!("{error}") };
    assert_eq!(opened.id, held.info().id);
    assert_ne!(now.id, held.info().id);
    let expected = format!(
        "this handle is map {} `flows` (hash), and {} is map {} `flows` (hash) now",
        opened.id,
        path.display(),
        now.id
    );
    assert!(error.to_string().starts_with(&expected), "{error}");
    assert!(held.is_open(), "the handle keeps its map");
    let report = held.identity_report();
    assert!(matches!(report.verified(), Err(IdentityError::PinReplaced { .. })));
    let now = format!("; {} is map {} `flows` (hash) now: open the pin again", path.display(), now.id);
    assert!(report.to_string().ends_with(&now), "{report}");
}

fn a_pin_that_is_gone() {
    let bpffs = BpfFs::mount();
    let path = bpffs.pin("flows");
    pin(flows(MapType::HASH, 4), &path);
    let held = CheckedMap::<FlowKey, u64>::open_pinned(&path).unwrap();
    fs::remove_file(&path).unwrap();
    assert_eq!(held.verify(), Ok(Pinned::Gone));
    assert_eq!(held.get(&FlowKey::numbered(1)).unwrap(), None);
}

fn nothing_there() {
    let bpffs = BpfFs::mount();
    pin(flows(MapType::HASH, 4), &bpffs.pin("flows"));
    let error = Map::open_pinned(bpffs.pin("flow"), Access::ReadWrite).unwrap_err();
    assert!(matches!(error, OpenError::NotPinned { .. }));
    assert!(error.to_string().contains("did you mean `flows`"), "{error}");
    let error = Map::open_pinned(bpffs.pin("tc/globals/flows"), Access::ReadWrite).unwrap_err();
    assert!(error.to_string().contains("mount -t bpf bpffs /sys/fs/bpf"), "{error}");
    // A file is no folder.
    let error = Map::open_pinned(bpffs.pin("flows/x"), Access::ReadWrite).unwrap_err();
    assert!(matches!(error, OpenError::NotPinned { .. }), "{error}");
}

fn no_pin_at_all() {
    let bpffs = BpfFs::mount();
    fs::create_dir(bpffs.pin("folder")).unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    for path in [bpffs.pin("folder"), file.path().to_owned(), "/proc/self/status".into()] {
        let error = Map::open_pinned(&path, Access::ReadWrite).unwrap_err();
        assert!(matches!(error, OpenError::NotOnBpffs { .. }), "{}: {error}", path.display());
    }
    let error = Map::open_pinned("a\0b", Access::ReadWrite).unwrap_err();
    assert!(matches!(error, OpenError::Unreadable { .. }), "{error}");
}
