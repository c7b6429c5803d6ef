//! Entries that look like something they are not.

use super::*;

#[test]
fn a_near_value_does_not_hide_a_dirty_twin() {
    let wanted = flow(9, 40000, 443);
    let mut twin = wanted.as_bytes().to_vec();
    twin[15] = 1;
    let mut entries = flows(50);
    entries.insert(0, flow(9, 40001, 443).as_bytes().to_vec());
    entries.push(twin.clone());
    entries.push(flow(9, 40000, 444).as_bytes().to_vec());
    let answer = in_hash(&wanted, &entries);
    assert_first(&answer, &[CauseKind::DirtyPadding], &["[15..16]"], &twin);
    assert!(answer.causes.iter().any(|cause| cause.kind == CauseKind::NearValue), "{answer}");
}

#[test]
fn zeros_are_not_shifted() {
    // Small numbers among zeros: moved by four or eight bytes they look alike.
    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    struct Small {
        cpu: u32,
        class: u32,
        level: u32,
        slot: u32,
    }
    let entries: Vec<Vec<u8>> =
        (0..200u32).map(|n| Small::new(n % 4, n / 4 % 5, n / 20 % 5, n / 100).as_bytes().to_vec()).collect();
    let answer = in_hash(&Small::new(3, 0, 0, 7), &entries);
    assert!(!answer.causes.iter().any(|cause| cause.kind == CauseKind::Shifted), "{answer}");
    let answer = in_hash(&Small::new(1, 1, 1, 9), &entries);
    assert!(answer.causes.iter().all(|cause| cause.kind != CauseKind::Shifted || cause.confidence < 0.5), "{answer}");
    let answer = raw(Small::new(0, 0, 9, 0).as_bytes(), &entries);
    assert!(!answer.causes.iter().any(|cause| cause.kind == CauseKind::Shifted), "{answer}");
}

#[test]
fn addresses_are_no_text() {
    // 97.98.0.100 is "ab", NUL, "d".
    let wanted = Flow::new(Ipv4::new(97, 98, 0, 0), Ipv4::new(192, 0, 2, 33), Be::new(40000), Be::new(443), 6);
    let entry = Flow::new(Ipv4::new(97, 98, 0, 100), Ipv4::new(192, 0, 2, 33), Be::new(40000), Be::new(443), 6);
    let answer = in_hash(&wanted, &with(flows(50), entry.as_bytes()));
    assert_eq!(first(&answer), [CauseKind::NearValue], "{answer}");
    // And in a field that claims to be text.
    let key = |addr: [u8; 16]| Named { comm: bytemuck_text(addr), ifindex: 3 };
    let wanted = key([0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    let entry = key([0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
    let answer = in_hash(&wanted, &[entry.as_bytes().to_vec()]);
    assert_eq!(first(&answer), [CauseKind::NearValue], "{answer}");
}

fn bytemuck_text(bytes: [u8; 16]) -> FixedStr<16> {
    FixedStr::from_bytes(&bytes).unwrap()
}

#[test]
fn confidence_falls_where_the_others_are_right_as_they_stand() {
    let key = |pid: u32| pid.to_ne_bytes().to_vec();
    let twin = 1234u32.swap_bytes();
    let right: Vec<Vec<u8>> = (300..400).map(key).collect();
    let swapped: Vec<Vec<u8>> = (300..400u32).map(|pid| key(pid.swap_bytes())).collect();
    let doubted = in_hash(&1234u32, &with(right, &key(twin)));
    let sure = in_hash(&1234u32, &with(swapped, &key(twin)));
    assert_eq!(first(&doubted), [CauseKind::ByteOrder], "{doubted}");
    assert_eq!(first(&sure), [CauseKind::ByteOrder], "{sure}");
    assert!(doubted.causes[0].confidence + 0.2 < sure.causes[0].confidence, "{doubted}\n{sure}");
}

#[test]
fn palindromes_have_no_order() {
    let answer = in_hash(&0x0101_0101u32, &[vec![1, 1, 1, 2], vec![7; 4]]);
    assert!(!answer.causes.iter().any(|cause| cause.kind == CauseKind::ByteOrder), "{answer}");
}

#[test]
fn a_port_that_others_may_well_have_is_a_weak_coincidence() {
    // 443 swapped is 47873, which is as good a port as any among ten thousand.
    let entries: Vec<Vec<u8>> = (40_000..50_000u16).map(|port| port.to_ne_bytes().to_vec()).collect();
    let answer = in_hash(&443u16, &entries);
    assert!(answer.causes.iter().all(|cause| cause.confidence < 0.5), "{answer}");
    let out = answer.ruled_out.iter().find(|out| out.kind == CauseKind::ByteOrder);
    assert!(out.is_some_and(|out| out.text.contains("by chance")), "{answer}");
}

#[test]
fn a_field_that_its_user_names_is_no_padding() {
    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    struct Key {
        id: u32,
        reserved: u32,
    }
    let shape = KeyShape::of_layout(&Key::LAYOUT);
    let entry = Key::new(5, 9).as_bytes().to_vec();
    let answer = look(MapType::HASH, &shape, &Wanted::ask(&shape, &["id=5"]).unwrap(), std::slice::from_ref(&entry));
    assert_first(&answer, &[CauseKind::DirtyPadding], &["[4..5]"], &entry);
    assert!(answer.causes[0].text.contains("`reserved`"), "{answer}");
    let answer = look(MapType::HASH, &shape, &Wanted::ask(&shape, &["id=5", "reserved=8"]).unwrap(), &[entry]);
    assert_eq!(first(&answer), [CauseKind::NearValue], "{answer}");
}

#[test]
fn small_numbers_exchange_by_chance() {
    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    struct Pair {
        row: u32,
        column: u32,
    }
    let entries: Vec<Vec<u8>> = (0..8)
        .flat_map(|row| (0..8).map(move |column| (row, column)))
        .filter(|&(row, column)| (row, column) != (3, 5))
        .map(|(row, column)| Pair::new(row, column).as_bytes().to_vec())
        .collect();
    let answer = in_hash(&Pair::new(3, 5), &entries);
    assert!(answer.causes.iter().all(|cause| cause.confidence < 0.5), "{answer}");
}
