//! The ELF file around an object's maps and programs.

use object::elf::{
    EM_BPF, EM_NONE, ET_REL, FileHeader64, SHF_EXECINSTR, SHT_NOBITS, SHT_PROGBITS, SHT_REL, SHT_SYMTAB,
};
use object::elf::{Rel64, SectionHeader64, Sym64};
use object::read::elf::{FileHeader, SectionHeader, SectionTable, Sym, SymbolTable};
use object::{Endian, Endianness, SectionIndex, SymbolIndex};

use super::{MAPS, ObjectError};

type Header = FileHeader64<Endianness>;

pub(super) struct Elf<'d> {
    data: &'d [u8],
    endian: Endianness,
    sections: SectionTable<'d, Header>,
    section_names: &'d [u8],
    symbols: SymbolTable<'d, Header>,
    symbol_names: &'d [u8],
}

/// The longest name that is read, so that many symbols with one enormous name do not take for ever.
const MAX_NAME: usize = 4095;

/// A section with content of the program's.
pub(super) struct Section<'d> {
    pub(super) index: usize,
    pub(super) name: &'d [u8],
    pub(super) bytes: &'d [u8],
    pub(super) is_code: bool,
}

impl Section<'_> {
    /// Whether it has definitions without BTF.
    pub(super) fn is_legacy_maps(&self) -> bool {
        self.name == b"maps" || self.name.starts_with(b"maps/")
    }

    pub(super) fn has_maps(&self) -> bool {
        self.name == MAPS || self.is_legacy_maps()
    }
}

pub(super) struct Symbol<'d> {
    /// The index of its section; `None` for one that another object defines.
    pub(super) section: Option<usize>,
    pub(super) name: &'d [u8],
    pub(super) start: u64,
    pub(super) size: u64,
    pub(super) is_function: bool,
    pub(super) is_global: bool,
    /// The symbol of a whole section.
    pub(super) is_section: bool,
}

/// A relocation in a section: what stands at `offset` is the symbol.
pub(super) struct Relocation {
    pub(super) offset: u64,
    pub(super) symbol: SymbolIndex,
}

impl<'d> Elf<'d> {
    pub(super) fn parse(data: &'d [u8]) -> Result<Self, ObjectError> {
        let header = Header::parse(data).map_err(broken)?;
        let endian = header.endian().map_err(broken)?;
        let (kind, machine) = (header.e_type(endian), header.e_machine(endian));
        // Old compilers had no number for BPF yet (`bpf_object__elf_init` in libbpf's src/libbpf.c).
        if kind != ET_REL || (machine != EM_BPF && machine != EM_NONE) {
            return Err(ObjectError::NotAnObject { kind: kind.0, machine: machine.0 });
        }
        let sections = header.sections(endian, data).map_err(broken)?;
        let symbols = sections.symbols(endian, data, SHT_SYMTAB).map_err(broken)?;
        let strings = |section| match sections.section(section) {
            Ok(section) => section.data(endian, data).map_err(broken),
            Err(_) => Ok(&[][..]),
        };
        let section_names = strings(header.section_strings_index(endian, data).map_err(broken)?)?;
        let symbol_names = strings(symbols.string_section())?;
        Ok(Self { data, endian, sections, section_names, symbols, symbol_names })
    }

    /// All sections that have content of the program's.
    pub(super) fn sections(&self) -> impl Iterator<Item = Result<Section<'d>, ObjectError>> {
        let has_content = |section: &SectionHeader64<Endianness>| {
            let kind = section.sh_type(self.endian);
            kind == SHT_PROGBITS || kind == SHT_NOBITS
        };
        self.sections.enumerate().filter(move |(_, section)| has_content(section)).map(|(index, section)| {
            let name = name_at(self.section_names, section.sh_name(self.endian));
            let bytes = section.data(self.endian, self.data).map_err(broken)?;
            let is_code = section.sh_flags(self.endian).contains(SHF_EXECINSTR);
            Ok(Section { index: index.0, name, bytes, is_code })
        })
    }

    pub(super) fn symbols(&self) -> impl Iterator<Item = Symbol<'d>> {
        self.symbols.enumerate().map(|(index, symbol)| self.read(index, symbol))
    }

    pub(super) fn symbol(&self, index: SymbolIndex) -> Option<Symbol<'d>> {
        Some(self.read(index, self.symbols.symbol(index).ok()?))
    }

    fn read(&self, index: SymbolIndex, symbol: &'d Sym64<Endianness>) -> Symbol<'d> {
        let section = self.symbols.symbol_section(self.endian, symbol, index);
        let section = section.ok().flatten().map(|SectionIndex(section)| section);
        let kind = symbol.st_type();
        Symbol {
            section,
            name: name_at(self.symbol_names, symbol.st_name(self.endian)),
            start: symbol.st_value(self.endian),
            size: symbol.st_size(self.endian),
            is_function: kind == object::elf::STT_FUNC,
            is_global: symbol.st_bind() != object::elf::STB_LOCAL,
            is_section: kind == object::elf::STT_SECTION,
        }
    }

    /// Each section that has relocations, with these.
    pub(super) fn relocations(
        &self,
    ) -> impl Iterator<Item = Result<(usize, impl Iterator<Item = Relocation>), ObjectError>> {
        let endian = self.endian;
        self.sections.iter().filter(move |section| section.sh_type(endian) == SHT_REL).map(move |section| {
            let target = section.sh_info(endian) as usize;
            let rows: &[Rel64<Endianness>] = section.data_as_array(endian, self.data).map_err(broken)?;
            let relocation = move |row: &Rel64<Endianness>| Relocation {
                offset: row.r_offset.get(endian),
                symbol: SymbolIndex(row.r_sym(endian) as usize),
            };
            Ok((target, rows.iter().map(relocation)))
        })
    }

    pub(super) fn u32(&self, bytes: [u8; 4]) -> u32 {
        self.endian.read_u32(bytes)
    }

    /// Bytes of the file.
    pub(super) fn len(&self) -> usize {
        self.data.len()
    }

    pub(super) fn is_big_endian(&self) -> bool {
        self.endian.is_big_endian()
    }
}

#[allow(clippy::needless_pass_by_value)] // for `map_err`
fn broken(error: object::read::Error) -> ObjectError {
    ObjectError::Elf { message: error.to_string() }
}

/// The name that starts here; empty where there is none, or one that is too long.
fn name_at(strings: &[u8], offset: u32) -> &[u8] {
    let rest = usize::try_from(offset).ok().and_then(|offset| strings.get(offset..)).unwrap_or_default();
    let within = &rest[..rest.len().min(MAX_NAME + 1)];
    memchr::memchr(0, within).map_or(&[], |end| &within[..end])
}

/// A symbol's name as text that can be shown.
pub(super) fn text(name: &[u8]) -> Option<&str> {
    let name = str::from_utf8(name).ok()?;
    (!name.is_empty() && !name.chars().any(char::is_control)).then_some(name)
}
