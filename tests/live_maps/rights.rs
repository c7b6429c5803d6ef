//! What a user without rights can do, and what each refusal says.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use mapkey_runtime::map::{Access, InsertFlags, Map, MapType, NotProven, OpenError, Pinned, Proof};
use mapkey_runtime::prelude::*;
use mapkey_tests::bpffs::BpfFs;
use mapkey_tests::maps::pin;
use mapkey_tests::rights::{as_nobody, with_capabilities};
use rustix::thread::CapabilitySet;

use crate::keys::{FlowKey, flows};

crate::tests! { ids_and_names_need_admin an_inherited_descriptor_needs_nothing a_pin_needs_the_files_rights cap_bpf_alone }

fn ids_and_names_need_admin() {
    let made = Map::from_fd(flows(MapType::HASH, 4)).unwrap();
    let id = made.info().id;
    let check = || {
        let error = Map::open_id(id, Access::ReadOnly).unwrap_err();
        assert!(matches!(error, OpenError::IdNeedsAdmin { .. }));
        assert!(error.to_string().contains("that needs CAP_SYS_ADMIN; open it by its pin"), "{error}");
        let error = Map::open(&"name:mapkey_test".parse().unwrap(), Access::ReadOnly).unwrap_err();
        assert!(matches!(error, OpenError::NamesNeedAdmin { .. }));
        assert!(error.to_string().contains("that needs CAP_SYS_ADMIN"), "{error}");
    };
    as_nobody(check);
    with_capabilities(CapabilitySet::BPF, check);
    with_capabilities(CapabilitySet::SYS_ADMIN, || Map::open_id(id, Access::ReadOnly).unwrap());
}

fn an_inherited_descriptor_needs_nothing() {
    let made = flows(MapType::HASH, 4);
    as_nobody(|| {
        let refused = CheckedMap::<FlowKey, u64>::from_fd(&made).unwrap_err();
        assert!(matches!(refused, CheckError::NotProven { reason: NotProven::BtfNeedsAdmin { .. }, .. }), "{refused}");
        assert!(
            refused.to_string().contains("needs CAP_SYS_ADMIN; CAP_BPF alone does not give that right"),
            "{refused}"
        );

        let map = Map::from_fd(&made).unwrap().check_without_proof::<FlowKey, u64>().unwrap();
        assert!(matches!(map.proof(), Proof::None(NotProven::BtfNeedsAdmin { .. })), "{}", map.proof());
        let key = FlowKey::numbered(1);
        assert_eq!(map.get(&key).unwrap(), None);
        map.insert(&key, &1, InsertFlags::Any).unwrap();
        assert_eq!(map.get(&key).unwrap(), Some(1));
        assert_eq!(map.iter().count(), 1);
        assert!(map.remove(&key).unwrap());
        assert!(map.is_open());
        assert_eq!(map.verify(), Ok(Pinned::NotByPin));
    });
}

fn a_pin_needs_the_files_rights() {
    let bpffs = BpfFs::mount();
    let path = bpffs.pin("flows");
    pin(flows(MapType::HASH, 4), &path);
    let allow = |mode| fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();

    allow(0o600);
    as_nobody(|| {
        let error = Map::open_pinned(&path, Access::ReadOnly).unwrap_err();
        assert!(matches!(error, OpenError::PinForbidden { .. }), "{error}");
        let expected =
            format!("no right to open {} for reading: a pin has owner and mode as other files do", path.display());
        assert!(error.to_string().starts_with(&expected), "{error}");
    });

    allow(0o644);
    as_nobody(|| {
        let error = Map::open_pinned(&path, Access::ReadWrite).unwrap_err();
        assert!(matches!(error, OpenError::PinForbidden { access: Access::ReadWrite, .. }), "{error}");
        let map = Map::open_pinned(&path, Access::ReadOnly).unwrap().check_without_proof::<FlowKey, u64>().unwrap();
        assert_eq!(map.get(&FlowKey::numbered(1)).unwrap(), None);
        assert_eq!(map.verify(), Ok(Pinned::Same));
    });

    let held = as_nobody(|| Map::open_pinned(&path, Access::ReadOnly).unwrap());
    allow(0o600);
    as_nobody(|| assert_eq!(held.verify(), Ok(Pinned::Unseen)));
}

/// `CAP_BPF` makes maps and loads programs, and does not open BTF by its id.
fn cap_bpf_alone() {
    let made = flows(MapType::HASH, 4);
    with_capabilities(CapabilitySet::BPF, || {
        let refused = CheckedMap::<FlowKey, u64>::from_fd(&made).unwrap_err();
        assert!(matches!(refused, CheckError::NotProven { reason: NotProven::BtfNeedsAdmin { .. }, .. }), "{refused}");
    });
    with_capabilities(CapabilitySet::SYS_ADMIN, || CheckedMap::<FlowKey, u64>::from_fd(&made).unwrap());
}
