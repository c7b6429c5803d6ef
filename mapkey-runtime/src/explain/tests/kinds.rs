//! Each kind alone, named first among a hundred entries that have nothing to do with the wanted key.

use super::*;

#[test]
fn dirty_padding() {
    let wanted = flow(9, 40000, 443);
    let mut entry = wanted.as_bytes().to_vec();
    entry[14] = 0x7f;
    let answer = in_hash(&wanted, &with(flows(100), &entry));
    assert_first(&answer, &[CauseKind::DirtyPadding], &["[14..15]"], &entry);
    assert!(answer.causes[0].text.contains("`_pad`"), "{answer}");
    assert!(answer.causes[0].text.contains("the only entry with anything there"), "{answer}");
    // And the wanted key can be the dirty one.
    let shape = KeyShape::of_layout(&Flow::LAYOUT);
    let dirty = Wanted::bytes_of(&shape, &entry).unwrap();
    let answer = look(MapType::HASH, &shape, &dirty, &with(flows(100), wanted.as_bytes()));
    assert_first(&answer, &[CauseKind::DirtyPadding], &["[14..15]"], wanted.as_bytes());
    assert!(answer.causes[0].text.contains("the wanted key is the dirty one"), "{answer}");
}

#[test]
fn many_dirty_entries_are_counted() {
    let wanted = flow(9, 40000, 443);
    let mut entries = flows(100);
    for (dirt, entry) in (1..).zip(&mut entries[..40]) {
        entry[13] = dirt;
    }
    let mut twin = wanted.as_bytes().to_vec();
    twin[13] = 0xff;
    for dirt in [1, 2] {
        twin[15] = dirt;
        entries.push(twin.clone());
    }
    let answer = in_hash(&wanted, &entries);
    assert_eq!(first(&answer), [CauseKind::DirtyPadding], "{answer}");
    assert!(
        answer.causes[0].text.contains("42 of 102 entries have something there; 1 more entry is like it"),
        "{answer}"
    );
}

#[test]
fn byte_order() {
    let wanted = flow(9, 40000, 443);
    let mut entry = wanted.as_bytes().to_vec();
    entry[10..12].reverse();
    let answer = in_hash(&wanted, &with(flows(100), &entry));
    assert_first(&answer, &[CauseKind::ByteOrder], &["dport"], &entry);
    assert!(answer.causes[0].text.ends_with(": 443 here, 47873 there"), "{answer}");
    entry[8..10].reverse();
    let answer = in_hash(&wanted, &with(flows(100), &entry));
    assert_first(&answer, &[CauseKind::ByteOrder], &["sport", "dport"], &entry);
    entry[0..4].reverse();
    entry[4..8].reverse();
    let answer = in_hash(&wanted, &with(flows(100), &entry));
    assert_first(&answer, &[CauseKind::ByteOrder], &["saddr", "daddr", "sport", "dport"], &entry);
}

#[test]
fn sixteen_bits_inside_of_thirty_two() {
    let entries: Vec<Vec<u8>> = (1..50u32).map(|port| (port * 97).to_ne_bytes().to_vec()).collect();
    let entry = u32::from(443u16.swap_bytes()).to_ne_bytes();
    let answer = in_hash(&443u32, &with(entries.clone(), &entry));
    assert_eq!(first(&answer), [CauseKind::ByteOrder], "{answer}");
    assert_eq!(answer.causes[0].entry.as_deref(), Some(&entry[..]), "{answer}");
    assert!(answer.repair.as_ref().is_some_and(|repair| repair.contains("`bpf_htons`")), "{answer}");
    let entry = (443u32 << 16).swap_bytes().rotate_left(16).to_ne_bytes();
    let answer = in_hash(&443u32, &with(entries, &entry));
    assert_eq!(first(&answer), [CauseKind::ByteOrder], "{answer}");
}

#[test]
fn layout_twin() {
    let wanted = Mixed::new(7, 1234, 0xdead_beef_0102, 8080);
    let mut packed = vec![7];
    packed.extend(1234u32.to_ne_bytes());
    packed.extend(0xdead_beef_0102u64.to_ne_bytes());
    packed.extend(8080u16.to_ne_bytes());
    // What the map has behind the shorter key is whatever was there.
    packed.extend([0xaa; 9]);
    let others: Vec<Vec<u8>> =
        (0..100u32).map(|n| Mixed::new(1, n * 7 + 3, u64::from(n) * 0x1_0203_0405, 1000).as_bytes().to_vec()).collect();
    let answer = in_hash(&wanted, &with(others, &packed));
    assert_first(&answer, &[CauseKind::LayoutTwin], &[], &packed);
    assert!(answer.causes[0].text.contains("packed, without padding between them: 15 bytes there"), "{answer}");
}

