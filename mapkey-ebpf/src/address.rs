//! Addresses in the order in which they go over the wire.

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use core::str::FromStr;

use bytemuck::{Pod, Zeroable};
use mapkey_layout::{Kind, Layout};

use crate::{Be, MapKey};

/// An IPv4 address, the kernel's `__be32` or `struct in_addr`, aligned to 4 bytes as these are.
///
/// ```
/// use core::net::Ipv4Addr;
/// use mapkey_ebpf::{Ipv4, MapKey};
///
/// let addr: Ipv4 = "192.0.2.1".parse()?;
/// assert_eq!(addr, Ipv4::from(Ipv4Addr::new(192, 0, 2, 1)));
/// assert_eq!(addr.as_bytes(), [192, 0, 2, 1]);
/// assert_eq!(
///     "::1".parse::<Ipv4>().unwrap_err().to_string(),
///     "found an IPv6 address, expected an IPv4 address such as 192.0.2.1",
/// );
/// # Ok::<(), mapkey_ebpf::ParseAddressError>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Ipv4(Be<u32>);

impl Ipv4 {
    /// The address `a.b.c.d`.
    #[must_use]
    #[inline]
    pub const fn new(a: u8, b: u8, c: u8, d: u8) -> Self {
        Self::from_octets([a, b, c, d])
    }

    /// The address with these octets, the first one first on the wire.
    #[must_use]
    #[inline]
    pub const fn from_octets(octets: [u8; 4]) -> Self {
        Self(Be::from_raw(u32::from_ne_bytes(octets)))
    }

    /// The octets, the first one first on the wire.
    #[must_use]
    #[inline]
    pub const fn octets(self) -> [u8; 4] {
        self.0.to_raw().to_ne_bytes()
    }

    /// The address as a number.
    #[must_use]
    #[inline]
    pub const fn to_be(self) -> Be<u32> {
        self.0
    }
}

impl From<Be<u32>> for Ipv4 {
    #[inline]
    fn from(addr: Be<u32>) -> Self {
        Self(addr)
    }
}

impl From<Ipv4> for Be<u32> {
    #[inline]
    fn from(addr: Ipv4) -> Self {
        addr.0
    }
}

/// An IPv6 address, the kernel's `struct in6_addr`, aligned to 4 bytes as that is.
///
/// ```
/// use core::net::Ipv6Addr;
/// use mapkey_ebpf::Ipv6;
///
/// let addr: Ipv6 = "2001:db8::1".parse()?;
/// assert_eq!(Ipv6Addr::from(addr).segments()[..2], [0x2001, 0xdb8]);
/// assert_eq!(addr.to_string(), "2001:db8::1");
/// # Ok::<(), mapkey_ebpf::ParseAddressError>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Ipv6([Be<u32>; 4]);

impl Ipv6 {
    /// The address with these octets, the first one first on the wire.
    #[must_use]
    #[inline]
    pub const fn from_octets(octets: [u8; 16]) -> Self {
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = octets;
        Self([
            Be::from_raw(u32::from_ne_bytes([a, b, c, d])),
            Be::from_raw(u32::from_ne_bytes([e, f, g, h])),
            Be::from_raw(u32::from_ne_bytes([i, j, k, l])),
            Be::from_raw(u32::from_ne_bytes([m, n, o, p])),
        ])
    }

    /// The octets, the first one first on the wire.
    #[must_use]
    #[inline]
    pub const fn octets(self) -> [u8; 16] {
        let [[a, b, c, d], [e, f, g, h], [i, j, k, l], [m, n, o, p]] = [
            self.0[0].to_raw().to_ne_bytes(),
            self.0[1].to_raw().to_ne_bytes(),
            self.0[2].to_raw().to_ne_bytes(),
            self.0[3].to_raw().to_ne_bytes(),
        ];
        [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p]
    }
}

