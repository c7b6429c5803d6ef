//! BTF in the images that bootloaders start.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use object::{Object, ObjectSection};

use crate::command::{output, program};

const ELF: &[u8] = b"\x7fELF";
const GZIP: &[u8] = b"\x1f\x8b";
const XZ: &[u8] = b"\xfd7zXZ\0";
const ZSTD: &[u8] = b"\x28\xb5\x2f\xfd";

/// Where an image has its types, by the code that the library unpacks images with; unpacked by other tools.
#[path = "../../../mapkey-runtime/src/image.rs"]
#[allow(unreachable_pub, reason = "it is a module of a library as well")]
mod inside;

use inside::{Inside, inside};

/// Raw BTF of a kernel's image; `scratch` is a folder for files in between.
pub(super) fn btf(image: &[u8], scratch: &Path) -> Result<Vec<u8>> {
    match inside(image) {
        Some(found) => match found? {
            Inside::File(file) => btf(file, scratch),
            Inside::Btf(btf) => Ok(btf.to_vec()),
        },
        None if image.starts_with(ELF) => section(image)?.context("vmlinux has no section .BTF"),
        None => btf(&decompress(image, scratch)?, scratch),
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
