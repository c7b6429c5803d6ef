//! What both sides of an eBPF map share: the trait [`MapKey`], its derive, and types for the fields of
//! keys.
//!
//! The kernel compares the raw bytes of keys. A key type that derives `MapKey` therefore has no byte
//! without an owner, and no byte whose order is a matter of opinion:
//!
//! ```
//! use mapkey_ebpf::{Be, MapKey, Padding};
//!
//! #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, MapKey)]
//! #[repr(C)]
//! pub struct FlowKey {
//!     pub saddr: Be<u32>,
//!     pub daddr: Be<u32>,
//!     pub sport: Be<u16>,
//!     pub dport: Be<u16>,
//!     #[mapkey(rename = "l4_proto")]
//!     pub proto: u8,
//!     pub _pad: Padding<3>,
//! }
//!
//! // Padding is not an argument: it is zero.
//! let key = FlowKey::new(Be::new(0xc000_0201), Be::new(0xc633_6402), Be::new(49152), Be::new(443), 6);
//! assert_eq!(
//!     key.as_bytes(),
//!     [192, 0, 2, 1, 198, 51, 100, 2, 0xc0, 0, 0x01, 0xbb, 6, 0, 0, 0],
//! );
//! assert_eq!(FlowKey::from_bytes(key.as_bytes())?, key);
//! # Ok::<(), mapkey_ebpf::InvalidKey>(())
//! ```
//!
//! # Types for fields
//!
//! | type | for |
//! |---|---|
//! | `u8` to `u64`, `i8` to `i64`, `bool`, `[T; N]` | themselves |
//! | [`Padding<N>`](Padding) | bytes that carry no value: C's padding, with an owner |
//! | [`Be<T>`](Be), [`Le<T>`](Le) | integers in network order, and in the reverse |
//! | [`FixedStr<N>`](FixedStr) | `char name[N]` |
//! | [`Ipv4`], [`Ipv6`], [`Mac`] | addresses |
//! | [`LpmKey<T>`](LpmKey) | keys of longest-prefix-match tries |
//! | [`KernelPtr`] | addresses in the kernel's memory |
//!
//! Each of them is a [`MapKey`] by itself, and [`bytemuck::Pod`] as far as any bytes are a value.
//!
//! # Both sides
//!
//! This crate uses neither `std` nor an allocator, and compiles for `bpfel-unknown-none` and
//! `bpfeb-unknown-none`: put the key types into a crate that both the bpf program and the program in
//! user space depend on.
#![no_std]

mod address;
mod hex;
mod impls;
mod invalid;
mod key;
mod lpm;
mod order;
mod padding;
mod pointer;
mod text;

pub use address::{AddressKind, Ipv4, Ipv6, Mac, ParseAddressError};
pub use invalid::InvalidKey;
pub use key::{KernelKey, MapKey};
pub use lpm::{LpmData, LpmKey, PrefixTooLong};
pub use mapkey_derive::MapKey;
pub use order::{Be, Integer, Le};
pub use padding::Padding;
pub use pointer::KernelPtr;
pub use text::{FixedStr, FixedStrError};

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
