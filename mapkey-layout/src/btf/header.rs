//! The header: where the sections are.

use super::kinds::Sizes;
use super::raw::{Records, word};
use super::strings::Strings;
use super::{Btf, BtfError};

/// Bytes of the first header, without the layout section's place.
const SHORTEST: usize = 24;
/// Bytes of the header since Linux 7.1, with it.
const WITH_LAYOUT: usize = 32;

/// Reads the header at the start of `data`, which starts `origin` bytes into what the user gave.
pub(super) fn parse(data: &[u8], origin: usize) -> Result<Btf<'_>, BtfError> {
    let swapped = match data.first_chunk() {
        Some([0x9f, 0xeb]) => cfg!(target_endian = "big"),
        Some([0xeb, 0x9f]) => cfg!(target_endian = "little"),
        _ => return Err(BtfError::Magic { found: data[..data.len().min(4)].to_vec() }),
    };
    let Some(fixed) = data.first_chunk::<SHORTEST>() else {
        return Err(cut_off("header", origin, SHORTEST as u64, data.len()));
    };
    let [_, _, version, flags, ..] = *fixed;
    if version != 1 {
        return Err(BtfError::Version { found: version, offset: origin + 2 });
    }
    if flags != 0 {
        return Err(BtfError::Flags { found: flags, offset: origin + 3 });
    }
    let words = |bytes: &[u8]| -> Vec<u32> { bytes.as_chunks().0.iter().map(|&bytes| word(bytes, swapped)).collect() };
    let fields = words(fixed);
    let (header_len, types, strings) = (fields[1], (fields[2], fields[3]), (fields[4], fields[5]));
    if (header_len as usize) < SHORTEST {
        return Err(BtfError::HeaderLength { found: header_len, offset: origin + 4 });
    }
    let Some((header, sections)) = data.split_at_checked(header_len as usize) else {
        return Err(cut_off("header", origin, header_len.into(), data.len()));
    };

    let origin = origin + header.len();
    let mut sizes = Sizes::known();
    if let Some(header) = header.first_chunk::<WITH_LAYOUT>() {
        let place = words(&header[SHORTEST..]);
        let (layout, _) = section(sections, "layout section", (place[0], place[1]), origin)?;
        sizes.learn(layout.as_chunks().0);
    }
    let (bytes, types_origin) = section(sections, "type section", types, origin)?;
    let records = Records { bytes, swapped, sizes, origin: types_origin };
    let (bytes, strings_origin) = section(sections, "string section", strings, origin)?;
    Ok(Btf { records, strings: Strings::new(bytes, strings_origin)?, base: None })
}

/// A section and where it starts. Its offset in the header counts from the header's end.
fn section<'d>(
    sections: &'d [u8],
    what: &'static str,
    (offset, len): (u32, u32),
    origin: usize,
) -> Result<(&'d [u8], usize), BtfError> {
    let rest = sections.get(offset as usize..).unwrap_or_default();
    match rest.get(..len as usize) {
        Some(section) => Ok((section, origin + offset as usize)),
        None => Err(cut_off(what, origin.saturating_add(offset as usize), len.into(), rest.len())),
    }
}

fn cut_off(what: &'static str, offset: usize, needed: u64, found: usize) -> BtfError {
    BtfError::Truncated { what, offset, needed, found: found as u64 }
}
