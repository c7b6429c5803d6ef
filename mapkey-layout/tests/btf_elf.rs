//! BTF in ELF files of either class and order.
#![cfg(feature = "btf")]
#![allow(missing_docs)]

mod support;

use mapkey_layout::btf::{Btf, BtfError};
use object::write::Object;
use object::{Architecture, BinaryFormat, Endianness, SectionKind};
use support::{Builder, Order, SIGNED, dump};

fn btf() -> (Builder, u32) {
    let mut btf = Builder::new();
    let int = btf.int("int", 4, SIGNED);
    let key = btf.structure("key", 8, &[("a", int, 0), ("b", int, 32)]);
    (btf, key)
}

fn elf(architecture: Architecture, endian: Endianness, section: &str, content: &[u8]) -> Vec<u8> {
    let mut object = Object::new(BinaryFormat::Elf, architecture, endian);
    let text = object.add_section(Vec::new(), b".text".to_vec(), SectionKind::Text);
    object.set_section_data(text, &[0; 7], 1);
    let id = object.add_section(Vec::new(), section.as_bytes().to_vec(), SectionKind::Debug);
    object.set_section_data(id, content, 1);
    object.write().expect("the object is a small one")
}

#[test]
fn both_classes_and_orders() {
    let (btf, key) = btf();
    for (architecture, endian) in [
        (Architecture::X86_64, Endianness::Little),
        (Architecture::Bpf, Endianness::Big),
        (Architecture::Arm, Endianness::Little),
        (Architecture::PowerPc, Endianness::Big),
    ] {
        // The order of the BTF is its own business.
        for order in [Order::Little, Order::Big] {
            let content = btf.build(order);
            let file = elf(architecture, endian, ".BTF", &content);
            assert_eq!(dump(&file, key), dump(&content, key), "{architecture:?} {endian:?}");
        }
    }
}

#[test]
fn offsets_in_errors_count_from_the_start_of_the_file() {
    let (btf, _) = btf();
    let mut content = btf.build(Order::Little);
    content[24 + 7] = 63;
    let file = elf(Architecture::X86_64, Endianness::Little, ".BTF", &content);
    let start = file.windows(content.len()).position(|bytes| bytes == content).expect("the section is there");
    let error = Btf::parse(&file).and_then(|btf| btf.index(&[]).map(|_| ())).expect_err("there is no kind 63");
    assert_eq!(error, BtfError::UnknownKind { kind: 63, id: 1, offset: start + 24 });
}

#[test]
fn files_without_btf() {
    let (btf, _) = btf();
    let content = btf.build(Order::Little);
    let file = elf(Architecture::X86_64, Endianness::Little, ".BTF.ext", &content);
    assert_eq!(Btf::parse(&file).err(), Some(BtfError::NoBtfSection));

    let mut object = Object::new(BinaryFormat::Elf, Architecture::X86_64, Endianness::Little);
    let id = object.add_section(Vec::new(), b".BTF".to_vec(), SectionKind::UninitializedData);
    object.append_section_bss(id, 1000, 1);
    let file = object.write().expect("the object is a small one");
    assert_eq!(
        Btf::parse(&file).err().map(|error| error.to_string()).as_deref(),
        Some(
            "the ELF file's .BTF section has no content that can be read (it only reserves space): use the file that it \
             was split from"
        )
    );
}

#[test]
fn a_module_with_a_base_of_its_own() {
    let (btf, _) = btf();
    let content = btf.build(Order::Little);
    let mut object = Object::new(BinaryFormat::Elf, Architecture::X86_64, Endianness::Little);
    for name in [".BTF", ".BTF.base"] {
        let id = object.add_section(Vec::new(), name.as_bytes().to_vec(), SectionKind::Debug);
        object.set_section_data(id, &content, 1);
    }
    let file = object.write().expect("the object is a small one");
    assert_eq!(Btf::parse(&file).err(), Some(BtfError::DistilledBase));
}

#[test]
fn every_truncation_is_an_error() {
    let (btf, _) = btf();
    let file = elf(Architecture::X86_64, Endianness::Little, ".BTF", &btf.build(Order::Little));
    for len in 0..file.len() {
        let found = Btf::parse(&file[..len]);
        assert!(found.is_err(), "{len} of {} bytes were enough", file.len());
    }
}
