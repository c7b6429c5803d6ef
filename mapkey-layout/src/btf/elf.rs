//! BTF as a section of an ELF file: vmlinux, kernel modules, eBPF objects.

use object::elf::{FileHeader32, FileHeader64, SHF_COMPRESSED, SHT_NOBITS};
use object::read::elf::{FileHeader, SectionHeader};
use object::{Endianness, read};

use super::BtfError;

/// The first bytes of every ELF file; the class is behind them.
pub(super) const MAGIC: [u8; 4] = *b"\x7fELF";
const CLASS_32: u8 = 1;

/// The `.BTF` section and where it starts in `data`.
pub(super) fn btf_section(data: &[u8]) -> Result<(&[u8], usize), BtfError> {
    let found = match data.get(MAGIC.len()) {
        Some(&CLASS_32) => find::<FileHeader32<Endianness>>(data),
        _ => find::<FileHeader64<Endianness>>(data),
    };
    match found {
        Ok(section) => section,
        Err(error) => Err(BtfError::Elf { message: error.to_string() }),
    }
}

type Section<'d> = Result<(&'d [u8], usize), BtfError>;

fn find<'d, Elf: FileHeader<Endian = Endianness>>(data: &'d [u8]) -> read::Result<Section<'d>> {
    let header = Elf::parse(data)?;
    let endian = header.endian()?;
    let sections = header.sections(endian, data)?;
    let Some((_, section)) = sections.section_by_name(endian, b".BTF") else {
        return Ok(Err(BtfError::NoBtfSection));
    };
    // Its ids and strings are not the kernel's: read on the kernel's BTF it would name the wrong types.
    if sections.section_by_name(endian, b".BTF.base").is_some() {
        return Ok(Err(BtfError::DistilledBase));
    }
    if section.sh_type(endian) == SHT_NOBITS {
        return Ok(Err(BtfError::NoBtfContent { reason: "it only reserves space" }));
    }
    if section.sh_flags(endian).contains(SHF_COMPRESSED) {
        return Ok(Err(BtfError::NoBtfContent { reason: "it is compressed" }));
    }
    let bytes = section.data(endian, data)?;
    let offset: u64 = section.sh_offset(endian).into();
    // The section is inside of `data`, so its offset is a `usize`.
    Ok(Ok((bytes, usize::try_from(offset).unwrap_or(usize::MAX))))
}
