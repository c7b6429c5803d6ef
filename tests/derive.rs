//! What `#[derive(MapKey)]` makes of a key: its layout, its claim, its constructor, its bytes.

use mapkey_ebpf::{Be, FixedStr, InvalidKey, Ipv4, KernelKey, KernelPtr, LpmKey, MapKey, Padding};
use mapkey_runtime::Layout;

/// Name, offset and size of each field.
fn rows(layout: &Layout) -> Vec<(&'static str, usize, usize)> {
    layout.fields().iter().map(|field| (field.name, field.offset, field.layout.size)).collect()
}

mod layouts {
    use super::*;
    use mapkey_ebpf::__private::{ByteOrder, Kind, Variant};

    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, MapKey)]
    #[repr(C)]
    struct FlowKey {
        saddr: Be<u32>,
        daddr: Be<u32>,
        sport: Be<u16>,
        dport: Be<u16>,
        #[mapkey(rename = "l4_proto")]
        proto: u8,
        _pad: Padding<3>,
    }

    #[test]
    fn a_struct_is_its_fields() {
        assert_eq!(FlowKey::LAYOUT.name, "FlowKey");
        assert_eq!((FlowKey::LAYOUT.size, FlowKey::LAYOUT.align), (16, 4));
        assert_eq!(
            rows(&FlowKey::LAYOUT),
            [("saddr", 0, 4), ("daddr", 4, 4), ("sport", 8, 2), ("dport", 10, 2), ("proto", 12, 1), ("_pad", 13, 3)],
        );
        let kinds: Vec<Kind> = FlowKey::LAYOUT.fields().iter().map(|field| field.layout.kind).collect();
        assert_eq!(kinds[0], Kind::Int { signed: false, order: ByteOrder::Big });
        assert_eq!(kinds[4], Kind::Int { signed: false, order: ByteOrder::Native });
        assert_eq!(kinds[5], Kind::Padding);
        assert_eq!(FlowKey::LAYOUT.fields()[4].rename, Some("l4_proto"));
        assert_eq!(FlowKey::LAYOUT.fields()[0].rename, None);
    }

    #[derive(Clone, Copy, MapKey)]
    #[repr(C, packed)]
    struct Packed {
        kind: u8,
        id: u64,
        port: u16,
    }

    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    #[repr(packed(2))]
    struct Packed2 {
        port: u16,
        id: u64,
        kind: [u8; 2],
    }

    #[test]
    fn packed_structs_have_the_compilers_offsets() {
        assert_eq!(rows(&Packed::LAYOUT), [("kind", 0, 1), ("id", 1, 8), ("port", 9, 2)]);
        assert_eq!((Packed::LAYOUT.size, Packed::LAYOUT.align), (11, 1));
        assert_eq!(rows(&Packed2::LAYOUT), [("port", 0, 2), ("id", 2, 8), ("kind", 10, 2)]);
        assert_eq!((Packed2::LAYOUT.size, Packed2::LAYOUT.align), (12, 2));
        assert_eq!(Packed::new(1, 2, 3).as_bytes()[1..9], 2u64.to_ne_bytes());
    }

    #[derive(Clone, Copy, MapKey)]
    #[repr(C, align(8))]
    #[mapkey(size = 8)]
    struct Aligned {
        id: u32,
        rest: u32,
    }

    #[derive(Clone, Copy, Debug, PartialEq, MapKey)]
    #[repr(transparent)]
    struct CgroupId(u64);

    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    struct Tuple(Be<u16>, pub [u8; 2], #[mapkey(rename = "id", offset = 4)] u32, Padding<4>);

    #[test]
    fn aligned_transparent_and_tuple_structs() {
        assert_eq!((Aligned::LAYOUT.size, Aligned::LAYOUT.align), (8, 8));
        assert!(matches!(CgroupId::LAYOUT.kind, Kind::Struct { transparent: true, fields: [_] }));
        assert_eq!(CgroupId::new(7), CgroupId(7));
        assert_eq!(*CgroupId::LAYOUT.unwrapped(), u64::LAYOUT);
        assert!(matches!(Tuple::LAYOUT.kind, Kind::Struct { transparent: false, .. }));
        assert_eq!(rows(&Tuple::LAYOUT), [("0", 0, 2), ("1", 2, 2), ("2", 4, 4), ("3", 8, 4)]);
        assert_eq!(Tuple::LAYOUT.fields()[2].rename, Some("id"));
        let key = Tuple::new(Be::new(0x0102), [3, 4], 5u32.to_be());
        assert_eq!(key.as_bytes(), [1, 2, 3, 4, 0, 0, 0, 5, 0, 0, 0, 0]);
    }

    #[derive(Clone, Copy, Debug, PartialEq, MapKey)]
    #[repr(i8)]
    enum Level {
        #[mapkey(rename = "LEVEL_LOW")]
        Low = -1,
        Middle,
        r#High = 100,
    }

    #[derive(Clone, Copy, Debug, PartialEq, MapKey)]
    #[repr(u64)]
    enum Wide {
        Most = u64::MAX,
    }

    #[test]
    fn enums_are_their_variants() {
        const LEVELS: [Variant; 3] = [
            Variant { name: "Low", rename: Some("LEVEL_LOW"), value: -1 },
            Variant { name: "Middle", rename: None, value: 0 },
            Variant { name: "High", rename: None, value: 100 },
        ];
        assert_eq!(Level::LAYOUT.kind, Kind::Enum { signed: true, variants: &LEVELS });
        assert_eq!((Level::LAYOUT.name, Level::LAYOUT.size), ("Level", 1));
        const WIDE: [Variant; 1] = [Variant { name: "Most", rename: None, value: u64::MAX as i128 }];
        assert_eq!(Wide::LAYOUT.kind, Kind::Enum { signed: false, variants: &WIDE });
        assert_eq!(Level::from_bytes(&[0xff]), Ok(Level::Low));
        assert!(Level::from_bytes(&[2]).is_err());
    }

    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    struct Hop {
        address: Ipv4,
        level: Level,
        _pad: Padding<3>,
    }

    const HOPS: usize = 2;

    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    #[allow(unused_parens)]
    struct Route {
        hops: [[Hop; HOPS]; 3],
        levels: [Level; 4],
        lpm: LpmKey<[u8; 4]>,
        comm: FixedStr<16>,
        parenthesised: (u32),
    }

    #[test]
    fn keys_nest_and_stand_in_arrays() {
        assert_eq!(
            rows(&Route::LAYOUT),
            [("hops", 0, 48), ("levels", 48, 4), ("lpm", 52, 8), ("comm", 60, 16), ("parenthesised", 76, 4)],
        );
        let spellings: Vec<String> =
            Route::LAYOUT.fields().iter().map(|field| field.layout.spelling().to_string()).collect();
        assert_eq!(spellings, ["[[Hop; 2]; 3]", "[Level; 4]", "LpmKey<[u8; 4]>", "FixedStr<16>", "u32"]);
        let Kind::Array { element: Layout { kind: Kind::Array { element: hop, len: 2 }, .. }, len: 3 } =
            Route::LAYOUT.fields()[0].layout.kind
        else {
            panic!("the hops are no array of arrays");
        };
        assert_eq!(hop, &&Hop::LAYOUT);
    }
}

