//! A pointer of the kernel's.

use core::fmt;

use bytemuck::{Pod, Zeroable};
use mapkey_layout::{Kind, Layout};

use crate::MapKey;

/// An address in the kernel's memory, as programs put it into keys to tell objects apart (`struct
/// sock *`). It is 64 bits on every machine that runs eBPF programs, and nothing follows it.
///
/// ```
/// use mapkey_ebpf::KernelPtr;
///
/// let sock = KernelPtr::new(0xffff_8880_03a4_b000);
/// assert_eq!(sock.to_string(), "0xffff888003a4b000");
/// assert_eq!(sock.addr(), 0xffff_8880_03a4_b000);
/// assert!(KernelPtr::NULL.is_null());
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct KernelPtr(u64);

impl KernelPtr {
    /// The null pointer.
    pub const NULL: Self = Self(0);

    /// The pointer with this address.
    #[must_use]
    #[inline]
    pub const fn new(addr: u64) -> Self {
        Self(addr)
    }

    /// The address.
    #[must_use]
    #[inline]
    pub const fn addr(self) -> u64 {
        self.0
    }

    /// Whether this is the null pointer.
    #[must_use]
    #[inline]
    pub const fn is_null(self) -> bool {
        self.0 == 0
    }
}

impl From<u64> for KernelPtr {
    #[inline]
    fn from(addr: u64) -> Self {
        Self(addr)
    }
}

impl From<KernelPtr> for u64 {
    #[inline]
    fn from(pointer: KernelPtr) -> Self {
        pointer.0
    }
}

/// Inside a bpf program: the pointer that a context or a helper gave.
impl<T> From<*const T> for KernelPtr {
    #[inline]
    fn from(pointer: *const T) -> Self {
        Self(pointer.addr() as u64)
    }
}

impl<T> From<*mut T> for KernelPtr {
    #[inline]
    fn from(pointer: *mut T) -> Self {
        Self(pointer.addr() as u64)
    }
}

impl fmt::Display for KernelPtr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.0)
    }
}

impl fmt::Debug for KernelPtr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

// SAFETY: transparent over a `u64`, of which zero is a value.
unsafe impl Zeroable for KernelPtr {}
// SAFETY: transparent over a `u64`, which is `Pod`.
unsafe impl Pod for KernelPtr {}
// SAFETY: the kind covers all eight bytes and admits every pattern, as `u64` does.
unsafe impl MapKey for KernelPtr {
    const LAYOUT: Layout = Layout::of::<Self>("KernelPtr", Kind::Pointer);
}
