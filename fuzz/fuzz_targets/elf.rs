//! ELF files: the input as it is, and as the `.BTF` section of an object of either class and order.
#![no_main]

use libfuzzer_sys::fuzz_target;
use object::write::Object;
use object::{Architecture, BinaryFormat, Endianness, SectionKind};

mod use_all;

const MACHINES: [(Architecture, Endianness); 4] = [
    (Architecture::X86_64, Endianness::Little),
    (Architecture::Bpf, Endianness::Big),
    (Architecture::Arm, Endianness::Little),
    (Architecture::PowerPc, Endianness::Big),
];

fuzz_target!(|data: &[u8]| {
    let _ = use_all::use_all(data);
    let _ = use_all::use_all(&[b"\x7fELF", data].concat());
    let Some((&machine, content)) = data.split_first() else { return };
    let (architecture, endian) = MACHINES[usize::from(machine) % MACHINES.len()];
    let mut object = Object::new(BinaryFormat::Elf, architecture, endian);
    let section = object.add_section(Vec::new(), b".BTF".to_vec(), SectionKind::Debug);
    object.set_section_data(section, content, 1);
    let Ok(mut file) = object.write() else { return };
    let _ = use_all::use_all(&file);
    // The last bytes of the input spoil the headers.
    for change in content.rchunks_exact(3).take(4) {
        let at = usize::from(u16::from_le_bytes([change[0], change[1]])) % file.len();
        file[at] ^= change[2];
    }
    let _ = use_all::use_all(&file);
});