mod claims {
    use super::*;
    use mapkey_ebpf::__private::{Annotation, Claim};

    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    struct Own {
        id: u32,
    }

    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    #[mapkey(kernel = "bpf_sock_tuple.ipv4", prefix)]
    #[mapkey(size = 0xc)]
    struct Kernel {
        saddr: Be<u32>,
        daddr: Be<u32>,
        #[mapkey(offset = 8)]
        sport: Be<u16>,
        #[mapkey(offset = 10usize)]
        dport: Be<u16>,
    }

    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    #[mapkey(kernel("bpf_lpm_trie_key_u8", "bpf_lpm_trie_key"), btf = "trie_key")]
    struct Several {
        prefixlen: u32,
        #[mapkey(bytes, rename = "u.ipv4.saddr")]
        data: [u8; 4],
        #[mapkey(pointer)]
        first: u64,
        #[mapkey(pointer)]
        second: KernelPtr,
        #[mapkey(network_order)]
        third: u64,
    }

    #[derive(Clone, Copy, MapKey)]
    #[repr(u32)]
    #[mapkey(kernel = "bpf_attach_type", module = "some_module")]
    enum AttachType {
        #[mapkey(rename = "BPF_CGROUP_INET_INGRESS")]
        Ingress,
    }

    const fn is_kernel_key<K: KernelKey>() {}

    #[test]
    fn a_claim_is_what_the_attributes_say() {
        assert_eq!(Own::LAYOUT.claim, Claim::NONE);
        assert_eq!(Kernel::LAYOUT.claim, Claim { kernel: &["bpf_sock_tuple.ipv4"], prefix: true, ..Claim::NONE });
        assert_eq!(
            Several::LAYOUT.claim,
            Claim { kernel: &["bpf_lpm_trie_key_u8", "bpf_lpm_trie_key"], btf: Some("trie_key"), ..Claim::NONE },
        );
        let in_module = Claim { kernel: &["bpf_attach_type"], module: Some("some_module"), ..Claim::NONE };
        assert_eq!(AttachType::LAYOUT.claim, in_module);
        is_kernel_key::<Kernel>();
        is_kernel_key::<Several>();
        is_kernel_key::<AttachType>();
    }

    #[test]
    fn annotations_stand_in_the_layout() {
        let annotations: Vec<Annotation> = Several::LAYOUT.fields().iter().map(|field| field.annotation).collect();
        assert_eq!(
            annotations,
            [Annotation::None, Annotation::Bytes, Annotation::Pointer, Annotation::Pointer, Annotation::NetworkOrder,],
        );
        assert_eq!(Several::LAYOUT.fields()[1].rename, Some("u.ipv4.saddr"));
    }
}

