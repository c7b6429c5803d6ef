//! A descriptor's bytes, taken one after the other.

use super::NoteError;

/// The longest name that is read, in bytes. Rust's own paths are far shorter.
const MAX_TEXT: u64 = 4095;

pub(super) struct Cursor<'d> {
    bytes: &'d [u8],
    position: usize,
}

impl<'d> Cursor<'d> {
    pub(super) const fn new(bytes: &'d [u8]) -> Self {
        Self { bytes, position: 0 }
    }

    pub(super) const fn position(&self) -> usize {
        self.position
    }

    pub(super) fn byte(&mut self) -> Result<u8, NoteError> {
        Ok(self.take(1)?[0])
    }

    /// A number of at most `limit`.
    pub(super) fn number(&mut self, limit: u64) -> Result<u64, NoteError> {
        let offset = self.position;
        let number = self.wide()?;
        match u64::try_from(number) {
            Ok(number) if number <= limit => Ok(number),
            _ => Err(NoteError::Number { offset, limit }),
        }
    }

    pub(super) fn signed(&mut self) -> Result<i128, NoteError> {
        let number = self.wide()?;
        let magnitude = (number >> 1).cast_signed();
        Ok(if number & 1 == 0 { magnitude } else { !magnitude })
    }

    fn wide(&mut self) -> Result<u128, NoteError> {
        let offset = self.position;
        let mut number = 0u128;
        for shift in (0..u128::BITS).step_by(7) {
            let byte = self.byte()?;
            let bits = u128::from(byte & 0x7f);
            if bits << shift >> shift != bits {
                break;
            }
            number |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(NoteError::Number { offset, limit: u64::MAX })
    }

    pub(super) fn string(&mut self) -> Result<&'d str, NoteError> {
        let len = self.number(MAX_TEXT)?;
        self.text(len)
    }

    pub(super) fn string_and_flag(&mut self) -> Result<(&'d str, bool), NoteError> {
        let number = self.number(MAX_TEXT << 1 | 1)?;
        Ok((self.text(number >> 1)?, number & 1 == 1))
    }

    fn text(&mut self, len: u64) -> Result<&'d str, NoteError> {
        let offset = self.position;
        let bytes = self.take(usize::try_from(len).unwrap_or(usize::MAX))?;
        match str::from_utf8(bytes) {
            // What a terminal would obey is no name.
            Ok(text) if !text.contains(char::is_control) => Ok(text),
            _ => Err(NoteError::Text { offset }),
        }
    }

    fn take(&mut self, wanted: usize) -> Result<&'d [u8], NoteError> {
        let offset = self.position;
        let rest = &self.bytes[offset..];
        let Some(bytes) = rest.get(..wanted) else {
            return Err(NoteError::Truncated { wanted, offset, len: self.bytes.len() });
        };
        self.position += wanted;
        Ok(bytes)
    }

    /// That nothing is left.
    pub(super) const fn end(&self) -> Result<(), NoteError> {
        if self.position == self.bytes.len() {
            return Ok(());
        }
        Err(NoteError::Trailing { offset: self.position, len: self.bytes.len() })
    }
}
