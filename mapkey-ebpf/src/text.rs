//! Text of a fixed size.

use core::str::{FromStr, Utf8Error};
use core::{fmt, str};

use bytemuck::{Pod, Zeroable};
use mapkey_layout::{Kind, Layout};

use crate::MapKey;
use crate::hex::SpacedHex;

/// C's `char name[N]`: text that ends with a NUL, and zeros behind it.
///
/// The kernel compares all `N` bytes of a key. Text that was made here has a zero tail; a program
/// that copies a string without clearing the rest leaves garbage behind the NUL, and its key is not
/// found under the clean one. Any bytes can be read, and `Debug` and `Display` show such a tail.
///
/// ```
/// use mapkey_ebpf::FixedStr;
///
/// let name: FixedStr<16> = "eth0".parse()?;
/// assert_eq!(name.to_str(), Ok("eth0"));
/// assert_eq!(format!("{name} {name:?}"), "eth0 \"eth0\"");
///
/// let dirty: FixedStr<8> = bytemuck::cast(*b"eth0\0lo\0");
/// assert!(dirty.has_dirty_tail());
/// assert_eq!(dirty.to_string(), "eth0 (dirty tail: 6c 6f 00)");
/// # Ok::<(), mapkey_ebpf::FixedStrError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct FixedStr<const N: usize>([u8; N]);

impl<const N: usize> FixedStr<N> {
    /// The empty text.
    pub const EMPTY: Self = Self([0; N]);

    /// `text` with zeros behind it.
    ///
    /// ```
    /// # use mapkey_ebpf::FixedStr;
    /// const LOOPBACK: FixedStr<16> = match FixedStr::new("lo") {
    ///     Ok(name) => name,
    ///     Err(_) => panic!("too long"),
    /// };
    /// assert_eq!(
    ///     FixedStr::<4>::new("eth0").unwrap_err().to_string(),
    ///     "the text has 4 bytes, and a `FixedStr<4>` holds at most 3 before its NUL; \
    ///      `FixedStr::truncated` cuts it as the kernel does",
    /// );
    /// ```
    ///
    /// # Errors
    ///
    /// If `text` leaves no byte for the NUL, or has a NUL in it.
    pub const fn new(text: &str) -> Result<Self, FixedStrError> {
        let text = text.as_bytes();
        if let Some(position) = nul_in(text) {
            return Err(FixedStrError::Nul { position });
        }
        if text.len() >= N {
            return Err(FixedStrError::TooLong { found: text.len(), size: N });
        }
        Ok(Self::cut(text))
    }

    /// As much of `text` as fits before the NUL, cut as the kernel cuts `comm` (`strscpy_pad`): by
    /// bytes, at the first NUL.
    ///
    /// A character that does not fit is therefore cut in its middle; so is the kernel's, and only the
    /// same bytes find the same key.
    ///
    /// ```
    /// # use mapkey_ebpf::FixedStr;
    /// let comm = FixedStr::<16>::truncated("kworker/u8:3-events_unbound");
    /// assert_eq!(comm.to_str(), Ok("kworker/u8:3-ev"));
    /// assert_eq!(FixedStr::<4>::truncated("naïve").as_bytes_until_nul(), b"na\xc3");
    /// ```
    #[must_use]
    pub const fn truncated(text: &str) -> Self {
        Self::cut(text.as_bytes())
    }

    const fn cut(text: &[u8]) -> Self {
        let mut bytes = [0; N];
        let mut i = 0;
        while i < text.len() && i + 1 < N && text[i] != 0 {
            bytes[i] = text[i];
            i += 1;
        }
        Self(bytes)
    }

    /// All bytes, the tail included.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; N] {
        &self.0
    }

    /// The text's bytes, up to the first NUL; all of them where there is none.
    #[must_use]
    pub const fn as_bytes_until_nul(&self) -> &[u8] {
        self.split().0
    }

    /// The bytes behind the first NUL, which are to be zero; none where there is no NUL.
    #[must_use]
    pub const fn tail(&self) -> &[u8] {
        self.split().1
    }

    /// The text.
    ///
    /// # Errors
    ///
    /// If the bytes before the NUL are not UTF-8.
    pub const fn to_str(&self) -> Result<&str, Utf8Error> {
        str::from_utf8(self.as_bytes_until_nul())
    }

    /// Whether a byte behind the NUL is not zero.
    #[must_use]
    pub fn has_dirty_tail(&self) -> bool {
        self.tail().iter().any(|&byte| byte != 0)
    }

    /// Whether there is a NUL. Text that was made here has one, text that was read may not.
    #[must_use]
    pub const fn has_nul(&self) -> bool {
        nul_in(&self.0).is_some()
    }

    const fn split(&self) -> (&[u8], &[u8]) {
        match nul_in(&self.0) {
            Some(position) => {
                let (text, rest) = self.0.split_at(position);
                (text, rest.split_at(1).1)
            }
            None => (&self.0, &[]),
        }
    }

    /// What is wrong with the bytes, in brackets; nothing where nothing is.
    fn fmt_fault(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.has_dirty_tail() {
            write!(f, " (dirty tail: {})", SpacedHex(self.tail()))
        } else if N > 0 && !self.has_nul() {
            f.write_str(" (no NUL)")
        } else {
            Ok(())
        }
    }
}

const fn nul_in(bytes: &[u8]) -> Option<usize> {
    let mut i = 0;
    while i < bytes.len() {
        if bytes[i] == 0 {
            return Some(i);
        }
        i += 1;
    }
    None
}

impl<const N: usize> Default for FixedStr<N> {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl<const N: usize> FromStr for FixedStr<N> {
    type Err = FixedStrError;

