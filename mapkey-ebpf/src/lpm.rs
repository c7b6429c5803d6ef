//! Keys of longest-prefix-match tries.

use core::fmt;

use bytemuck::{Pod, Zeroable};
use mapkey_layout::{Field, Kind, Layout};

use crate::order::Integer;
use crate::{Be, Ipv4, Ipv6, Mac, MapKey};

/// Data of which a trie can compare prefixes: `[u8; N]`, [`Be`], [`Ipv4`], [`Ipv6`] and [`Mac`].
#[diagnostic::on_unimplemented(
    message = "an `LpmKey` cannot hold `{Self}`",
    label = "tries compare the most significant bit first: use `Be<_>`, `[u8; N]`, `Ipv4`, `Ipv6` or `Mac`",
    note = "a prefix of a native integer would begin at its least significant byte, see `kernel/bpf/lpm_trie.c`"
)]
pub trait LpmData: sealed::Sealed + MapKey + Pod + Ord + core::hash::Hash + fmt::Debug {}

mod sealed {
    pub trait Sealed {
        /// Prints the data as a person reads it in front of `/24`.
        fn fmt_data(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result;
    }
}

fn fmt_hex(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("0x")?;
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

impl<const N: usize> LpmData for [u8; N] {}
impl<const N: usize> sealed::Sealed for [u8; N] {
    fn fmt_data(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt_hex(self, f)
    }
}

impl<T: Integer> LpmData for Be<T> {}
impl<T: Integer> sealed::Sealed for Be<T> {
    fn fmt_data(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt_hex(self.as_bytes(), f)
    }
}

macro_rules! addresses {
    ($($address:ty)*) => {$(
        impl LpmData for $address {}
        impl sealed::Sealed for $address {
            fn fmt_data(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    )*};
}

addresses!(Ipv4 Ipv6 Mac);

/// The key of a `BPF_MAP_TYPE_LPM_TRIE`: how many bits of `data` count, and `data`. The kernel's
/// `struct bpf_lpm_trie_key_u8` and what C programs declare after it.
///
/// In a trie, bits behind the prefix are not compared: `192.0.2.1/24` and `192.0.2.7/24` are one
/// entry, and a lookup finds the longest prefix that fits.
///
/// ```
/// use mapkey_ebpf::{Ipv4, LpmKey, MapKey};
///
/// let net = LpmKey::new(24, Ipv4::new(192, 0, 2, 0))?;
/// assert_eq!(net.to_string(), "192.0.2.0/24");
/// assert_eq!(net.as_bytes()[4..], [192, 0, 2, 0]);
/// assert_eq!(
///     LpmKey::new(33, Ipv4::new(192, 0, 2, 0)).unwrap_err().to_string(),
///     "a prefix of 33 bits is too long: `Ipv4` has 32 bits",
/// );
/// # Ok::<(), mapkey_ebpf::PrefixTooLong>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(C, packed)]
pub struct LpmKey<T> {
    prefix_len: u32,
    data: T,
}

impl<T: LpmData> LpmKey<T> {
    /// The bits that the data has: the longest prefix.
    #[allow(clippy::cast_possible_truncation)] // asserted first
    pub const MAX_PREFIX_LEN: u32 = {
        assert!(
            size_of::<T>() > 0 && size_of::<T>() <= 256,
            "a trie's data has from 1 to 256 bytes (`LPM_DATA_SIZE_MAX`)"
        );
        size_of::<T>() as u32 * 8
    };

    /// The key for the first `prefix_len` bits of `data`.
    ///
    /// # Errors
    ///
    /// If `data` has fewer bits: the kernel answers EINVAL to an update and ENOENT to a lookup with
    /// such a key (`kernel/bpf/lpm_trie.c`).
    #[inline]
    pub const fn new(prefix_len: u32, data: T) -> Result<Self, PrefixTooLong> {
        if prefix_len > Self::MAX_PREFIX_LEN {
            return Err(PrefixTooLong { data: const { &T::LAYOUT }, found: prefix_len, most: Self::MAX_PREFIX_LEN });
        }
        Ok(Self { prefix_len, data })
    }

    /// The key for all bits of `data`, as a program asks a trie about one address.
    #[must_use]
    #[inline]
    pub const fn exact(data: T) -> Self {
        Self { prefix_len: Self::MAX_PREFIX_LEN, data }
    }

    /// How many bits of the data count. A key that was read can have more than
    /// [`MAX_PREFIX_LEN`](Self::MAX_PREFIX_LEN).
    #[must_use]
    #[inline]
    pub const fn prefix_len(&self) -> u32 {
        self.prefix_len
    }

    /// The data, with the bits behind the prefix as they were given.
    #[must_use]
    #[inline]
    pub const fn data(&self) -> T {
        self.data
    }
}

impl<T: LpmData> fmt::Display for LpmKey<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.data().fmt_data(f)?;
        write!(f, "/{}", self.prefix_len())
    }
}

/// As `Display`, with the data's own `Debug`.
impl<T: Copy + fmt::Debug> fmt::Debug for LpmKey<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { prefix_len, data } = *self;
        write!(f, "{data:?}/{prefix_len}")
    }
}

