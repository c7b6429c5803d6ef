//! What the map's type, its surroundings and its programs decide, and in which order.

use super::*;

fn state(map_type: MapType, wanted: &[u8], entries: &[Vec<u8>], change: impl FnOnce(&mut MapFacts)) -> Explanation {
    let shape = KeyShape::raw(wanted.len());
    let wanted = Wanted::bytes_of(&shape, wanted).unwrap();
    let mut scan = Scan::new(&shape, &wanted, map_type.key_rule());
    entries.iter().for_each(|entry| scan.see(entry));
    let mut facts = MapFacts::new(info(map_type, shape.size()), Lookup::Absent);
    facts.walk = WalkFacts::Complete { restarts: 0 };
    change(&mut facts);
    explain(&wanted, &facts, Some(&scan.finish()))
}

fn program(attached: Attached, runs: Option<u64>) -> ProgramFacts {
    ProgramFacts { id: 12, name: "count".to_owned(), type_name: "xdp".to_owned(), attached, runs, can_be_counted: true }
}

fn kinds(answer: &Explanation) -> Vec<CauseKind> {
    answer.causes.iter().map(|cause| cause.kind).collect()
}

const KEY: [u8; 8] = [1, 2, 3, 4, 5, 6, 7, 8];

#[test]
fn types_and_sizes_decide_alone() {
    let answer = state(MapType::RINGBUF, &KEY, &[], |facts| facts.lookup = Lookup::NotTried);
    assert_eq!((kinds(&answer), answer.found), (vec![CauseKind::WrongMapType], None), "{answer}");
    let answer = state(MapType::TASK_STORAGE, &KEY, &[], |_| {});
    assert_eq!(kinds(&answer), [CauseKind::WrongMapType]);
    let answer = state(MapType::HASH, &KEY, &[], |facts| facts.info.key_size = 16);
    assert_eq!(kinds(&answer), [CauseKind::KeySize]);
    assert!(answer.causes[0].text.contains("have 16 bytes, and this one has 8 bytes"), "{answer}");
    let answer = state(MapType::ARRAY, &1024u32.to_ne_bytes(), &[], |_| {});
    assert_eq!(kinds(&answer), [CauseKind::IndexOutOfRange]);
    let answer = state(MapType::ARRAY, &1u32.swap_bytes().to_ne_bytes(), &[], |_| {});
    assert!(answer.causes[0].text.ends_with("in the other byte order it is 1, which exists"), "{answer}");
    let unsupported = || Lookup::Unsupported { why: "user space cannot look up in it".to_owned() };
    let answer = state(MapType::PERF_EVENT_ARRAY, &3u32.to_ne_bytes(), &[], |facts| {
        facts.lookup = unsupported();
        facts.programs = Known::Known(Vec::new());
    });
    assert_eq!((kinds(&answer), answer.found), (vec![CauseKind::WrongMapType], None), "{answer}");
    let answer = state(MapType::PROG_ARRAY, &3u32.to_ne_bytes(), &[], |_| {});
    assert!(answer.ruled_out.iter().any(|out| out.text.ends_with("the slot is empty")), "{answer}");
}

#[test]
fn what_may_not_be_seen_is_said() {
    let why = "this handle may only write: nobody can look up".to_owned();
    let answer = state(MapType::HASH, &KEY, &[], |facts| {
        facts.lookup = Lookup::Impossible { why: why.clone(), is_permission: true };
        facts.walk = WalkFacts::Failed { why, is_permission: true };
    });
    assert_eq!((kinds(&answer), answer.found), (vec![CauseKind::Permission], None), "{answer}");
    assert!(answer.to_string().starts_with("map 41 `flows` (hash) could not be asked for this key"), "{answer}");
}

#[test]
fn a_key_that_is_there_is_said_to_be() {
    let answer = state(MapType::HASH, &KEY, &[], |facts| {
        facts.lookup = Lookup::Present { stored: None, value: vec![1, 0] };
    });
    assert_eq!((kinds(&answer), answer.found), (vec![CauseKind::Present], Some(true)));
    assert!(answer.to_string().contains("has this key: it is there; the value is 01 00"), "{answer}");
}