macro_rules! internet_address {
    ($name:ident, $core:ident, $len:literal) => {
        impl From<$core> for $name {
            #[inline]
            fn from(addr: $core) -> Self {
                Self::from_octets(addr.octets())
            }
        }

        impl From<$name> for $core {
            #[inline]
            fn from(addr: $name) -> Self {
                Self::from(addr.octets())
            }
        }

        impl From<[u8; $len]> for $name {
            #[inline]
            fn from(octets: [u8; $len]) -> Self {
                Self::from_octets(octets)
            }
        }

        impl From<$name> for [u8; $len] {
            #[inline]
            fn from(addr: $name) -> Self {
                addr.octets()
            }
        }

        impl From<$name> for IpAddr {
            #[inline]
            fn from(addr: $name) -> Self {
                $core::from(addr).into()
            }
        }

        impl FromStr for $name {
            type Err = ParseAddressError;

            fn from_str(text: &str) -> Result<Self, ParseAddressError> {
                match text.parse::<$core>() {
                    Ok(addr) => Ok(addr.into()),
                    Err(_) => Err(ParseAddressError { expected: AddressKind::$name, found: AddressKind::of(text) }),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&$core::from(*self), f)
            }
        }
    };
}

internet_address!(Ipv4, Ipv4Addr, 4);
internet_address!(Ipv6, Ipv6Addr, 16);

/// A MAC address, six bytes without alignment.
///
/// ```
/// use mapkey_ebpf::Mac;
///
/// let addr: Mac = "02:00:5e:10:00:01".parse()?;
/// assert_eq!(addr.octets(), [0x02, 0x00, 0x5e, 0x10, 0x00, 0x01]);
/// assert_eq!(addr.to_string(), "02:00:5e:10:00:01");
/// # Ok::<(), mapkey_ebpf::ParseAddressError>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Mac([u8; 6]);

impl Mac {
    /// The address with these octets.
    #[must_use]
    #[inline]
    pub const fn from_octets(octets: [u8; 6]) -> Self {
        Self(octets)
    }

    /// The octets.
    #[must_use]
    #[inline]
    pub const fn octets(self) -> [u8; 6] {
        self.0
    }

    fn parse(text: &str) -> Option<Self> {
        let separator = if text.contains('-') { '-' } else { ':' };
        let mut groups = text.split(separator);
        let mut octets = [0; 6];
        for octet in &mut octets {
            let group = groups
                .next()
                .filter(|group| matches!(group.as_bytes(), [b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F', _]))?;
            *octet = u8::from_str_radix(group, 16).ok()?;
        }
        groups.next().is_none().then_some(Self(octets))
    }
}

impl From<[u8; 6]> for Mac {
    #[inline]
    fn from(octets: [u8; 6]) -> Self {
        Self(octets)
    }
}

impl From<Mac> for [u8; 6] {
    #[inline]
    fn from(addr: Mac) -> Self {
        addr.0
    }
}

/// Six groups of two hexadecimal digits, with colons or hyphens between them.
impl FromStr for Mac {
    type Err = ParseAddressError;

    fn from_str(text: &str) -> Result<Self, ParseAddressError> {
        Self::parse(text).ok_or_else(|| ParseAddressError { expected: AddressKind::Mac, found: AddressKind::of(text) })
    }
}

impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x}")
    }
}

macro_rules! address_key {
    ($($name:ident)*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        // SAFETY: transparent over `Be`s or bytes, of which zeros are values.
        unsafe impl Zeroable for $name {}
        // SAFETY: transparent over `Be`s or bytes, which are `Pod`.
        unsafe impl Pod for $name {}
        // SAFETY: the kind covers all bytes and admits every pattern, as the type does.
        unsafe impl MapKey for $name {
            const LAYOUT: Layout = Layout::of::<Self>(stringify!($name), Kind::Address);
        }
    )*};
}

address_key!(Ipv4 Ipv6 Mac);

/// The kinds of addresses that a text can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AddressKind {
    /// An [`Ipv4`].
    Ipv4,
    /// An [`Ipv6`].
    Ipv6,
    /// A [`Mac`].
    Mac,
}