#[test]
fn the_longer_twin_is_cut() {
    #[derive(Clone, Copy, MapKey)]
    #[repr(C, packed)]
    struct Packed {
        tag: u8,
        ifindex: u32,
        cookie: u64,
    }
    let wanted = Packed::new(7, 1234, 0xdead_beef_0102);
    let mut natural = vec![7, 0, 0, 0];
    natural.extend(1234u32.to_ne_bytes());
    natural.extend(&0xdead_beef_0102u64.to_ne_bytes()[..5]);
    let answer = in_hash(&wanted, &[natural.clone()]);
    assert_first(&answer, &[CauseKind::LayoutTwin], &[], &natural);
    assert!(answer.causes[0].text.contains("16 bytes there"), "{answer}");
}

#[test]
fn shifted() {
    let wanted = flow(9, 40000, 443);
    let mut entry = vec![0xee, 0xee, 0xee, 0xee];
    entry.extend(&wanted.as_bytes()[..12]);
    let answer = in_hash(&wanted, &with(flows(100), &entry));
    assert_first(&answer, &[CauseKind::Shifted], &[], &entry);
    assert!(answer.causes[0].text.contains("moved by 4 bytes towards its end"), "{answer}");
    let mut entry = wanted.as_bytes()[2..].to_vec();
    entry.extend([0xee, 0xee]);
    let answer = in_hash(&wanted, &with(flows(100), &entry));
    assert!(answer.causes[0].text.contains("moved by 2 bytes towards its start"), "{answer}");
}

fn names() -> Vec<Vec<u8>> {
    let name = |n: u32| Named::new(FixedStr::new(&format!("worker/{n}")).unwrap(), n % 5).as_bytes().to_vec();
    (0..60).map(name).collect()
}

#[test]
fn string_tail() {
    let wanted = Named::new(FixedStr::new("nginx").unwrap(), 3);
    let cases: [(&[u8], &str); 3] = [
        (b"nginx\0/3\0\0\0\0\0\0\0\0", "has 2f 33 00 00 00 00 00 00 00 00 behind its NUL"),
        (b"nginx           ", "is filled with 20 instead of zeros"),
        (b"nginx\x01\xf0\x90\xe0\x01\x02\x03\x04\x05\x06\x07", "has no NUL"),
    ];
    for (text, means) in cases {
        let mut entry = wanted.as_bytes().to_vec();
        entry[..16].copy_from_slice(text);
        let answer = in_hash(&wanted, &with(names(), &entry));
        assert_first(&answer, &[CauseKind::StringTail], &["comm"], &entry);
        assert!(answer.causes[0].text.contains(means), "{answer}");
    }
}

#[test]
fn a_longer_name_is_a_near_value() {
    let mut entry = Named::new(FixedStr::new("nginx-worker").unwrap(), 3).as_bytes().to_vec();
    let wanted = Named::new(FixedStr::new("nginx").unwrap(), 3);
    let answer = in_hash(&wanted, &with(Vec::new(), &entry));
    assert_eq!(first(&answer), [CauseKind::NearValue], "{answer}");
    assert_eq!(answer.causes[0].fields, ["comm"], "{answer}");
    entry.truncate(16);
    let answer = in_hash(&FixedStr::<16>::new("nginx").unwrap(), &[entry]);
    assert_eq!(first(&answer), [CauseKind::NearValue], "{answer}");
}

fn processes() -> Vec<Vec<u8>> {
    (1..80u64)
        .map(|n| Process::new((n * 131) << 32 | (n * 131 + 3), (n % 7).cast_signed()).as_bytes().to_vec())
        .collect()
}

#[test]
fn swapped_halves() {
    let wanted = Process::new(1234 << 32 | 5678, 59);
    for (pid_tgid, means) in [
        (5678 << 32 | 1234, "exchanged"),
        (1234, "one side of `pid_tgid` is the upper 32 bits"),
        (5678, "one side of `pid_tgid` is the lower 32 bits"),
    ] {
        let entry = Process::new(pid_tgid, 59);
        let answer = in_hash(&wanted, &with(processes(), entry.as_bytes()));
        assert_first(&answer, &[CauseKind::SwappedHalves], &["pid_tgid"], entry.as_bytes());
        assert!(answer.causes[0].text.contains(means), "{answer}");
        // The same from the other side: the map has the pair, and half of it was asked for.
        let answer = in_hash(&entry, &with(processes(), wanted.as_bytes()));
        assert_first(&answer, &[CauseKind::SwappedHalves], &["pid_tgid"], wanted.as_bytes());
    }
}

#[test]
fn sign_or_width() {
    let wanted = Process::new(0x1122_3344_5566_7788, -100);
    let entry = Process::new(0x1122_3344_5566_7788, 0xffff_ff9c);
    for (wanted, entry) in [(wanted, entry), (entry, wanted)] {
        let answer = in_hash(&wanted, &with(processes(), entry.as_bytes()));
        assert_first(&answer, &[CauseKind::SignOrWidth], &["syscall"], entry.as_bytes());
    }
    let wanted = Mixed::new(7, 0x0001_e240, 0xdead_beef_0102, 8080);
    let entry = Mixed::new(7, 0xe240, 0xdead_beef_0102, 8080);
    for (wanted, entry) in [(wanted, entry), (entry, wanted)] {
        let answer = in_hash(&wanted, &[entry.as_bytes().to_vec()]);
        assert_first(&answer, &[CauseKind::SignOrWidth], &["ifindex"], entry.as_bytes());
    }
}

