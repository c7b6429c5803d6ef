//! Descriptors that are closed, reused, or no map's.

use std::fs::File;
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd};

use mapkey_runtime::map::{DescriptorState, IdentityError, InsertFlags, Map, MapType, Meaning, OpenError};
use mapkey_runtime::prelude::*;
use mapkey_tests::rights::with_own_descriptors;
use rustix::io::dup2;

use crate::keys::{FlowKey, flows};

crate::tests! { anything_with_a_descriptor no_map what_a_number_is reused_for_a_file reused_for_another_map closed }

fn anything_with_a_descriptor() {
    let map = flows(MapType::HASH, 4);
    let owned = CheckedMap::<FlowKey, u64>::from_fd(&map).unwrap();
    let borrowed = CheckedMap::<FlowKey, u64>::from_fd(map.try_clone().unwrap()).unwrap();
    owned.insert(&FlowKey::numbered(1), &1, InsertFlags::Any).unwrap();
    drop(map);
    assert_eq!(borrowed.get(&FlowKey::numbered(1)).unwrap(), Some(1), "each handle holds the map");
    let again = CheckedMap::<FlowKey, u64>::from_fd(&owned).unwrap();
    assert_eq!(again.info(), owned.info());
    assert!(again.is_open());
}

fn no_map() {
    let file = File::open("/proc/self/status").unwrap();
    let error = Map::from_fd(&file).unwrap_err();
    assert!(matches!(error, OpenError::NotAMap { .. }));
    assert_eq!(
        error.to_string(),
        format!("descriptor {} is no map but /proc/{}/status", file.as_raw_fd(), std::process::id())
    );
    let types = crate::keys::flow_types();
    let error = Map::from_fd(&types).unwrap_err();
    assert!(error.to_string().ends_with("is no map but BTF"), "{error}");
    let (socket, _other) = std::os::unix::net::UnixStream::pair().unwrap();
    let error = Map::from_fd(&socket).unwrap_err();
    assert!(error.to_string().contains("is no map but socket:["), "{error}");
}

fn what_a_number_is() {
    let map = flows(MapType::HASH, 4);
    let state = DescriptorState::of(map.as_raw_fd());
    assert!(matches!(&state, DescriptorState::Map { info, .. } if info.key_size == 16), "{state}");
    assert!(state.to_string().ends_with("`mapkey_test` (hash)"), "{state}");
    assert!(matches!(DescriptorState::of(-1), DescriptorState::Closed { .. }));
    assert_eq!(DescriptorState::of(1_000_000).to_string(), "descriptor 1000000 is not open");
}

/// Gives the number of `map`'s descriptor to something else, as code does that closes what it does not own.
fn reuse(map: &Map, now: impl std::os::fd::AsFd) {
    use std::os::fd::{AsFd, FromRawFd, IntoRawFd};
    // SAFETY: the number is open, and what `dup2` leaves at it is given back to the handle.
    let mut number = unsafe { OwnedFd::from_raw_fd(map.as_fd().as_raw_fd()) };
    dup2(now, &mut number).unwrap();
    let _ = number.into_raw_fd();
}

fn reused_for_a_file() {
    with_own_descriptors(|| {
        let map = CheckedMap::<FlowKey, u64>::from_fd(flows(MapType::HASH, 4)).unwrap();
        reuse(&map, File::open("/dev/null").unwrap());
        assert!(!map.is_open());
        let error = map.verify().unwrap_err();
        assert!(matches!(error, IdentityError::Descriptor { .. }));
        assert!(error.to_string().contains("is no map but /dev/null, and was map"), "{error}");

        let key = FlowKey::numbered(1);
        let changed = Meaning::NotThisMap { found: "/dev/null".to_owned() };
        let errors = [
            map.get(&key).unwrap_err(),
            map.insert(&key, &1, InsertFlags::Any).unwrap_err(),
            map.remove(&key).unwrap_err(),
            map.walk().next().unwrap_err(),
        ];
        for error in errors {
            assert_eq!(error.meaning, changed, "{error}");
            assert!(
                error.to_string().contains("its descriptor was closed and now is /dev/null; open the map again"),
                "{error}"
            );
        }
    });
}

/// The kernel cannot tell, for lookups carry no lengths: the probes can.
fn reused_for_another_map() {
    with_own_descriptors(|| {
        let map = CheckedMap::<FlowKey, u64>::from_fd(flows(MapType::HASH, 4)).unwrap();
        let other = flows(MapType::HASH, 4);
        reuse(&map, &other);
        assert!(!map.is_open());
        let error = map.verify().unwrap_err();
        let IdentityError::Descriptor { opened, now: DescriptorState::Map { info, .. } } = &error else {
            panic!("{error}")
        };
        assert_ne!(opened.id, info.id);
    });
}

fn closed() {
    with_own_descriptors(|| {
        let map = CheckedMap::<FlowKey, u64>::from_fd(flows(MapType::HASH, 4)).unwrap();
        let number = std::os::fd::AsFd::as_fd(&map).as_raw_fd();
        // SAFETY: the number is given back to the handle below, before anything else is opened.
        drop(unsafe { <OwnedFd as std::os::fd::FromRawFd>::from_raw_fd(number) });
        assert!(!map.is_open());
        let error = map.verify().unwrap_err();
        assert!(error.to_string().starts_with(&format!("descriptor {number} is not open, and was map ")), "{error}");
        assert_eq!(
            map.identity_report().to_string(),
            format!("{} no more: descriptor {number} is not open; open the map again", map.info())
        );
        let error = map.get(&FlowKey::numbered(1)).unwrap_err();
        assert_eq!((error.meaning, error.errno.and_then(|errno| errno.name())), (Meaning::Closed, Some("EBADF")));
        let error = map.walk().next().unwrap_err();
        assert!(error.to_string().ends_with("its descriptor is closed; open the map again (EBADF)"), "{error}");
        let opened = File::open("/dev/null").unwrap();
        // SAFETY: it is open.
        let lowest = unsafe { BorrowedFd::borrow_raw(opened.as_raw_fd()) };
        assert_eq!(lowest.as_raw_fd(), number, "the handle drops an open descriptor");
        std::mem::forget(opened);
    });
}
