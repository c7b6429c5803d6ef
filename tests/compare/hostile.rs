//! Counterparts that somebody has broken: any verdict is fine, a panic is not.

use mapkey_runtime::{Be, FixedStr, Ipv6, Layout, MapKey, Padding, Source, validate_many};
use proptest::prelude::*;

use super::key;

key!(Storage mirrors "storage" {
    #[mapkey(bytes)]
    inner: [u8; 4],
    #[mapkey(rename = "u.word")]
    word: u32,
    low: u32,
    pair: [u16; 2],
    grid: [[u8; 2]; 2],
});
key!(Hop mirrors "hop" { addr: Be<u32>, port: u16, flags: u16 });
key!(Route mirrors "route" { first: Hop, hops: [Hop; 2] });
key!(Anonymous mirrors "anonymous" {
    #[mapkey(rename = "src")]
    src: Be<u16>,
    #[mapkey(rename = "dst")]
    dst: Be<u16>,
    mark: u32,
    #[mapkey(rename = "u.word")]
    word: u32,
    _pad: Padding<4>,
});
key!(Texts mirrors "texts" { comm: FixedStr<16>, bytes: FixedStr<16>, two: [FixedStr<8>; 2] });
key!(Addresses mirrors "addresses" { wrapped: u32, order: u32, octets: [u8; 4], six: Ipv6, six_words: Ipv6, mac: [u8; 6], _pad: Padding<2> });
key!(Flexible mirrors "flexible" { prefixlen: u32, data: [u8; 8] });
key!(Missing mirrors "sock" { sk_daddr: Be<u32>, sk_mark: u32, other: u64 });
key!(Twice mirrors "twice" { a: u32, b: u32 });

const KEYS: [&Layout; 9] = [
    &Storage::LAYOUT,
    &Route::LAYOUT,
    &Anonymous::LAYOUT,
    &Texts::LAYOUT,
    &Addresses::LAYOUT,
    &Flexible::LAYOUT,
    &Missing::LAYOUT,
    &Twice::LAYOUT,
    &Hop::LAYOUT,
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn flipped_bytes(changes in prop::collection::vec((24_usize..3800, any::<u8>()), 1..12)) {
        let mut bytes = include_bytes!("../fixtures/counterparts.btf").to_vec();
        for (position, value) in changes {
            let len = bytes.len();
            bytes[position % len] = value;
        }
        if let Ok(source) = Source::bytes(bytes, "a broken file") {
            match validate_many(&source, &KEYS) {
                Ok(matches) => prop_assert_eq!(matches.len(), KEYS.len()),
                Err(errors) => {
                    prop_assert_eq!(errors.results.len(), KEYS.len());
                    prop_assert!(!errors.to_string().is_empty());
                }
            }
        }
    }
}