#[test]
fn exchanged_fields() {
    let wanted = flow(9, 40000, 443);
    let entry = Flow::new(wanted.daddr, wanted.saddr, wanted.dport, wanted.sport, 6);
    let answer = in_hash(&wanted, &with(flows(100), entry.as_bytes()));
    assert_first(&answer, &[CauseKind::ExchangedFields], &["saddr", "daddr", "sport", "dport"], entry.as_bytes());
    let entry = Flow::new(wanted.daddr, wanted.saddr, wanted.sport, wanted.dport, 6);
    let answer = in_hash(&wanted, &with(flows(100), entry.as_bytes()));
    assert_first(&answer, &[CauseKind::ExchangedFields], &["saddr", "daddr"], entry.as_bytes());
}

#[test]
fn near_value() {
    let near = |port| flow(9, port, 443).as_bytes().to_vec();
    let mut entries = flows(100);
    entries.extend([near(40009), near(40001), near(50000)]);
    let answer = in_hash(&flow(9, 40000, 443), &entries);
    assert_eq!(first(&answer), [CauseKind::NearValue], "{answer}");
    assert_eq!(answer.causes[0].fields, ["sport"]);
    assert_eq!(answer.causes[0].entry, Some(near(40001)));
    assert!(
        answer.causes[0].text.contains("3 entries differ in `sport` only: 40000 here, 40001 in the nearest"),
        "{answer}"
    );
}

#[test]
fn nothing_is_claimed_where_nothing_is_close() {
    let answer = in_hash(&flow(9, 40000, 443), &flows(100));
    assert_eq!(answer.causes, [], "{answer}");
    let out: Vec<CauseKind> = answer.ruled_out.iter().map(|out| out.kind).collect();
    for kind in [
        CauseKind::WrongMapType,
        CauseKind::KeySize,
        CauseKind::DirtyPadding,
        CauseKind::ByteOrder,
        CauseKind::LayoutTwin,
        CauseKind::Shifted,
        CauseKind::StringTail,
        CauseKind::SignOrWidth,
        CauseKind::ExchangedFields,
        CauseKind::MapFull,
        CauseKind::EmptyMap,
        CauseKind::NearValue,
    ] {
        assert!(out.contains(&kind), "{kind:?} {answer}");
    }
    assert!(answer.to_string().contains("may never have been written, or have been deleted"), "{answer}");
}

#[test]
fn without_a_type_the_bytes_still_say_much() {
    let wanted = flow(9, 40000, 443);
    let mut entry = wanted.as_bytes().to_vec();
    entry[4..8].reverse();
    let answer = raw(wanted.as_bytes(), &with(flows(100), &entry));
    assert_first(&answer, &[CauseKind::ByteOrder], &["[4..8]"], &entry);
    let mut entry = vec![0; 4];
    entry.extend(&wanted.as_bytes()[..12]);
    let answer = raw(wanted.as_bytes(), &with(flows(100), &entry));
    assert_eq!(first(&answer), [CauseKind::Shifted], "{answer}");
    let answer = raw(wanted.as_bytes(), &flows(100));
    assert_eq!(answer.causes, [], "{answer}");
}

#[test]
fn prefixes_that_would_fit() {
    let net = |a, b, c, len| LpmKey::new(len, Ipv4::new(a, b, c, 0)).unwrap().as_bytes().to_vec();
    let entries = [net(203, 0, 113, 24), net(7, 113, 0, 16), net(198, 51, 100, 24)];
    let shape = KeyShape::of_layout(&LpmKey::<Ipv4>::LAYOUT);
    let ask = |fields: &[&str]| look(MapType::LPM_TRIE, &shape, &Wanted::ask(&shape, fields).unwrap(), &entries);
    let answer = ask(&["prefix_len=32", "data=77.113.0.203"]);
    assert_first(&answer, &[CauseKind::ByteOrder], &["data"], &entries[0]);
    let answer = ask(&["prefix_len=16", "data=198.51.100.7"]);
    assert_eq!(first(&answer), [CauseKind::NearValue], "{answer}");
    assert_eq!(answer.causes[0].fields, ["prefix_len"], "{answer}");
    let answer = ask(&["prefix_len=32", "data=192.0.2.1"]);
    assert_eq!(answer.causes, [], "{answer}");
    let answer = ask(&["prefix_len=33", "data=192.0.2.1"]);
    assert_eq!(first(&answer), [CauseKind::PrefixTooLong], "{answer}");
}
