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

#[derive(Clone, Copy, MapKey)]
#[repr(C, packed)]
struct Range {
    fd: i32,
    start: i64,
}

#[test]
fn negative_numbers_are_not_shifted() {
    // The bytes of -1 are equal wherever they stand.
    let entries: Vec<Vec<u8>> =
        (0..300i64).map(|n| Range::new(3, if n % 5 == 0 { -1 } else { n * 4096 }).as_bytes().to_vec()).collect();
    let answer = in_hash(&Range::new(-1, 4096 * 3000), &entries);
    assert!(answer.causes.iter().all(|cause| cause.confidence < 0.3), "{answer}");
    let answer = in_hash(&-11i32, &[(-1i32).to_ne_bytes().to_vec()]);
    assert!(answer.causes.iter().all(|cause| cause.confidence < 0.5), "{answer}");
}

#[test]
fn names_from_one_list_are_not_shifted() {
    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    struct Family {
        comm: FixedStr<16>,
        parent: FixedStr<16>,
    }
    const NAMES: [&str; 8] = ["bash", "curl", "sshd", "python3", "nginx", "systemd", "postgres", "node"];
    let key = |comm: usize, parent: usize| {
        Family::new(FixedStr::new(NAMES[comm % 8]).unwrap(), FixedStr::new(NAMES[parent % 8]).unwrap())
    };
    let entries: Vec<Vec<u8>> = (0..40).map(|n| key(n, n / 8 + n % 3).as_bytes().to_vec()).collect();
    let wanted = key(3, 7);
    assert!(!entries.contains(&wanted.as_bytes().to_vec()));
    let answer = in_hash(&wanted, &entries);
    assert!(!answer.causes.iter().any(|cause| cause.kind == CauseKind::Shifted), "{answer}");
}

#[test]
fn small_numbers_are_not_halves_of_large_ones() {
    let entries: Vec<Vec<u8>> = (0..300u64)
        .map(|n| if n % 2 == 0 { n / 3 } else { n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 24 })
        .map(|n| n.to_ne_bytes().to_vec())
        .collect();
    let wanted = 18u64 << 32 | 0xd687_047c;
    assert!(entries.contains(&(wanted >> 32).to_ne_bytes().to_vec()));
    let answer = in_hash(&wanted, &entries);
    assert!(answer.causes.iter().all(|cause| cause.confidence < 0.5), "{answer}");
}

#[test]
fn minus_one_without_its_sign_is_no_half_of_a_pair() {
    for (wanted, entry) in [(-1i64, 0xffff_ffffi64), (0xffff_ffff, -1)] {
        let answer = in_hash(&wanted, &[entry.to_ne_bytes().to_vec()]);
        assert_first(&answer, &[CauseKind::SignOrWidth], &["key"], &entry.to_ne_bytes());
    }
}

#[test]
fn a_twin_that_is_equal_goes_before_two_mistakes() {
    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    struct Syscall {
        cpu: u32,
        _pad: Padding<4>,
        pid_tgid: u64,
    }
    // Packed, its halves stand as if exchanged beside dirty padding.
    let wanted = Syscall::new(14, 0x44b5_0000_44ba);
    let mut packed = wanted.as_bytes().to_vec();
    packed.copy_within(8..16, 4);
    packed[12..].fill(0);
    let answer = in_hash(&wanted, std::slice::from_ref(&packed));
    assert_first(&answer, &[CauseKind::LayoutTwin], &[], &packed);
}

#[test]
fn one_word_that_differs_is_no_pair_of_mistakes() {
    let key = |ret: i32| [&8u16.to_ne_bytes()[..], &ret.to_ne_bytes()].concat();
    let answer = raw(&key(-2), &[key(-1), key(3)]);
    assert!(answer.causes.iter().all(|cause| cause.kind == CauseKind::NearValue), "{answer}");
}
