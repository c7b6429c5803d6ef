//! Maps by their names, of which the kernel keeps 15 bytes.

use mapkey_runtime::map::{Access, Map, MapType, OpenError};
use mapkey_tests::btf::VAR;
use mapkey_tests::maps::{NewMap, Types, scalar};

crate::tests! { by_name nearest several long_names_by_what_the_kernel_kept long_names_by_the_maps_btf }

fn open(name: &str) -> Result<Map, OpenError> {
    Map::open(&format!("name:{name}").parse().unwrap(), Access::ReadOnly)
}

fn named<'a>(name: &'a str) -> NewMap<'a> {
    NewMap::new(MapType::HASH, 4, 8, 4).named(name)
}

/// Other processes may have maps of the name that a test chose.
fn own(name: &str) -> String {
    format!("{name}_{}", std::process::id() % 100_000)
}

fn by_name() {
    let name = own("mk_one");
    let made = Map::from_fd(named(&name).make()).unwrap();
    let found = open(&name).unwrap();
    assert_eq!(found.info().id, made.info().id);
    assert_eq!(found.access().unwrap(), Access::ReadOnly);
    assert_eq!(found.info().name, name);
}

fn nearest() {
    let name = own("mk_near");
    let _made = named(&name).make();
    let error = open(&name.replace("near", "naer")).unwrap_err();
    let OpenError::NoSuchName { nearest, .. } = &error else { panic!("{error}") };
    assert!(nearest.contains(&name), "{error}");
}

fn several() {
    let name = own("mk_two");
    let (first, second) = (named(&name).make(), named(&name).make());
    let (first, second) = (Map::from_fd(first).unwrap(), Map::from_fd(second).unwrap());
    let error = open(&name).unwrap_err();
    let OpenError::SeveralOfName { maps, .. } = &error else { panic!("{error}") };
    let mut ids: Vec<_> = maps.iter().map(|map| map.id).collect();
    ids.sort_unstable();
    assert_eq!(ids, [first.info().id, second.info().id]);
    assert!(error.to_string().starts_with(&format!("2 maps are called `{name}`")), "{error}");
    let all = Map::all(&format!("name:{name}").parse().unwrap(), Access::ReadOnly).unwrap();
    assert_eq!(all.len(), 2);
}

fn long_names_by_what_the_kernel_kept() {
    let name = own("mk_connections_by_remote");
    let name = format!("{}{name}", own("k"));
    let made = Map::from_fd(named(&name).make()).unwrap();
    assert_eq!(made.info().name, name[..15]);
    assert_eq!(open(&name).unwrap().info().id, made.info().id);
    assert_eq!(open(&name[..15]).unwrap().info().id, made.info().id);
}

/// Two maps whose names differ behind the 15th byte: their BTF has the variables that declare them.
fn long_names_by_the_maps_btf() {
    let prefix = format!("{}_connections_by_", own("l"));
    let make = |name: &str| {
        let types = Types::load(|btf| {
            let (key, value) = (scalar(btf, "__u32"), scalar(btf, "__u64"));
            let map = btf.structure("", 8, &[("key", key, 0)]);
            let variable = btf.record(name, VAR, 0, map, &[1]);
            btf.record(".maps", mapkey_tests::btf::DATASEC, 1, 8, &[variable, 0, 8]);
            (key, value)
        });
        Map::from_fd(named(name).typed(&types).make()).unwrap()
    };
    let (remote, local) = (format!("{prefix}remote"), format!("{prefix}local"));
    let (first, second) = (make(&remote), make(&local));
    assert_eq!(first.info().name, second.info().name);
    assert_eq!(open(&remote).unwrap().info().id, first.info().id);
    assert_eq!(open(&local).unwrap().info().id, second.info().id);
    assert!(matches!(open(&format!("{prefix}none")), Err(OpenError::NoSuchName { .. })));
    // What the kernel kept is both.
    assert!(matches!(open(&prefix[..15]), Err(OpenError::SeveralOfName { .. })));
}
