//! The string section.

use super::BtfError;

/// Names longer than this are cut in errors.
const SHOWN: usize = 64;

/// The longest name that is read, so that many records with one enormous name do not take for ever. The kernel's limit
/// is 511 (`KSYM_NAME_LEN`); names of generic Rust types are longer.
const MAX_NAME: usize = 4095;

/// A section that ends with a NUL byte, or is empty.
#[derive(Clone, Copy)]
pub(super) struct Strings<'d> {
    /// The strings of the BTF that this one continues, whose offsets go on here; empty where it continues none.
    base: &'d [u8],
    bytes: &'d [u8],
    /// Where the section starts in the data.
    origin: usize,
}

impl<'d> Strings<'d> {
    pub(super) fn new(bytes: &'d [u8], origin: usize) -> Result<Self, BtfError> {
        match bytes.last() {
            None | Some(0) => Ok(Self { base: &[], bytes, origin }),
            Some(&found) => Err(BtfError::UnterminatedStrings { offset: origin + bytes.len(), found }),
        }
    }

    /// The same behind the strings of `base`.
    pub(super) fn behind(self, base: Self) -> Self {
        Self { base: base.bytes, ..self }
    }

    /// The bytes from an offset on.
    #[inline(always)]
    fn rest(&self, name_off: u32) -> Option<&'d [u8]> {
        let offset = name_off as usize;
        match self.base.get(offset..) {
            Some(rest) if !rest.is_empty() => Some(rest),
            _ => self.bytes.get(offset.checked_sub(self.base.len())?..),
        }
    }

    /// Everything from a name's first byte on. `offset` is where the record stands, for the error.
    #[inline]
    pub(super) fn from(&self, name_off: u32, offset: impl FnOnce() -> usize) -> Result<&'d [u8], BtfError> {
        match self.rest(name_off) {
            Some(rest) if !rest.is_empty() => Ok(rest),
            _ if name_off == 0 => Ok(&[0]),
            _ => Err(BtfError::StringOffset {
                found: name_off,
                len: self.base.len() + self.bytes.len(),
                offset: offset(),
            }),
        }
    }

    /// Stands for the first two bytes of a name that has not so many. Two such bytes of a real name cost a closer look,
    /// no more.
    pub(super) const NO_PAIR: [u8; 2] = [0xff; 2];

    /// A name's first two bytes, or its first one and the NUL; `None` where the section ends before these.
    #[inline(always)]
    pub(super) fn pair(&self, name_off: u32) -> Option<[u8; 2]> {
        self.rest(name_off)?.first_chunk().copied()
    }

    /// A name's bytes without the NUL.
    pub(super) fn raw(&self, name_off: u32, offset: impl FnOnce() -> usize) -> Result<&'d [u8], BtfError> {
        let rest = self.from(name_off, offset)?;
        match name_len(rest) {
            Some(len) => Ok(&rest[..len]),
            None => Err(BtfError::NameLength {
                found: rest[..SHOWN].to_vec(),
                offset: self.origin + name_off as usize,
                limit: MAX_NAME,
            }),
        }
    }

    /// A name that can be shown: control characters would be the terminal's to interpret.
    pub(super) fn get(&self, name_off: u32, offset: impl Fn() -> usize) -> Result<&'d str, BtfError> {
        if name_off == 0 {
            return Ok("");
        }
        let rest = self.from(name_off, &offset)?;
        // Nearly all names are short ones of ASCII letters; one loop sees to everything then.
        let plain = rest.iter().position(|byte| !(b' '..0x7f).contains(byte)).unwrap_or(rest.len());
        let bytes =
            if rest.get(plain) == Some(&0) && plain <= MAX_NAME { &rest[..plain] } else { self.raw(name_off, offset)? };
        match str::from_utf8(bytes) {
            Ok(name) if bytes.len() == plain || !name.chars().any(char::is_control) => Ok(name),
            _ => Err(BtfError::Name {
                found: bytes[..bytes.len().min(SHOWN)].to_vec(),
                offset: self.origin + name_off as usize,
            }),
        }
    }
}

/// The length of the name at the start of `rest`; `None` where it is too long.
#[inline]
pub(super) fn name_len(rest: &[u8]) -> Option<usize> {
    let within = &rest[..rest.len().min(MAX_NAME + 1)];
    memchr::memchr(0, within).or((within.len() <= MAX_NAME).then_some(within.len()))
}