    fn from_str(text: &str) -> Result<Self, FixedStrError> {
        Self::new(text)
    }
}

impl<const N: usize> TryFrom<&str> for FixedStr<N> {
    type Error = FixedStrError;

    fn try_from(text: &str) -> Result<Self, FixedStrError> {
        Self::new(text)
    }
}

/// The text, a byte that is not UTF-8 as `\xff`; then a dirty tail or a missing NUL.
impl<const N: usize> fmt::Display for FixedStr<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.as_bytes_until_nul().utf8_chunks() {
            f.write_str(chunk.valid())?;
            write!(f, "{}", chunk.invalid().escape_ascii())?;
        }
        self.fmt_fault(f)
    }
}

/// As `Display`, quoted and escaped.
impl<const N: usize> fmt::Debug for FixedStr<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        for chunk in self.as_bytes_until_nul().utf8_chunks() {
            write!(f, "{}{}", chunk.valid().escape_debug(), chunk.invalid().escape_ascii())?;
        }
        f.write_str("\"")?;
        self.fmt_fault(f)
    }
}

// SAFETY: transparent over an array of bytes, of which zeros are a value.
unsafe impl<const N: usize> Zeroable for FixedStr<N> {}
// SAFETY: transparent over an array of bytes, which is `Pod`.
unsafe impl<const N: usize> Pod for FixedStr<N> {}
// SAFETY: the kind covers all `N` bytes and admits every pattern, as the array does.
unsafe impl<const N: usize> MapKey for FixedStr<N> {
    const LAYOUT: Layout = Layout::of::<Self>("", Kind::Text);
}

/// Why a text does not become a [`FixedStr`].
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FixedStrError {
    /// The text leaves no byte for the NUL.
    TooLong {
        /// Bytes of the text.
        found: usize,
        /// Bytes of the `FixedStr`; the text may have one less.
        size: usize,
    },
    /// The text would end at a NUL in its middle.
    Nul {
        /// Where the first NUL is, in bytes.
        position: usize,
    },
}

impl fmt::Display for FixedStrError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::TooLong { size: 0, .. } => {
                f.write_str("a `FixedStr<0>` has no byte for the NUL: give it the size of C's array")
            }
            Self::TooLong { found, size } => {
                let plural = if found == 1 { "" } else { "s" };
                let most = size - 1;
                write!(
                    f,
                    "the text has {found} byte{plural}, and a `FixedStr<{size}>` holds at most {most} before its \
                     NUL; `FixedStr::truncated` cuts it as the kernel does"
                )
            }
            Self::Nul { position } => {
                write!(f, "the text has a NUL at byte {position}, where C's string would end: take the text before it")
            }
        }
    }
}

/// As `Display`: a `main` that returns the error prints it so.
impl fmt::Debug for FixedStrError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl core::error::Error for FixedStrError {}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::format;
    use std::string::ToString;

    use super::*;

    #[test]
    fn takes_what_leaves_room_for_the_nul() {
        assert_eq!(FixedStr::<4>::new("abc").unwrap().bytes(), b"abc\0");
        assert_eq!(FixedStr::<4>::new("abcd"), Err(FixedStrError::TooLong { found: 4, size: 4 }));
        assert_eq!(FixedStr::<4>::new("a\0b"), Err(FixedStrError::Nul { position: 1 }));
        assert_eq!(FixedStr::<4>::new("abcd\0"), Err(FixedStrError::Nul { position: 4 }));
    }

    #[test]
    fn cuts_as_the_kernel_does() {
        assert_eq!(FixedStr::<4>::truncated("abcdef").bytes(), b"abc\0");
        assert_eq!(FixedStr::<4>::truncated("a\0cd").bytes(), b"a\0\0\0");
        assert_eq!(FixedStr::<4>::truncated("").bytes(), &[0; 4]);
    }

    #[test]
    fn the_smallest_sizes() {
        assert_eq!(FixedStr::<1>::new(""), Ok(FixedStr::EMPTY));
        assert_eq!(FixedStr::<1>::new("a"), Err(FixedStrError::TooLong { found: 1, size: 1 }));
        assert_eq!(FixedStr::<1>::truncated("a"), FixedStr::EMPTY);
        assert_eq!(FixedStr::<0>::new(""), Err(FixedStrError::TooLong { found: 0, size: 0 }));
        assert_eq!(FixedStr::<0>::truncated("a").to_string(), "");
    }

    #[test]
    fn shows_what_is_wrong() {
        let no_nul: FixedStr<4> = bytemuck::cast(*b"abcd");
        assert_eq!(format!("{no_nul:?}"), "\"abcd\" (no NUL)");
        assert_eq!(no_nul.tail(), b"");
        assert!(!no_nul.has_dirty_tail());

        let dirty: FixedStr<5> = bytemuck::cast(*b"\"\xff\0a\0");
        assert_eq!(format!("{dirty:?}"), r#""\"\xff" (dirty tail: 61 00)"#);
        assert!(dirty.to_str().is_err());
    }

    #[test]
    fn errors_read_well() {
        let text = |error: FixedStrError| error.to_string();
        assert_eq!(
            text(FixedStrError::Nul { position: 3 }),
            "the text has a NUL at byte 3, where C's string would end: take the text before it"
        );
        assert_eq!(
            text(FixedStrError::TooLong { found: 0, size: 0 }),
            "a `FixedStr<0>` has no byte for the NUL: give it the size of C's array"
        );
        assert!(text(FixedStrError::TooLong { found: 1, size: 1 }).starts_with("the text has 1 byte, "));
    }
}
