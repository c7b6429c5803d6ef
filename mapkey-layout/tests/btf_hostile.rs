//! No input makes the reader panic, loop, or break what a table promises.
#![cfg(feature = "btf")]
#![allow(missing_docs)]
#![allow(clippy::cast_possible_truncation, reason = "the tests' inputs are small")]

mod support;

use std::fs;

use proptest::collection::vec;
use proptest::prelude::*;
use support::{Builder, Order, exercise};

const WANTED: [&str; 4] = ["a", "key", "sock", "u"];

fn header(types_len: u32, strings_len: u32) -> Vec<u8> {
    let mut bytes = vec![0x9f, 0xeb, 1, 0];
    for word in [24, 0, types_len, types_len, strings_len] {
        bytes.extend(u32::to_le_bytes(word));
    }
    bytes
}

/// A record that is right in itself; names, ids, sizes and offsets are small numbers that often mean something.
fn record() -> impl Strategy<Value = Vec<u32>> {
    let word = prop_oneof![8 => 0..12_u32, 2 => 0..600_u32, 1 => any::<u32>(), 1 => Just(u32::MAX)];
    let kind = prop_oneof![20 => 1..=19_u32, 1 => 0..128_u32];
    (0..16_u32, kind, any::<bool>(), 0..5_u32, word.clone(), vec(word, 15)).prop_map(
        |(name, kind, flag, vlen, size, words)| {
            let body = match kind {
                1 | 14 | 17 => 1,
                3 => 3,
                4 | 5 | 15 | 19 => 3 * vlen,
                6 | 13 => 2 * vlen,
                _ => 0,
            };
            let info = u32::from(flag) << 31 | kind << 24 | vlen;
            [&[name, info, size], &words[..body as usize]].concat()
        },
    )
}

fn assemble(records: &[Vec<u32>]) -> Vec<u8> {
    let strings = b"\0key\0a\0__be32\0char\0key___v2\0u\0";
    let types: Vec<u8> = records.iter().flatten().flat_map(|word| word.to_le_bytes()).collect();
    [header(types.len() as u32, strings.len() as u32), types, strings.to_vec()].concat()
}

/// Records of the running kernel from some id on, as a file of its own with all strings that they name; any BTF that is
/// as varied does where there is no kernel with BTF.
fn slice_of_real_btf() -> Vec<u8> {
    let Ok(data) = fs::read("/sys/kernel/btf/vmlinux") else {
        let mut btf = Builder::new();
        let int = btf.int("int", 4, 0);
        let array = btf.array(int, 4);
        let inner = btf.structure("sock", 20, &[("a", int, 0), ("b", array, 32)]);
        btf.structure("key", 24, &[("u", inner, 32)]);
        return btf.build(Order::Little);
    };
    // The first records of a kernel are the ones that all others use; cut at a whole number of them.
    let word = |at: usize| u32::from_le_bytes([data[at], data[at + 1], data[at + 2], data[at + 3]]);
    let mut end = 24;
    while end < 24 + 12_000 {
        let (info, count) = (word(end + 4), (word(end + 4) & 0x00ff_ffff) as usize);
        end += 12
            + match info >> 24 & 0x7f {
                1 | 14 | 17 => 4,
                3 => 12,
                4 | 5 | 15 | 19 => 12 * count,
                6 | 13 => 8 * count,
                _ => 0,
            };
    }
    let strings = 24 + word(16) as usize;
    let mut strings = data[strings..strings + 20_000].to_vec();
    strings.push(0);
    [header(end as u32 - 24, strings.len() as u32), data[24..end].to_vec(), strings].concat()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes(data in vec(any::<u8>(), 0..400), big in any::<bool>()) {
        let _ = exercise(&data, &WANTED);
        let magic = if big { [0xeb, 0x9f, 1, 0] } else { [0x9f, 0xeb, 1, 0] };
        let _ = exercise(&[&magic[..], &data].concat(), &WANTED);
        let _ = exercise(&[b"\x7fELF", &data[..]].concat(), &WANTED);
    }

    #[test]
    fn random_types_section(types in vec(any::<u8>(), 0..600), strings in vec(any::<u8>(), 0..60)) {
        let strings = [&strings[..], &[0]].concat();
        let data = [header(types.len() as u32, strings.len() as u32), types, strings].concat();
        let _ = exercise(&data, &WANTED);
    }

    #[test]
    fn random_records(records in vec(record(), 1..40)) {
        let _ = exercise(&assemble(&records), &WANTED);
    }

    #[test]
    fn truncated_records(records in vec(record(), 1..20), cut in any::<prop::sample::Index>()) {
        let data = assemble(&records);
        let _ = exercise(&data[..cut.index(data.len())], &WANTED);
    }

    #[test]
    fn flipped_bits(flips in vec((any::<prop::sample::Index>(), 0..8_u32), 1..20)) {
        let mut data = slice_of_real_btf();
        for (at, bit) in flips {
            let at = at.index(data.len());
            data[at] ^= 1_u8 << bit;
        }
        let _ = exercise(&data, &WANTED);
    }

    #[test]
    fn overwritten_words(words in vec((any::<prop::sample::Index>(), any::<u32>()), 1..20)) {
        let mut data = slice_of_real_btf();
        for (at, word) in words {
            let at = at.index(data.len() / 4 - 1) * 4;
            data[at..at + 4].copy_from_slice(&word.to_le_bytes());
        }
        let _ = exercise(&data, &WANTED);
    }
}

#[test]
fn the_slice_is_read_before_it_is_spoilt() {
    exercise(&slice_of_real_btf(), &WANTED).expect("whole records with all their names");
}

#[test]
fn all_truncations() {
    let data = slice_of_real_btf();
    for len in (0..data.len()).step_by(101).chain(0..200) {
        assert!(exercise(&data[..len], &WANTED).is_err());
    }
}

/// Kinds with elements claim as many as there can be.
#[test]
fn huge_counts() {
    for kind in [4, 5, 6, 13, 15, 19] {
        let data = assemble(&[vec![1, kind << 24 | 0x00ff_ffff, 4]]);
        assert!(exercise(&data, &WANTED).is_err());
    }
}
