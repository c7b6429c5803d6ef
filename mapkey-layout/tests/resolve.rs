//! From a key's claim to its counterpart, on BTF that no C compiler makes.

mod support;

use mapkey_layout::btf::Btf;
use mapkey_layout::{ByteOrder, Claim, Field, Kind, Layout, NotCheckable, Report, Variant, reports};
use support::{Builder, ENUM64, Order};

const U32: Layout = Layout::of::<u32>("u32", Kind::Int { signed: false, order: ByteOrder::Native });
const KEY: Layout =
    Layout { name: "FlowKey", kind: Kind::Struct { fields: &[Field::new("a", 0, &U32)], transparent: false }, ..U32 };

fn report(ours: &Layout, bytes: &[u8]) -> Result<Report, NotCheckable> {
    let btf = Btf::parse(bytes).expect("the header is right");
    reports(&[ours], &btf, "built.btf").pop().expect("a result a key")
}

#[test]
fn a_type_without_members_is_not_checkable() {
    let mut builder = Builder::new();
    builder.structure("FlowKey", 8, &[]);
    let reason = report(&KEY, &builder.native()).expect_err("there is nothing to compare with");
    assert_eq!(
        reason.to_string(),
        "built.btf has no members for struct FlowKey, only its 8 bytes, as for a Rust enum with data: make it a struct \
         with a field for each part"
    );
}

#[test]
fn enumerators_of_64_bits_are_compared_by_value() {
    const BIG: i128 = 1 << 40;
    let mut builder = Builder::new();
    builder.enumeration(ENUM64, "flags", 8, &[("FLAG_BIG", 1 << 40)]);
    let flags = |value: &'static [Variant]| Layout {
        name: "Flags",
        size: 8,
        align: 8,
        kind: Kind::Enum { signed: false, variants: value },
        claim: Claim { kernel: &["flags"], ..Claim::NONE },
    };
    for order in [Order::Little, Order::Big] {
        let bytes = builder.build(order);
        let same = report(&flags(&[Variant { name: "Big", rename: Some("FLAG_BIG"), value: BIG }]), &bytes);
        assert!(same.expect("a counterpart").differences.is_empty());
        let other = report(&flags(&[Variant { name: "FlagBig", rename: None, value: BIG + 1 }]), &bytes);
        let text = &other.expect("a counterpart").differences[0].text;
        assert_eq!(text, "`FlagBig` is 1099511627777, `FLAG_BIG` is 1099511627776");
    }
}
