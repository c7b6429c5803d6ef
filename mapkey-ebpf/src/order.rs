//! Integers whose bytes are in a fixed order.

use core::hash::Hash;
use core::{cmp, fmt, mem};

use bytemuck::{Pod, Zeroable};
use mapkey_layout::{ByteOrder, Kind, Layout};

use crate::MapKey;

/// The integers that [`Be`] and [`Le`] hold: `u16`, `u32`, `u64`, `i16`, `i32` and `i64`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be inside `Be` or `Le`",
    label = "expected `u16`, `u32`, `u64`, `i16`, `i32` or `i64` inside `Be` or `Le`",
    note = "one byte has no order: use `u8` or `i8` without a wrapper",
    note = "`usize` and `isize` have another width on the other side of the map: use `u64` or `u32`",
    note = "for other bytes in a fixed order there are `[u8; N]`, `Ipv4`, `Ipv6` and `Mac`"
)]
pub trait Integer:
    sealed::Swap + Pod + Ord + Hash + fmt::Debug + fmt::Display + fmt::LowerHex + fmt::UpperHex + sealed::Named
{
}

mod sealed {
    /// An integer of Rust's. There are more of them than [`Integer`](super::Integer) allows, so that
    /// a key with a field `Be<u8>` has one error, about `MapKey`, and none for each other derive.
    pub trait Swap: Copy {}

    pub trait Named {
        const SIGNED: bool;
        const BE_NAME: &'static str;
        const LE_NAME: &'static str;
    }
}

macro_rules! integers {
    ($signed:literal: $($int:ident)*) => {$(
        impl sealed::Named for $int {
            const SIGNED: bool = $signed;
            const BE_NAME: &'static str = concat!("Be<", stringify!($int), ">");
            const LE_NAME: &'static str = concat!("Le<", stringify!($int), ">");
        }
        impl Integer for $int {}
        impl From<Be<$int>> for $int {
            #[inline]
            fn from(ordered: Be<$int>) -> Self {
                ordered.get()
            }
        }
        impl From<Le<$int>> for $int {
            #[inline]
            fn from(ordered: Le<$int>) -> Self {
                ordered.get()
            }
        }
    )*};
}

integers!(false: u16 u32 u64);
integers!(true: i16 i32 i64);

macro_rules! swap {
    ($($int:ident)*) => { $(impl sealed::Swap for $int {})* };
}

swap!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);

/// The integer with its bytes reversed.
const fn swapped<T: sealed::Swap>(value: T) -> T {
    // SAFETY: in each arm both types have the size that was matched, and every pattern of bits is a
    // value of either, for `T` is an integer: this module alone implements `Swap`.
    unsafe {
        match size_of::<T>() {
            2 => mem::transmute_copy(&mem::transmute_copy::<T, u16>(&value).swap_bytes()),
            4 => mem::transmute_copy(&mem::transmute_copy::<T, u32>(&value).swap_bytes()),
            8 => mem::transmute_copy(&mem::transmute_copy::<T, u64>(&value).swap_bytes()),
            16 => mem::transmute_copy(&mem::transmute_copy::<T, u128>(&value).swap_bytes()),
            _ => value,
        }
    }
}

/// From this machine's order to big-endian, and back.
const fn big_endian<T: sealed::Swap>(value: T) -> T {
    if cfg!(target_endian = "big") { value } else { swapped(value) }
}

/// From this machine's order to little-endian, and back.
const fn little_endian<T: sealed::Swap>(value: T) -> T {
    if cfg!(target_endian = "little") { value } else { swapped(value) }
}

/// An integer whose most significant byte comes first: network order, the kernel's `__beN`.
///
/// It is aligned as `T` is, and so as C aligns the kernel's type.
///
/// ```
/// use mapkey_ebpf::{Be, MapKey};
///
/// let port = Be::new(443u16);
/// assert_eq!(port.as_bytes(), [0x01, 0xbb]);
/// assert_eq!(port.get(), 443);
/// assert_eq!(format!("{port} {port:#06x}"), "443 0x01bb");
/// assert!(Be::new(2u16) < Be::new(256), "ordered by value");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Be<T>(T);

impl<T: Integer> Be<T> {
    /// The integer `value` in big-endian order.
    #[must_use]
    #[inline]
    pub const fn new(value: T) -> Self {
        Self(big_endian(value))
    }

    /// The value, as this machine computes with it.
    #[must_use]
    #[inline]
    pub const fn get(self) -> T {
        big_endian(self.0)
    }

    /// Takes an integer whose bytes *in memory* are in big-endian order already, as a packet or a
    /// struct of the kernel's holds it, and converts nothing.
    ///
    /// ```
    /// # use mapkey_ebpf::Be;
    /// let in_packet = u16::from_ne_bytes([0x01, 0xbb]);
    /// assert_eq!(Be::from_raw(in_packet), Be::new(443));
    /// ```
    #[must_use]
    #[inline]
    pub const fn from_raw(raw: T) -> Self {
        Self(raw)
    }

