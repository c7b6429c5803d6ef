//! What is inside of the images that bootloaders start.
//!
//! This module depends on nothing: `cargo xtask kernels fetch` shares it.

use std::fmt;

/// What an image has where types can be looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Inside<'d> {
    /// Another file: vmlinux or an image, compressed as its first bytes say.
    File(&'d [u8]),
    /// Raw BTF.
    Btf(&'d [u8]),
}

/// A kernel image that is recognised, and has no types that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ImageError {
    /// The image ends before what its header promises.
    CutOff {
        /// The format of the image.
        format: &'static str,
        /// How many bytes there should be.
        needed: u64,
        /// How many there are.
        found: usize,
    },
    /// No part of the image looks like BTF.
    NoBtf {
        /// The format of the image.
        format: &'static str,
    },
    /// Several parts of the image look like BTF, and nothing tells which one is the kernel's.
    SeveralBtfs {
        /// The format of the image.
        format: &'static str,
        /// How many.
        found: usize,
    },
}

impl std::error::Error for ImageError {}

impl fmt::Display for ImageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CutOff { format, needed, found } => {
                write!(f, "the {format} is cut off: its header promises {needed} bytes, and {found} are there")
            }
            Self::NoBtf { format } => write!(
                f,
                "the {format} has no BTF: the kernel was built without CONFIG_DEBUG_INFO_BTF, or is of the other byte order"
            ),
            Self::SeveralBtfs { format, found } => write!(
                f,
                "the {format} has {found} parts that look like BTF, and nothing tells which one is the kernel's: give the \
                 vmlinux that it was made of"
            ),
        }
    }
}

const BZIMAGE: &str = "x86 kernel image";
const ZBOOT: &str = "EFI kernel image";
const GZIP: &[u8] = b"\x1f\x8b";

/// Looks into a kernel image; `None` if `image` is nothing of the kind.
///
/// # Errors
///
/// [`ImageError`] for a kernel image without types that can be read.
pub(crate) fn inside(image: &[u8]) -> Option<Result<Inside<'_>, ImageError>> {
    let has = |at: usize, magic: &[u8]| image.get(at..).is_some_and(|rest| rest.starts_with(magic));
    if has(0x202, b"HdrS") {
        return Some(x86(image));
    }
    // drivers/firmware/efi/libstub/zboot-header.S
    if has(0, b"MZ") && has(4, b"zimg") {
        return Some(payload(image, ZBOOT, 0, 8, 12).map(Inside::File));
    }
    // Documentation/arch/arm64/booting.rst and Documentation/arch/riscv/boot-image-header.rst
    if has(0x38, b"ARM\x64") {
        return Some(raw(image, "arm64 kernel image"));
    }
    has(0x38, b"RSC\x05").then(|| raw(image, "RISC-V kernel image"))
}

/// The part of `image` whose place, counted from `base`, and length stand in its header as 32 bits each.
fn payload<'d>(
    image: &'d [u8],
    format: &'static str,
    base: u64,
    offset_at: usize,
    len_at: usize,
) -> Result<&'d [u8], ImageError> {
    let cut_off = |needed| ImageError::CutOff { format, needed, found: image.len() };
    let field = |at: usize| number(image, at).ok_or(cut_off(at as u64 + 4));
    let start = base + u64::from(field(offset_at)?);
    let end = start + u64::from(field(len_at)?);
    let range = usize::try_from(start).ok().zip(usize::try_from(end).ok());
    range.and_then(|(start, end)| image.get(start..end)).ok_or(cut_off(end))
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// `payload_offset` and `payload_length` (Documentation/arch/x86/boot.rst), in the part that follows the
/// sectors of the setup code.
fn x86(image: &[u8]) -> Result<Inside<'_>, ImageError> {
    let setup = match image.get(0x1f1) {
        None | Some(0) => 4,
        Some(&sectors) => u64::from(sectors),
    };
    let payload = payload(image, BZIMAGE, (setup + 1) * 512, 0x248, 0x24c)?;
    // The build appends the unpacked size to every format but gzip's, which ends in it anyway
    // (`size_append` in scripts/Makefile.lib).
    let without_size = payload.len().saturating_sub(4);
    Ok(Inside::File(if payload.starts_with(GZIP) { payload } else { &payload[..without_size] }))
}

/// An image that is vmlinux without its table of sections: the one run of bytes in it that is BTF from header
/// to end. These architectures are little-endian.
fn raw<'d>(image: &'d [u8], format: &'static str) -> Result<Inside<'d>, ImageError> {
    const MAGIC: [u8; 4] = [0x9f, 0xeb, 1, 0];
    let starts = (0..image.len()).step_by(4).filter(|&at| image[at..].starts_with(&MAGIC));
    let mut found = starts.filter_map(|at| whole_btf(&image[at..]));
    let first = found.next().ok_or(ImageError::NoBtf { format })?;
    match found.count() {
        0 => Ok(Inside::Btf(first)),
        more => Err(ImageError::SeveralBtfs { format, found: 1 + more }),
    }
}

/// From a header to the end of the last section, if that can be a kernel's.
fn whole_btf(bytes: &[u8]) -> Option<&[u8]> {
    let number = |at: usize| usize::try_from(number(bytes, at)?).ok();
    let header = number(4).filter(|header| (24..=1024).contains(header))?;
    let (type_off, type_len, str_off, str_len) = (number(8)?, number(12)?, number(16)?, number(20)?);
    // Since Linux 7.1 there can be one more section.
    let (more_off, more_len) = if header >= 32 { (number(24)?, number(28)?) } else { (0, 0) };
    let end = |offset: usize, len: usize| header.checked_add(offset)?.checked_add(len);
    let strings = bytes.get(end(str_off, 0)?..end(str_off, str_len)?)?;
    let is_whole = type_off == 0 && type_len > 0 && type_len <= str_off;
    let are_strings = strings.len() > 1 && strings.first() == Some(&0) && strings.last() == Some(&0);
    let end = end(str_off, str_len)?.max(end(more_off, more_len)?);
    bytes.get(..end).filter(|_| is_whole && are_strings)
}