impl AddressKind {
    fn of(text: &str) -> Option<Self> {
        match text.parse::<IpAddr>() {
            Ok(IpAddr::V4(_)) => Some(Self::Ipv4),
            Ok(IpAddr::V6(_)) => Some(Self::Ipv6),
            Err(_) => Mac::parse(text).map(|_| Self::Mac),
        }
    }
}

impl fmt::Display for AddressKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ipv4 => "an IPv4 address",
            Self::Ipv6 => "an IPv6 address",
            Self::Mac => "a MAC address",
        })
    }
}

/// A text is not the address that was wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParseAddressError {
    /// The kind of address that was wanted.
    pub expected: AddressKind,
    /// The kind of address that the text is, if it is one.
    pub found: Option<AddressKind>,
}

impl fmt::Display for ParseAddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.found {
            Some(found) => write!(f, "found {found}")?,
            None => f.write_str("found no address")?,
        }
        let example = match self.expected {
            AddressKind::Ipv4 => "192.0.2.1",
            AddressKind::Ipv6 => "2001:db8::1",
            AddressKind::Mac => "02:00:5e:10:00:01",
        };
        write!(f, ", expected {} such as {example}", self.expected)
    }
}

/// As `Display`: a `main` that returns the error prints it so.
impl fmt::Debug for ParseAddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl core::error::Error for ParseAddressError {}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::format;
    use std::string::ToString;

    use super::*;

    #[test]
    fn octets_are_in_wire_order() {
        let octets = core::array::from_fn(|index| u8::try_from(index).unwrap());
        assert_eq!(Ipv6::from_octets(octets).as_bytes(), octets);
        assert_eq!(<[u8; 16]>::from(Ipv6::from(octets)), octets);
        assert_eq!(Ipv4::new(10, 0, 0, 1).to_be().get(), 0x0a00_0001);
        assert_eq!(<[u8; 4]>::from(Ipv4::from([10, 0, 0, 1])), [10, 0, 0, 1]);
        assert!(Ipv4::new(9, 0, 0, 200) < Ipv4::new(10, 0, 0, 1));
    }

    #[test]
    fn alignment_is_c_s() {
        assert_eq!((align_of::<Ipv4>(), align_of::<Ipv6>(), align_of::<Mac>()), (4, 4, 1));
        #[repr(C, packed)]
        struct Packed(#[allow(dead_code)] u8, #[allow(dead_code)] Ipv6);
        assert_eq!(size_of::<Packed>(), 17);
    }

    #[test]
    fn mac_addresses_are_read() {
        let mac = Mac::from_octets([0xaa, 0, 0xbb, 1, 0xcc, 2]);
        assert_eq!("aa:00:bb:01:cc:02".parse(), Ok(mac));
        assert_eq!("AA-00-BB-01-CC-02".parse(), Ok(mac));
        for wrong in
            ["", "aa:00:bb:01:cc", "aa:00:bb:01:cc:02:03", "aa:0:bb:01:cc:02", "+a:00:bb:01:cc:02", "aa-00:bb:01:cc:02"]
        {
            let error = wrong.parse::<Mac>().unwrap_err();
            assert_eq!(error.found, None, "{wrong}");
        }
        assert_eq!(format!("{mac:?}"), "aa:00:bb:01:cc:02");
    }

    #[test]
    fn errors_say_what_was_found() {
        assert_eq!(
            "10.0.0".parse::<Ipv4>().unwrap_err().to_string(),
            "found no address, expected an IPv4 address such as 192.0.2.1"
        );
        assert_eq!(
            "02:00:5e:10:00:01".parse::<Ipv6>().unwrap_err().to_string(),
            "found a MAC address, expected an IPv6 address such as 2001:db8::1"
        );
        assert_eq!(
            "10.0.0.1".parse::<Mac>().unwrap_err().to_string(),
            "found an IPv4 address, expected a MAC address such as 02:00:5e:10:00:01"
        );
    }
}
