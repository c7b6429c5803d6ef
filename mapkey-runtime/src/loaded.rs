//! The notes of everything that is loaded into this process: the only code here that believes the dynamic linker.

use std::ffi::{CStr, OsStr, c_char, c_int, c_void};
use std::mem::offset_of;
use std::os::unix::ffi::OsStrExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::{ptr, slice};

use libc::{PF_R, PT_LOAD, PT_NOTE, dl_phdr_info};

#[cfg(target_pointer_width = "64")]
type ProgramHeader = libc::Elf64_Phdr;
#[cfg(target_pointer_width = "32")]
type ProgramHeader = libc::Elf32_Phdr;

/// A segment of notes, copied: what has it may be unloaded at any time.
pub(crate) struct Segment {
    /// The shared library; empty for the program itself.
    pub(crate) object: PathBuf,
    pub(crate) align: u64,
    pub(crate) bytes: Vec<u8>,
}

/// Copies the segments of notes of the program and of all shared libraries that are loaded.
pub(crate) fn note_segments() -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    // SAFETY: `collect` has the signature that is called, and takes its last argument for the `Vec` that it is; nobody
    // else has that until the call returns.
    unsafe { libc::dl_iterate_phdr(Some(collect), (&raw mut segments).cast()) };
    segments
}

/// Called for every loaded object, one after the other, while the dynamic linker lets none of them go.
unsafe extern "C" fn collect(info: *mut dl_phdr_info, size: usize, segments: *mut c_void) -> c_int {
    // These fields were there from the first version on; later ones only append.
    if size < offset_of!(dl_phdr_info, dlpi_phnum) + size_of::<u16>() {
        return 0;
    }
    // SAFETY: the dynamic linker hands out a struct of at least these bytes.
    let (address, name, headers, count) =
        unsafe { ((*info).dlpi_addr, (*info).dlpi_name, (*info).dlpi_phdr, (*info).dlpi_phnum) };
    // SAFETY: `note_segments` passes its `Vec` here, and waits.
    let segments = unsafe { &mut *segments.cast::<Vec<Segment>>() };
    // An unwinding panic must not reach the dynamic linker.
    let _ = catch_unwind(AssertUnwindSafe(|| {
        // SAFETY: a loaded object's program headers are mapped for as long as it is loaded.
        let headers = if headers.is_null() { &[] } else { unsafe { slice::from_raw_parts(headers, count.into()) } };
        for note in headers.iter().filter(|header| header.p_type == PT_NOTE) {
            if !headers.iter().any(|load| is_within(load, note)) {
                continue;
            }
            let bounds = (usize::try_from(address.wrapping_add(note.p_vaddr)), usize::try_from(note.p_memsz));
            let (Ok(address), Ok(len)) = bounds else { continue };
            let start = ptr::with_exposed_provenance::<u8>(address);
            // SAFETY: these bytes are part of a segment that was loaded to be read, and what is not written by the
            // object's own startup stays as it is: notes are constants.
            let bytes = unsafe { slice::from_raw_parts(start, len) }.to_vec();
            #[allow(clippy::useless_conversion)] // 32 bits in the other class
            segments.push(Segment { object: path(name), align: note.p_align.into(), bytes });
        }
    }));
    0
}

/// Whether the segment `load` is mapped to be read and has all of `note`.
fn is_within(load: &ProgramHeader, note: &ProgramHeader) -> bool {
    let end = |header: &ProgramHeader| header.p_vaddr.checked_add(header.p_memsz);
    load.p_type == PT_LOAD
        && load.p_flags & PF_R != 0
        && load.p_vaddr <= note.p_vaddr
        && end(note).zip(end(load)).is_some_and(|(note, load)| note <= load)
}

fn path(name: *const c_char) -> PathBuf {
    if name.is_null() {
        return PathBuf::new();
    }
    // SAFETY: the name of a loaded object ends with NUL and lives as long as that.
    PathBuf::from(OsStr::from_bytes(unsafe { CStr::from_ptr(name) }.to_bytes()))
}
