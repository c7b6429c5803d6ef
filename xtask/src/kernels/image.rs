//! BTF in the images that bootloaders start.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use object::{Object, ObjectSection};

use crate::command::{output, program};

const GZIP: &[u8] = b"\x1f\x8b";
const XZ: &[u8] = b"\xfd7zXZ\0";
const ZSTD: &[u8] = b"\x28\xb5\x2f\xfd";

/// Raw BTF of an x86 bzImage or an arm64 Image; `scratch` is a folder for files in between.
pub(super) fn btf(image: &[u8], scratch: &Path) -> Result<Vec<u8>> {
    if image.get(0x202..0x206) == Some(b"HdrS") {
        let vmlinux = decompress(x86_payload(image).context("the bzImage ends early")?, scratch)?;
        section(&vmlinux)?.context("vmlinux has no section .BTF")
    } else if image.get(0x38..0x3c) == Some(b"ARM\x64") {
        in_bytes(image)
    } else if image.starts_with(GZIP) {
        btf(&decompress(image, scratch)?, scratch)
    } else {
        bail!("a kernel image of an unknown format, it starts with {:02x?}", &image[..image.len().min(16)])
    }
}

/// The section `.BTF` of an ELF file.
pub(super) fn section(elf: &[u8]) -> Result<Option<Vec<u8>>> {
    let elf = object::File::parse(elf)?;
    elf.section_by_name(".BTF").map(|section| Ok(section.data()?.to_vec())).transpose()
}

/// What gzip, xz or zstd made, as the first bytes say.
pub(super) fn decompress(bytes: &[u8], scratch: &Path) -> Result<Vec<u8>> {
    let name = match bytes {
        _ if bytes.starts_with(GZIP) => "gzip",
        _ if bytes.starts_with(XZ) => "xz",
        _ if bytes.starts_with(ZSTD) => "zstd",
        _ => bail!("compressed in an unknown way, it starts with {:02x?}", &bytes[..bytes.len().min(8)]),
    };
    let file = scratch.join("compressed");
    fs::write(&file, bytes)?;
    output(&mut program(name, &["-dc".as_ref(), file.as_os_str()]))
}

/// The compressed vmlinux: `payload_offset` and `payload_length` of the boot protocol's header, in the part that
/// follows the sectors of the setup code.
fn x86_payload(image: &[u8]) -> Option<&[u8]> {
    let number = |at: usize| Some(u32::from_le_bytes(image.get(at..)?.first_chunk().copied()?));
    let setup = match *image.get(0x1f1)? {
        0 => 4,
        sectors => usize::from(sectors),
    };
    let start = (setup + 1) * 512 + usize::try_from(number(0x248)?).ok()?;
    let payload = image.get(start..start.checked_add(usize::try_from(number(0x24c)?).ok()?)?)?;
    // The build appends the unpacked size to every format but gzip's, which ends in it anyway.
    if payload.starts_with(GZIP) { Some(payload) } else { payload.get(..payload.len() - 4) }
}

/// The one run of bytes that is BTF from header to end: an arm64 Image is vmlinux without its sections' table.
fn in_bytes(image: &[u8]) -> Result<Vec<u8>> {
    const START: &[u8] = b"\x9f\xeb\x01\x00\x18\0\0\0";
    let starts = image.windows(START.len()).enumerate().filter(|(_, window)| *window == START);
    let mut found: Vec<&[u8]> = starts.filter_map(|(at, _)| whole_btf(&image[at..])).collect();
    let btf = found.pop().context("no BTF in the image")?;
    ensure!(found.is_empty(), "{} candidates for the image's BTF, expected one", found.len() + 1);
    Ok(btf.to_vec())
}

/// From a header of 24 bytes, in little-endian order, to the end of the strings, if it can be a kernel's.
fn whole_btf(bytes: &[u8]) -> Option<&[u8]> {
    let number = |at: usize| usize::try_from(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?)).ok();
    let (type_off, type_len, str_off, str_len) = (number(8)?, number(12)?, number(16)?, number(20)?);
    let strings = bytes.get(24 + str_off..)?.get(..str_len)?;
    let is_whole = type_off == 0 && type_len > 0 && type_len <= str_off;
    let are_strings = strings.first() == Some(&0) && strings.last() == Some(&0);
    (is_whole && are_strings).then(|| &bytes[..24 + str_off + str_len])
}
