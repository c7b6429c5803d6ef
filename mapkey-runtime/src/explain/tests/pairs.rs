//! Two mistakes at once, each named with the same entry.

use super::*;

#[test]
fn byte_order_and_dirty_padding() {
    let wanted = flow(9, 40000, 443);
    let mut entry = wanted.as_bytes().to_vec();
    entry[10..12].reverse();
    entry[13..].fill(0xa5);
    let answer = in_hash(&wanted, &with(flows(100), &entry));
    assert_first(&answer, &[CauseKind::ByteOrder, CauseKind::DirtyPadding], &["dport"], &entry);
    assert_eq!(answer.causes[1].entry, answer.causes[0].entry);
    assert_eq!(answer.causes[1].fields, ["[13..16]"]);
}

#[test]
fn exchanged_and_byte_order() {
    let wanted = flow(9, 40000, 443);
    let swap = |port: Be<u16>| Be::new(port.get().swap_bytes());
    let entry = Flow::new(wanted.daddr, wanted.saddr, swap(wanted.dport), swap(wanted.sport), 6);
    let answer = in_hash(&wanted, &with(flows(100), entry.as_bytes()));
    let mut kinds = first(&answer);
    kinds.sort_unstable();
    assert_eq!(kinds, [CauseKind::ByteOrder, CauseKind::ExchangedFields], "{answer}");
    assert_eq!(answer.causes[0].entry.as_deref(), Some(entry.as_bytes()));
}

#[test]
fn packed_and_byte_order() {
    let wanted = Mixed::new(7, 1234, 0xdead_beef_0102, 8080);
    let mut entry = vec![7];
    entry.extend(1234u32.swap_bytes().to_ne_bytes());
    entry.extend(0xdead_beef_0102u64.to_ne_bytes());
    entry.extend(8080u16.to_ne_bytes());
    entry.extend([0; 9]);
    let answer = in_hash(&wanted, &[entry.clone()]);
    assert_eq!(first(&answer), [CauseKind::ByteOrder, CauseKind::LayoutTwin], "{answer}");
    assert_eq!(answer.causes[1].entry, Some(entry));
}

#[test]
fn string_tail_with_each_other_kind() {
    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    struct Key {
        comm: FixedStr<8>,
        port: Be<u16>,
        _pad: Padding<6>,
    }
    let wanted = Key::new(FixedStr::new("sshd").unwrap(), Be::new(22));
    let mut entry = wanted.as_bytes().to_vec();
    entry[6] = b'x';
    entry[12] = 1;
    let answer = in_hash(&wanted, &[entry.clone()]);
    assert_first(&answer, &[CauseKind::StringTail, CauseKind::DirtyPadding], &["comm"], &entry);
    entry[12] = 0;
    entry[8..10].reverse();
    let answer = in_hash(&wanted, &[entry.clone()]);
    assert_eq!(first(&answer), [CauseKind::ByteOrder, CauseKind::StringTail], "{answer}");
    // With a third, nothing is left that could be recognised.
    entry[12] = 1;
    assert_eq!(in_hash(&wanted, &[entry]).causes, []);
}

#[test]
fn one_mistake_goes_before_two() {
    // Swapped, and exchanged, and also cut: the ports are each other's mirror.
    let wanted = flow(9, 0x1234, 0x3412);
    let entry = flow(9, 0x3412, 0x1234);
    let answer = in_hash(&wanted, &with(flows(50), entry.as_bytes()));
    assert_eq!(first(&answer).len(), 1, "{answer}");
    let both: Vec<CauseKind> = answer.causes.iter().take(2).map(|cause| cause.kind).collect();
    assert!(both.contains(&CauseKind::ByteOrder) && both.contains(&CauseKind::ExchangedFields), "{answer}");
    assert!(answer.causes[0].confidence < 0.8, "two readings of one entry: {answer}");
}