mod bytes {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, MapKey)]
    #[repr(u8)]
    enum State {
        Established = 1,
        Listen = 10,
    }

    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, MapKey)]
    #[repr(C)]
    struct Endpoint {
        port: Be<u16>,
        state: State,
        _pad: Padding<1>,
    }

    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, MapKey)]
    #[repr(C)]
    #[allow(unused_qualifications)] // padding is recognised by any path
    struct Pair {
        src: Endpoint,
        others: [Endpoint; 2],
        up: bool,
        _pad: mapkey_ebpf::Padding<3>,
    }

    const SOURCE: Endpoint = Endpoint::new(Be::new(443), State::Listen);
    const OTHER: Endpoint = Endpoint::new(Be::new(80), State::Established);
    const PAIR: Pair = Pair::new(SOURCE, [OTHER, SOURCE], true);

    #[test]
    fn new_is_const_and_makes_clean_padding() {
        assert_eq!(PAIR.as_bytes(), [1, 187, 10, 0, 0, 80, 1, 0, 1, 187, 10, 0, 1, 0, 0, 0]);
        assert_eq!(PAIR.dirty_padding().count(), 0);
        assert_eq!(PAIR.src._pad, Padding::ZERO);
    }

    #[test]
    fn bytes_come_back_as_the_key() {
        assert_eq!(Pair::from_bytes(PAIR.as_bytes()), Ok(PAIR));
    }

    #[test]
    fn invalid_bytes_are_named_by_their_field() {
        for (offset, path) in [(2, "src.state"), (6, "others[0].state"), (10, "others[1].state"), (12, "up")] {
            let mut bytes: [u8; 16] = PAIR.as_bytes().try_into().expect("the key has 16 bytes");
            bytes[offset] = 3;
            let error = Pair::from_bytes(&bytes).expect_err("3 is no state and no bool");
            assert!(matches!(error, InvalidKey::Value { offset: found, .. } if found == offset), "{error:?}");
            assert!(error.to_string().contains(&format!("`{path}`")), "{error}");
        }
        let error = Pair::from_bytes(&[0; 15]).expect_err("a byte is missing");
        assert!(matches!(error, InvalidKey::Length { found: 15, .. }), "{error:?}");
    }

    #[test]
    fn dirty_padding_is_kept_named_and_unequal() {
        let mut bytes: [u8; 16] = PAIR.as_bytes().try_into().expect("the key has 16 bytes");
        bytes[7] = 0x2a;
        bytes[14..].fill(0xff);
        let dirty = Pair::from_bytes(&bytes).expect("padding takes any bytes");
        assert_eq!(dirty.as_bytes(), bytes);
        assert_ne!(dirty, PAIR);
        assert_eq!(dirty.dirty_padding().collect::<Vec<_>>(), [7..8, 14..16]);
        assert_eq!(dirty.dirty_padding().to_string(), "7..8 (`others[0]._pad`): 2a, 14..16 (`_pad`): ff ff");
    }
}

mod parts_written_by_hand {
    use super::*;

    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    #[mapkey(skip(new, no_uninit))]
    struct Skipped {
        id: u32,
        port: u32,
    }

    impl Skipped {
        const fn new(id: u32) -> Self {
            Self { id, port: 53 }
        }
    }

    // SAFETY: two integers of four bytes have no padding.
    unsafe impl bytemuck::NoUninit for Skipped {}

    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    #[mapkey(skip(no_uninit))]
    struct WithPod {
        id: u32,
    }

    // SAFETY: an integer is valid as zeros.
    unsafe impl bytemuck::Zeroable for WithPod {}
    // SAFETY: an integer takes any bits and has no padding.
    unsafe impl bytemuck::Pod for WithPod {}

    #[test]
    fn the_users_own_parts_take_their_place() {
        assert_eq!(Skipped::new(7).id, 7);
        assert_eq!(Skipped::new(7).as_bytes()[4..], 53u32.to_ne_bytes());
        assert_eq!(WithPod::new(7).as_bytes(), 7u32.to_ne_bytes());
    }
}

mod aya {
    use super::*;

    /// Stands in for the user's aya, of any version.
    mod fake_aya {
        /// # Safety
        ///
        /// Any bytes are a value, and all of a value's bytes are initialised.
        pub(crate) unsafe trait Pod: Copy + 'static {}
    }

    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    #[mapkey(aya_pod = "self::fake_aya")]
    struct ByPath {
        id: u32,
    }

    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    #[mapkey(aya_pod)]
    struct Real {
        id: Be<u32>,
        hops: [ByPath; 2],
        comm: FixedStr<8>,
        _pad: Padding<4>,
    }

    #[test]
    fn pod_is_implemented_for_the_aya_that_was_named() {
        fn named<T: fake_aya::Pod>(_: T) {}
        fn real<T: ::aya::Pod>(_: T) {}
        named(ByPath::new(1));
        real(Real::new(Be::new(1), [ByPath::new(2); 2], FixedStr::default()));
    }
}
