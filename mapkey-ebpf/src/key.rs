//! The trait that every key has.

use bytemuck::NoUninit;
use mapkey_layout::Layout;
use mapkey_layout::bytes::{self, DirtyPadding};

use crate::InvalidKey;

/// A type whose bytes are the key of an eBPF map.
///
/// Every byte of it belongs to a field, so that equal keys have equal bytes: the kernel compares
/// `key_size` raw bytes (`kernel/bpf/hashtab.c`, `lookup_elem_raw`). Derive it:
///
/// ```
/// use mapkey_ebpf::{MapKey, Padding};
///
/// #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, MapKey)]
/// #[repr(C)]
/// struct CgroupKey {
///     cgroup_id: u64,
///     attach_type: u32,
///     _pad: Padding<4>,
/// }
///
/// let key = CgroupKey::new(7, 1);
/// assert_eq!(key.as_bytes().len(), 16);
/// assert_eq!(CgroupKey::LAYOUT.fields()[2].offset, 12);
/// ```
///
/// Implementing it by hand is possible and rarely needed.
///
/// # Safety
///
/// [`LAYOUT`](Self::LAYOUT) tells the truth about the type: its size, and for every byte the field
/// that owns it. All bytes in which [`first_invalid`](bytes::first_invalid) finds nothing are a
/// value of the type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no map key",
    label = "this type does not implement `MapKey`",
    note = "a struct becomes a key with `#[derive(Clone, Copy, MapKey)]` and `#[repr(C)]`",
    note = "integers of 8 to 64 bits, `bool`, `Be`, `Le`, `FixedStr<N>`, `Ipv4`, `Ipv6`, `Mac`, `LpmKey` and arrays of \
            these are keys already"
)]
pub unsafe trait MapKey: NoUninit {
    /// The layout, as the compiler that built the type laid it out.
    const LAYOUT: Layout;

    /// The bytes that the kernel compares.
    ///
    /// ```
    /// use mapkey_ebpf::{Be, MapKey};
    ///
    /// assert_eq!(Be::new(443u16).as_bytes(), [0x01, 0xbb]);
    /// ```
    #[must_use]
    #[inline]
    fn as_bytes(&self) -> &[u8] {
        bytemuck::bytes_of(self)
    }

    /// Reads a key from the bytes of a map.
    ///
    /// Dirty padding is kept as it was read; [`dirty_padding`](Self::dirty_padding) tells.
    ///
    /// # Errors
    ///
    /// [`InvalidKey`] if `bytes` has another length than the key, or a field's bytes are no value of
    /// its type: a `bool` of 2, an enum without that variant.
    ///
    /// ```
    /// use mapkey_ebpf::{InvalidKey, MapKey};
    ///
    /// assert_eq!(u16::from_bytes(&[1, 1])?, 257);
    /// assert!(matches!(u16::from_bytes(&[1]), Err(InvalidKey::Length { found: 1, .. })));
    /// # Ok::<(), InvalidKey>(())
    /// ```
    #[inline]
    fn from_bytes(bytes: &[u8]) -> Result<Self, InvalidKey> {
        const { assert!(Self::LAYOUT.size == size_of::<Self>()) };
        if bytes.len() != size_of::<Self>() {
            return Err(InvalidKey::Length { key: const { &Self::LAYOUT }, found: bytes.len() });
        }
        if const { !Self::LAYOUT.any_bit_pattern() }
            && let Some(leaf) = bytes::first_invalid(const { &Self::LAYOUT }, bytes)
        {
            let mut found = [0; 8];
            found[..leaf.layout.size].copy_from_slice(&bytes[leaf.offset..leaf.offset + leaf.layout.size]);
            return Err(InvalidKey::Value { key: const { &Self::LAYOUT }, offset: leaf.offset, found });
        }
        // SAFETY: the length was compared, reading unaligned needs no alignment, and the trait's
        // contract makes bytes without an invalid part a value; a layout of which any bytes are a value has none.
        Ok(unsafe { bytes.as_ptr().cast::<Self>().read_unaligned() })
    }

    /// The runs of padding bytes that are not zero. A key made by its constructor has none; one that
    /// was read from a map can, and the kernel does not find it under a clean key.
    ///
    /// ```
    /// use mapkey_ebpf::{MapKey, Padding};
    ///
    /// #[derive(Clone, Copy, MapKey)]
    /// #[repr(C)]
    /// struct PidKey {
    ///     tgid: u32,
    ///     kind: u8,
    ///     _pad: Padding<3>,
    /// }
    ///
    /// let read = PidKey::from_bytes(&[1, 0, 0, 0, 2, 0, 0x7f, 0])?;
    /// assert_eq!(read.dirty_padding().to_string(), "6..7 (`_pad`): 7f");
    /// assert_eq!(PidKey::new(1, 2).dirty_padding().count(), 0);
    /// # Ok::<(), mapkey_ebpf::InvalidKey>(())
    /// ```
    #[must_use]
    fn dirty_padding(&self) -> DirtyPadding<'_> {
        DirtyPadding::new(const { &Self::LAYOUT }, self.as_bytes())
    }
}

/// A key that mirrors a type of the kernel: `#[mapkey(kernel = "...")]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is an own key: it names no type of the kernel that it could be held against",
    label = "no `#[mapkey(kernel = \"...\")]` on this key",
    note = "an own key is checked when its map opens, against the object or a BTF file with `validate_against`, or at \
            build time"
)]
pub trait KernelKey: MapKey {}