#[test]
fn an_empty_map_names_the_proven_program_first() {
    let with = |programs| move |facts: &mut MapFacts| facts.programs = Known::Known(programs);
    let answer = state(MapType::HASH, &KEY, &[], with(vec![]));
    assert_eq!(kinds(&answer), [CauseKind::ProgramNotLoaded, CauseKind::EmptyMap], "{answer}");
    let answer = state(MapType::HASH, &KEY, &[], with(vec![program(Attached::Nowhere, None)]));
    assert_eq!(kinds(&answer), [CauseKind::ProgramNotAttached, CauseKind::EmptyMap], "{answer}");
    let attached = Attached::At(vec!["eth0".to_owned()]);
    let answer = state(MapType::HASH, &KEY, &[], with(vec![program(attached.clone(), Some(0))]));
    assert_eq!(kinds(&answer), [CauseKind::ProgramNeverRan, CauseKind::EmptyMap], "{answer}");
    // With statistics off nothing is proven.
    let answer = state(MapType::HASH, &KEY, &[], with(vec![program(attached, None)]));
    assert_eq!(kinds(&answer), [CauseKind::EmptyMap], "{answer}");
    assert!(answer.causes[0].text.contains(&format!("`{}`", crate::program::TURN_ON)), "{answer}");
    let unknown = Attached::Unknown("a socket's filters cannot be listed".to_owned());
    let answer = state(MapType::HASH, &KEY, &[], with(vec![program(unknown, Some(4))]));
    assert_eq!(kinds(&answer), [CauseKind::EmptyMap], "{answer}");
    // A filter of a socket, of which nobody sees that it is attached, has not been proven to be idle.
    let unseen = || Attached::Unknown("no user can see which programs hang on sockets".to_owned());
    let answer = state(MapType::HASH, &KEY, &[], with(vec![program(unseen(), Some(0))]));
    assert_eq!(kinds(&answer), [CauseKind::EmptyMap], "{answer}");
    assert!(answer.causes[0].text.contains("is attached could not be seen: no user"), "{answer}");
    // Only those are said to be attached that are.
    let eth0 = || Attached::At(vec!["eth0".to_owned()]);
    let idle = ProgramFacts { id: 13, ..program(Attached::Nowhere, Some(0)) };
    let answer = state(MapType::HASH, &KEY, &[], with(vec![program(eth0(), Some(0)), idle]));
    assert_eq!(answer.causes[0].kind, CauseKind::ProgramNeverRan, "{answer}");
    assert!(answer.causes[0].text.starts_with("program 12 `count` (xdp) is attached and has never run"), "{answer}");
    let callee = ProgramFacts { can_be_counted: false, ..program(eth0(), None) };
    let answer = state(MapType::HASH, &KEY, &[], with(vec![callee]));
    assert!(answer.causes[0].text.ends_with("does not count the runs of a program that others jump to"), "{answer}");
    let answer = state(MapType::HASH, &KEY, &[], |facts| {
        facts.programs =
            Known::Unknown { why: "ids need CAP_SYS_ADMIN".to_owned(), command: Some("sudo bpftool prog".to_owned()) };
    });
    assert!(answer.causes[0].text.contains("ids need CAP_SYS_ADMIN; `sudo bpftool prog` shows it"), "{answer}");
}

#[test]
fn eviction_and_room() {
    let entries = |count: u32| -> Vec<Vec<u8>> {
        (0..count).map(|n| (u64::from(n) << 20 | 0xff).to_be_bytes().to_vec()).collect()
    };
    let answer = state(MapType::LRU_HASH, &KEY, &entries(800), |_| {});
    assert_eq!(kinds(&answer), [CauseKind::Evicted], "{answer}");
    assert!(answer.causes[0].text.contains("may have been evicted"), "{answer}");
    assert_eq!(kinds(&state(MapType::LRU_HASH, &KEY, &entries(700), |_| {})), []);
    assert_eq!(kinds(&state(MapType::HASH, &KEY, &entries(1024), |_| {})), [CauseKind::MapFull]);
    assert_eq!(kinds(&state(MapType::HASH, &KEY, &entries(1023), |_| {})), []);
    let no_limit = |facts: &mut MapFacts| facts.info.max_entries = 0;
    assert_eq!(kinds(&state(MapType::CGROUP_STORAGE, &KEY, &entries(9), no_limit)), []);
}

#[test]
fn twins_then_other_maps_then_the_rest() {
    let other = |map_type| OtherMap {
        info: MapInfo { id: 57, ..info(map_type, 8) },
        pin: None,
        has_key: Some(true),
        programs: vec!["program 12 `count` (xdp)".to_owned()],
    };
    let mut entries: Vec<Vec<u8>> =
        (0..1024u64).map(|n| (n.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1).to_be_bytes().to_vec()).collect();
    entries[9] = KEY.iter().rev().copied().collect();
    entries[10] = vec![1, 2, 3, 4, 9, 9, 9, 9];
    let answer = state(MapType::HASH, &KEY, &entries, |facts| {
        facts.other_maps = Known::Known(vec![other(MapType::HASH)]);
        facts.programs = Known::Known(vec![]);
    });
    assert_eq!(
        kinds(&answer),
        [CauseKind::ByteOrder, CauseKind::OtherMap, CauseKind::MapFull, CauseKind::ProgramNotLoaded],
        "{answer}"
    );
    let text = "map 57 `flows` (hash) has the key; program 12 `count` (xdp) uses that one";
    assert!(answer.causes[1].text.contains(text), "{answer}");
    let answer = state(MapType::PROG_ARRAY, &3u32.to_ne_bytes(), &[], |facts| {
        facts.other_maps = Known::Known(vec![other(MapType::PROG_ARRAY)]);
    });
    assert!(!kinds(&answer).contains(&CauseKind::OtherMap), "every array has every index: {answer}");
}

#[test]
fn a_change_meanwhile_is_said() {
    let answer = state(MapType::HASH, &KEY, &[vec![9; 8], KEY.to_vec()], |facts| {
        facts.walk = WalkFacts::Complete { restarts: 2 };
    });
    assert!(answer.notes.iter().any(|note| note.contains("began again 2 times")), "{answer}");
    assert!(answer.notes.iter().any(|note| note.contains("look it up again")), "{answer}");
}