    /// The bytes in memory, taken as an integer of this machine: what a helper of the kernel expects
    /// where its parameter is a `__beN`.
    #[must_use]
    #[inline]
    pub const fn to_raw(self) -> T {
        self.0
    }
}

/// An integer whose least significant byte comes first, the kernel's `__leN`.
///
/// It is aligned as `T` is, and so as C aligns the kernel's type.
///
/// ```
/// use mapkey_ebpf::{Le, MapKey};
///
/// let port = Le::new(443u16);
/// assert_eq!(port.as_bytes(), [0xbb, 0x01]);
/// assert_eq!(port.get(), 443);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Le<T>(T);

impl<T: Integer> Le<T> {
    /// The integer `value` in little-endian order.
    #[must_use]
    #[inline]
    pub const fn new(value: T) -> Self {
        Self(little_endian(value))
    }

    /// The value, as this machine computes with it.
    #[must_use]
    #[inline]
    pub const fn get(self) -> T {
        little_endian(self.0)
    }

    /// Takes an integer whose bytes *in memory* are in little-endian order already, and converts
    /// nothing.
    #[must_use]
    #[inline]
    pub const fn from_raw(raw: T) -> Self {
        Self(raw)
    }

    /// The bytes in memory, taken as an integer of this machine.
    #[must_use]
    #[inline]
    pub const fn to_raw(self) -> T {
        self.0
    }
}

/// What `Be` and `Le` have in common.
macro_rules! ordered {
    ($name:ident, $order:ident, $convert:ident, $layout_name:ident) => {
        impl<T: Integer> From<T> for $name<T> {
            #[inline]
            fn from(value: T) -> Self {
                Self::new(value)
            }
        }

        impl<T: Integer + Default> Default for $name<T> {
            #[inline]
            fn default() -> Self {
                Self::new(T::default())
            }
        }

        /// By value, not by bytes.
        impl<T: sealed::Swap + Ord> Ord for $name<T> {
            fn cmp(&self, other: &Self) -> cmp::Ordering {
                $convert(self.0).cmp(&$convert(other.0))
            }
        }

        impl<T: sealed::Swap + Ord> PartialOrd for $name<T> {
            fn partial_cmp(&self, other: &Self) -> Option<cmp::Ordering> {
                Some(self.cmp(other))
            }
        }

        ordered!(@format $name $convert: Debug Display LowerHex UpperHex);

        // SAFETY: transparent over an integer, of which zero is a value.
        unsafe impl<T: Integer> Zeroable for $name<T> {}
        // SAFETY: transparent over an integer, which is `Pod`.
        unsafe impl<T: Integer> Pod for $name<T> {}
        // SAFETY: an integer is all of its bytes, and every pattern of bits is a value.
        unsafe impl<T: Integer> MapKey for $name<T> {
            const LAYOUT: Layout =
                Layout::of::<Self>(T::$layout_name, Kind::Int { signed: T::SIGNED, order: ByteOrder::$order });
        }
    };
    (@format $name:ident $convert:ident: $($format:ident)*) => {$(
        /// By value.
        impl<T: sealed::Swap + fmt::$format> fmt::$format for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::$format::fmt(&$convert(self.0), f)
            }
        }
    )*};
}

ordered!(Be, Big, big_endian, BE_NAME);
ordered!(Le, Little, little_endian, LE_NAME);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_integer_comes_back() {
        fn check<T: Integer>(values: &[T]) {
            for &value in values {
                assert_eq!(Be::new(value).get(), value);
                assert_eq!(Le::new(value).get(), value);
                assert_eq!(Be::from_raw(Be::new(value).to_raw()), Be::new(value));
                assert!(Be::new(value).as_bytes().iter().eq(Le::new(value).as_bytes().iter().rev()));
            }
        }
        check(&[0, 1, 0x0102, u16::MAX]);
        check(&[0, 1, 0x0102_0304, u32::MAX]);
        check(&[0, 1, 0x0102_0304_0506_0708, u64::MAX]);
        check(&[0, -1, i16::MIN, i16::MAX]);
        check(&[0, -1, i32::MIN, i32::MAX]);
        check(&[0, -1, i64::MIN, i64::MAX]);
    }

    #[test]
    fn bytes_are_in_order() {
        const BE: Be<u32> = Be::new(0x0102_0304);
        assert_eq!(BE.as_bytes(), [1, 2, 3, 4]);
        assert_eq!(Le::new(0x0102_0304_0506_0708i64).as_bytes(), [8, 7, 6, 5, 4, 3, 2, 1]);
        assert_eq!(Be::new(-2i16).as_bytes(), [0xff, 0xfe]);
    }

    #[test]
    fn layouts_are_named_as_written() {
        assert_eq!(Be::<u32>::LAYOUT.name, "Be<u32>");
        assert_eq!(Le::<i64>::LAYOUT.name, "Le<i64>");
        assert_eq!(Be::<i16>::LAYOUT.kind, Kind::Int { signed: true, order: ByteOrder::Big });
        assert_eq!(align_of::<Be<u64>>(), align_of::<u64>());
    }
}
