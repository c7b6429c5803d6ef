//! Where notes are: in an ELF file, or in a program's memory.

use object::elf::{FileHeader32, FileHeader64, SHT_NOTE};
use object::read::elf::{FileHeader, NoteIterator, ProgramHeader, SectionHeader};
use object::{Endianness, read};

use super::{NAME, NoteError, RawNote};

const MAGIC: [u8; 4] = *b"\x7fELF";
const CLASS_32: u8 = 1;

/// The notes of mapkey in a finished binary: a program, a shared library, or an object that is not linked yet; of any
/// machine, with section headers or without.
///
/// A binary without such notes has none of mapkey's keys, or keys that were derived for another system than Linux.
///
/// # Errors
///
/// [`NoteError::Magic`] if `binary` is no ELF file, [`NoteError::Elf`] if it is broken.
pub fn notes(binary: &[u8]) -> Result<Vec<RawNote<'_>>, NoteError> {
    if !binary.starts_with(&MAGIC) {
        return Err(NoteError::Magic { found: binary.iter().take(4).copied().collect() });
    }
    let found = match binary.get(MAGIC.len()) {
        Some(&CLASS_32) => find::<FileHeader32<Endianness>>(binary),
        _ => find::<FileHeader64<Endianness>>(binary),
    };
    found.map_err(|Broken(message)| NoteError::Elf { message })
}

/// What is wrong with a file.
struct Broken(String);

impl From<read::Error> for Broken {
    fn from(error: read::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<&str> for Broken {
    fn from(message: &str) -> Self {
        Self(message.to_owned())
    }
}

/// What is loaded stands in segments, whose headers nothing removes; an object has sections alone.
fn find<Elf: FileHeader<Endian = Endianness>>(binary: &[u8]) -> Result<Vec<RawNote<'_>>, Broken> {
    let header = Elf::parse(binary)?;
    let endian = header.endian()?;
    let mut found = Vec::new();
    // Headers that all name the same bytes would make a small file a long one.
    let mut left = binary.len() as u64;
    let mut spend = |size: u64| {
        left = left.checked_sub(size).ok_or("its notes overlap")?;
        Ok::<(), Broken>(())
    };
    let segments = header.program_headers(endian, binary)?;
    for segment in segments {
        if let Some(notes) = segment.notes(endian, binary)? {
            spend(segment.p_filesz(endian).into())?;
            collect(notes, endian, &mut found)?;
        }
    }
    if segments.is_empty() {
        for section in header.sections(endian, binary)?.iter() {
            if section.sh_type(endian) != SHT_NOTE {
                continue;
            }
            if let Some(notes) = section.notes(endian, binary)? {
                spend(section.sh_size(endian).into())?;
                collect(notes, endian, &mut found)?;
            }
        }
    }
    Ok(found)
}

/// The notes of mapkey in a segment of notes as it lies in this process's memory. `align` is the segment's.
///
/// # Errors
///
/// [`NoteError::Elf`] if the segment is broken.
pub fn note_segment(segment: &[u8], align: u64) -> Result<Vec<RawNote<'_>>, NoteError> {
    let mut found = Vec::new();
    let endian = Endianness::default();
    // The header of a note is the same in both classes.
    NoteIterator::<FileHeader64<Endianness>>::new(endian, align, segment)
        .and_then(|notes| collect(notes, endian, &mut found))
        .map_err(|error| NoteError::Elf { message: error.to_string() })?;
    Ok(found)
}

fn collect<'d, Elf: FileHeader<Endian = Endianness>>(
    notes: NoteIterator<'d, Elf>,
    endian: Endianness,
    found: &mut Vec<RawNote<'d>>,
) -> read::Result<()> {
    for note in notes {
        let note = note?;
        if note.name() == NAME.as_bytes() {
            found.push(RawNote { version: note.n_type(endian).0, descriptor: note.desc() });
        }
    }
    Ok(())
}