// SAFETY: zeros are a `u32`, and a `T`, which is `Pod`.
unsafe impl<T: LpmData> Zeroable for LpmKey<T> {}
// SAFETY: both fields are `Pod`, and a packed struct has no other bytes.
unsafe impl<T: LpmData> Pod for LpmKey<T> {}
// SAFETY: the two fields own all bytes of the packed struct, and any bytes are a value.
unsafe impl<T: LpmData> MapKey for LpmKey<T> {
    const LAYOUT: Layout = Layout::of::<Self>(
        "LpmKey",
        Kind::Struct {
            fields: const {
                &[
                    Field::new("prefix_len", core::mem::offset_of!(Self, prefix_len), &u32::LAYOUT)
                        .renamed("prefixlen"),
                    Field::new("data", core::mem::offset_of!(Self, data), &T::LAYOUT),
                ]
            },
            transparent: false,
        },
    );
}

/// The prefix of an [`LpmKey`] has more bits than its data.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PrefixTooLong {
    /// The layout of the data.
    pub data: &'static Layout,
    /// How many bits the prefix has.
    pub found: u32,
    /// How many bits the data has.
    pub most: u32,
}

impl fmt::Display for PrefixTooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { data, found, most } = self;
        write!(f, "a prefix of {found} bits is too long: `{}` has {most} bits", data.spelling())
    }
}

/// As `Display`: a `main` that returns the error prints it so.
impl fmt::Debug for PrefixTooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl core::error::Error for PrefixTooLong {}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::format;
    use std::string::ToString;

    use super::*;

    #[test]
    fn is_packed_and_laid_out_as_the_kernels() {
        assert_eq!(size_of::<LpmKey<Be<u64>>>(), 12);
        assert_eq!(align_of::<LpmKey<Be<u64>>>(), 1);
        let [len, data] = LpmKey::<Be<u64>>::LAYOUT.fields() else { panic!("two fields") };
        assert_eq!((len.offset, len.rename, data.offset), (0, Some("prefixlen"), 4));
        assert_eq!(LpmKey::<[u8; 6]>::LAYOUT.spelling().to_string(), "LpmKey<[u8; 6]>");
    }

    #[test]
    fn a_prefix_fits_its_data() {
        assert_eq!(LpmKey::new(48, [0u8; 6]).unwrap(), LpmKey::exact([0; 6]));
        let error = LpmKey::new(49, [0u8; 6]).unwrap_err();
        assert_eq!((error.found, error.most), (49, 48));
    }

    #[test]
    fn shows_data_and_prefix() {
        assert_eq!(LpmKey::new(12, [0xac, 0x10]).unwrap().to_string(), "0xac10/12");
        assert_eq!(LpmKey::new(9, Be::new(0x0a80u16)).unwrap().to_string(), "0x0a80/9");
        assert_eq!(format!("{:?}", LpmKey::exact(Ipv6::from_octets([0; 16]))), "::/128");
        let read = LpmKey::<Ipv4>::from_bytes(&[0xff; 8]).unwrap();
        assert_eq!(read.to_string(), "255.255.255.255/4294967295");
    }
}
