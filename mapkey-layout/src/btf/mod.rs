//! The BTF reader.
//!
//! BTF is what the kernel, the compiler and the loaders of eBPF know about types
//! (`Documentation/bpf/btf.rst` in the kernel's sources). [`Btf::parse`] checks a header, [`Btf::index`] walks over
//! all records once and finds the wanted names, and [`Index::load`] reads the types behind them into a
//! [`TypeTable`](crate::types::TypeTable).
//!
//! Nothing is copied, names stay where they are. No input can make the reader panic, loop, or take more memory than a
//! small multiple of the input's own length.
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use mapkey_layout::btf::Btf;
//!
//! let data = std::fs::read("/sys/kernel/btf/vmlinux")?;
//! let index = Btf::parse(&data)?.index(&["bpf_cgroup_storage_key"])?;
//! let (types, found) = index.load(&index.candidates("bpf_cgroup_storage_key").ids)?;
//! for member in types.members(found[0].index) {
//!     println!("{:4} {} {}", member.bit_offset / 8, types.spell(member.ty), member.name);
//! }
//! # Ok(()) }
//! ```

mod elf;
mod error;
mod flavour;
mod header;
mod index;
mod kinds;
mod load;
mod maps;
mod names;
mod raw;
mod spell;
mod strings;
mod walk;

pub use error::BtfError;
pub(crate) use flavour::essential_name;
pub use index::{Candidates, Index};

use raw::Records;
use strings::Strings;

/// BTF whose header has been checked and whose records have not been looked at yet.
#[derive(Clone)]
pub struct Btf<'d> {
    records: Records<'d>,
    strings: Strings<'d>,
    /// What this one continues.
    base: Option<Box<Btf<'d>>>,
}

impl<'d> Btf<'d> {
    /// Reads the header of raw BTF (`/sys/kernel/btf/vmlinux`), or of the `.BTF` section of an ELF file (a vmlinux, an
    /// eBPF object). The byte order is told by the magic number's bytes and need not be this machine's.
    ///
    /// # Errors
    ///
    /// Where `data` is neither, has no BTF, or its sections are not all there.
    pub fn parse(data: &'d [u8]) -> Result<Self, BtfError> {
        if data.starts_with(&elf::MAGIC) {
            let (section, origin) = elf::btf_section(data)?;
            return header::parse(section, origin);
        }
        match compression(data) {
            Some((format, command)) => Err(BtfError::Compressed { format, command }),
            None => header::parse(data, 0),
        }
    }

    /// Walks over all records once, and finds those whose name is one of `wanted`, or a CO-RE flavour (`name___suffix`)
    /// of one.
    ///
    /// # Errors
    ///
    /// Where a record goes on behind the end of the type section, is of a kind that cannot be skipped, or has its name
    /// outside of the string section.
    pub fn index(&self, wanted: &[&str]) -> Result<Index<'d>, BtfError> {
        let base = self.base.as_ref().map(|base| base.index(wanted)).transpose()?;
        Index::new(self.records.clone(), self.strings, base, wanted)
    }

    /// The same as *split BTF*, which goes on where `base` ends: a kernel module's, whose types use the kernel's. Its
    /// ids and its string offsets continue those of the base.
    ///
    /// # Errors
    ///
    /// Where the byte orders differ, or `base` is split itself.
    pub fn on(self, base: Self) -> Result<Self, BtfError> {
        if base.base.is_some() {
            return Err(BtfError::Base { reason: "it is split BTF itself" });
        }
        if base.records.swapped != self.records.swapped {
            return Err(BtfError::Base { reason: "its byte order is another" });
        }
        Ok(Self { strings: self.strings.behind(base.strings), base: Some(Box::new(base)), ..self })
    }
}

/// The format of a compressed file, and what unpacks it.
fn compression(data: &[u8]) -> Option<(&'static str, &'static str)> {
    const MAGICS: [(&[u8], &str, &str); 8] = [
        (b"\x1f\x8b", "gzip", "gzip -dk"),
        (b"\xfd7zXZ\0", "xz", "xz -dk"),
        (b"\x28\xb5\x2f\xfd", "zstd", "zstd -d"),
        (b"BZh", "bzip2", "bzip2 -dk"),
        (b"\x04\x22\x4d\x18", "lz4", "lz4 -d"),
        (b"\x02\x21\x4c\x18", "lz4", "lz4 -d"), // the older form, which kernels are compressed with
        (b"\x5d\0\0", "lzma", "lzma -dk"),
        (b"\x89LZO\0", "lzo", "lzop -d"),
    ];
    MAGICS.iter().find(|(magic, ..)| data.starts_with(magic)).map(|&(_, format, command)| (format, command))
}
