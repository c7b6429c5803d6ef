//! Tries: keys with a prefix, and lookups that find the longest.

use mapkey_runtime::map::{InsertFlags, KeyRule, MapType, Meaning, OperationError};
use mapkey_runtime::prelude::*;
use mapkey_tests::maps::{NO_PREALLOC, NewMap, Types};

crate::tests! {
    lookups_find_the_longest_prefix a_prefix_that_is_too_long is_full the_names_of_the_members_are_free
    other_keys_are_no_prefixes
}

type Net = LpmKey<Ipv4>;

fn trie(entries: u32, members: &[(&str, &str, u32)]) -> CheckedMap<Net, u64> {
    let types = Types::of_struct("net_key", 8, members);
    let map = NewMap::new(MapType::LPM_TRIE, 8, 8, entries).flags(NO_PREALLOC).typed(&types).make();
    CheckedMap::from_fd(map).unwrap()
}

fn nets() -> CheckedMap<Net, u64> {
    trie(4, &[("prefixlen", "__u32", 0), ("data", "__u8[4]", 4)])
}

fn net(prefix_len: u32, address: [u8; 4]) -> Net {
    LpmKey::new(prefix_len, Ipv4::from_octets(address)).unwrap()
}

fn lookups_find_the_longest_prefix() {
    let nets = nets();
    nets.insert(&net(8, [10, 0, 0, 0]), &8, InsertFlags::Any).unwrap();
    nets.insert(&net(16, [10, 1, 0, 0]), &16, InsertFlags::Any).unwrap();
    assert_eq!(nets.get(&LpmKey::exact(Ipv4::new(10, 1, 2, 3))).unwrap(), Some(16));
    assert_eq!(nets.get(&LpmKey::exact(Ipv4::new(10, 2, 2, 3))).unwrap(), Some(8));
    assert_eq!(nets.get(&LpmKey::exact(Ipv4::new(11, 2, 2, 3))).unwrap(), None);

    // `contains` asks for the entry itself.
    assert!(!nets.contains(&LpmKey::exact(Ipv4::new(10, 1, 2, 3))).unwrap());
    assert!(nets.contains(&net(16, [10, 1, 0, 0])).unwrap());
    assert!(nets.contains(&net(16, [10, 1, 99, 99])).unwrap(), "bits behind the prefix do not count");

    let mut found: Vec<_> = nets.iter().map(|element| element.unwrap()).collect();
    found.sort_by_key(|&(_, value)| value);
    assert_eq!(found, [(net(8, [10, 0, 0, 0]), 8), (net(16, [10, 1, 0, 0]), 16)]);
    assert!(nets.remove(&net(16, [10, 1, 0, 0])).unwrap());
    assert!(!nets.remove(&net(16, [10, 1, 0, 0])).unwrap());
    assert_eq!(nets.len().unwrap(), 1);
}

/// The kernel answers a lookup with ENOENT, which looks like absence.
fn a_prefix_that_is_too_long() {
    let nets = nets();
    let read = Net::from_bytes(&[[33u8, 0, 0, 0], [10, 0, 0, 0]].concat()).unwrap();
    let too_long = Meaning::PrefixTooLong { found: read.prefix_len(), most: 32 };
    let check = |error: OperationError| assert_eq!(error.meaning, too_long, "{error}");
    check(nets.get(&read).unwrap_err());
    check(nets.contains(&read).unwrap_err());
    check(nets.insert(&read, &1, InsertFlags::Any).unwrap_err());
    check(nets.remove(&read).unwrap_err());
}

fn is_full() {
    let nets = nets();
    for last in 0..4 {
        nets.insert(&net(32, [10, 0, 0, last]), &1, InsertFlags::Any).unwrap();
    }
    let error = nets.insert(&net(32, [10, 0, 0, 4]), &1, InsertFlags::Any).unwrap_err();
    assert_eq!(
        (error.meaning, error.errno.and_then(|errno| errno.name())),
        (Meaning::Full { max_entries: 4 }, Some("ENOSPC"))
    );
    let error = nets.insert(&net(32, [10, 0, 0, 4]), &1, InsertFlags::Any).unwrap_err();
    assert!(error.to_string().ends_with("remove some or make it larger (ENOSPC)"), "no trie evicts: {error}");
}

/// Every C program calls them as it likes, and `LpmKey` has no names of the user's.
fn the_names_of_the_members_are_free() {
    let shapes: [&[(&str, &str, u32)]; 5] = [
        &[("prefixlen", "__u32", 0), ("data", "__u8[4]", 4)],
        &[("prefixlen", "__u32", 0), ("addr", "__be32", 4)],
        &[("prefix_len", "__u32", 0), ("ip", "__be32", 4)],
        &[("lpm", "__u32", 0), ("ipv4", "__u8[4]", 4)],
        &[("bits", "__u32", 0), ("network", "__u32", 4)],
    ];
    for shape in shapes {
        let nets = trie(4, shape);
        nets.insert(&net(8, [10, 0, 0, 0]), &8, InsertFlags::Any).unwrap();
        assert_eq!(nets.get(&net(32, [10, 1, 2, 3])).unwrap(), Some(8));
    }
}

fn other_keys_are_no_prefixes() {
    let nets = nets();
    let refused = CheckedMap::<u64, u64>::from_fd(&nets).unwrap_err();
    assert!(matches!(refused, CheckError::KeyRule { rule: KeyRule::Prefix, .. }), "{refused}");
    let refused = CheckedMap::<LpmKey<Ipv6>, u64>::from_fd(&nets).unwrap_err();
    assert!(refused.to_string().contains("20 bytes"), "{refused}");

    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    struct BigEndian {
        prefixlen: Be<u32>,
        data: [u8; 4],
    }
    let refused = CheckedMap::<BigEndian, u64>::from_fd(&nets).unwrap_err();
    assert!(matches!(refused, CheckError::KeyRule { .. }), "{refused}");

    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    struct Own {
        prefixlen: u32,
        data: [u8; 4],
    }
    CheckedMap::<Own, u64>::from_fd(&nets).unwrap();
}
