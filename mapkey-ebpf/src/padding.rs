//! Bytes that carry no value.

use core::fmt;

use bytemuck::{Pod, Zeroable};
use mapkey_layout::{Kind, Layout};

use crate::MapKey;
use crate::hex::SpacedHex;

/// `N` bytes of a key that carry no value: what C calls padding, as a field that somebody owns.
///
/// The kernel compares padding like every other byte, so it has to be zero on both sides of a map.
/// Safe code makes zeros only, by [`Padding::ZERO`] or `Default`; the constructor that
/// `#[derive(MapKey)]` writes does it for you. Any bytes are still a value, so that a key with dirty
/// padding can be read from a map and be seen: [`PartialEq`], [`Hash`] and [`Debug`](fmt::Debug) look
/// at the bytes.
///
/// ```
/// use mapkey_ebpf::Padding;
///
/// assert_eq!(format!("{:?}", Padding::<3>::ZERO), "Padding<3>");
///
/// let dirty: Padding<3> = bytemuck::cast([0u8, 0x2a, 0]);
/// assert_ne!(dirty, Padding::ZERO);
/// assert_eq!(format!("{dirty:?}"), "Padding<3>(dirty: 00 2a 00)");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Padding<const N: usize>([u8; N]);

impl<const N: usize> Padding<N> {
    /// Padding as it has to be.
    pub const ZERO: Self = Self([0; N]);

    /// The bytes as they are.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; N] {
        &self.0
    }

    /// Whether any byte is not zero. Such a key was not made by its constructor, and the kernel does
    /// not find it under a clean one.
    ///
    /// ```
    /// # use mapkey_ebpf::Padding;
    /// assert!(!Padding::<4>::ZERO.is_dirty());
    /// assert!(bytemuck::cast::<[u8; 4], Padding<4>>([0, 0, 0, 1]).is_dirty());
    /// ```
    #[must_use]
    pub fn is_dirty(&self) -> bool {
        self.0.iter().any(|&byte| byte != 0)
    }
}

impl<const N: usize> Default for Padding<N> {
    #[inline]
    fn default() -> Self {
        Self::ZERO
    }
}

impl<const N: usize> fmt::Debug for Padding<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Padding<{N}>")?;
        if self.is_dirty() { write!(f, "(dirty: {})", SpacedHex(&self.0)) } else { Ok(()) }
    }
}

// SAFETY: transparent over an array of bytes, of which zeros are a value.
unsafe impl<const N: usize> Zeroable for Padding<N> {}
// SAFETY: transparent over an array of bytes, which is `Pod`.
unsafe impl<const N: usize> Pod for Padding<N> {}
// SAFETY: the kind covers all `N` bytes and admits every pattern, as the array does.
unsafe impl<const N: usize> MapKey for Padding<N> {
    const LAYOUT: Layout = Layout::of::<Self>("", Kind::Padding);
}
