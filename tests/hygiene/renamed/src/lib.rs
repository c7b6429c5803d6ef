//! Keys in a crate with no std and no prelude, with the derive's crate renamed, and with every lint
//! that derived code could trip forbidden. That it compiles is the test.
#![no_std]
#![no_implicit_prelude]
#![forbid(unsafe_code, dead_code, unused, nonstandard_style, deprecated, missing_docs, unreachable_pub)]
#![forbid(private_interfaces, private_bounds, unused_lifetimes, unused_qualifications, missing_debug_implementations)]
#![forbid(single_use_lifetimes, unused_results, trivial_casts, trivial_numeric_casts, let_underscore_drop)]
#![deny(warnings, clippy::all, clippy::pedantic, clippy::nursery, clippy::cargo)]
#![deny(clippy::missing_inline_in_public_items, clippy::absolute_paths, clippy::as_conversions)]
#![deny(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::undocumented_unsafe_blocks)]
#![allow(clippy::cargo_common_metadata, clippy::multiple_crate_versions, clippy::redundant_pub_crate)] // a test crate

use ::core::clone::Clone;
use ::core::cmp::{Eq, PartialEq};
use ::core::fmt::Debug;
use ::core::hash::Hash;
use ::core::marker::Copy;

/// A key of every kind of field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ::keys::MapKey)]
#[repr(C)]
#[mapkey(crate = "::keys", kernel("a_key", "b_key"), btf = "a_key", prefix, size = 72)]
pub struct Key {
    /// A number in network order.
    pub source: ::keys::Be<u32>,
    /// Several of them.
    #[mapkey(rename = "u.ports", offset = 4)]
    pub ports: [::keys::Be<u16>; 2],
    /// Keys inside the key.
    pub hops: [Hop; 2],
    /// An address.
    #[mapkey(pointer)]
    pub sk: u64,
    /// Any bytes.
    #[mapkey(bytes)]
    pub raw: [u8; 4],
    /// Converted by hand.
    #[mapkey(network_order)]
    pub mark: u32,
    /// An enum.
    pub state: State,
    /// More arguments than a function of C in bpf can have.
    pub a: bool,
    b: [u8; 2],
    c: u32,
    /// Text.
    pub comm: ::keys::FixedStr<16>,
    _pad: ::keys::Padding<8>,
    /// The rest.
    pub rest: ::keys::KernelPtr,
}

/// A key inside another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ::keys::MapKey)]
#[repr(C, packed)]
#[mapkey(crate = "::keys", skip(new))]
pub struct Hop {
    /// Unaligned.
    pub kind: u8,
    /// Unaligned.
    pub port: u16,
    /// Unaligned.
    pub rest: u8,
}

/// An enum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ::keys::MapKey)]
#[repr(u8)]
#[mapkey(crate = "::keys")]
pub enum State {
    /// The first.
    #[mapkey(rename = "TCP_ESTABLISHED")]
    Established = 1,
    /// The second.
    Listen = 10,
}

/// A type of the crate's own in a public key: rustc's lints on interfaces stay silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ::keys::MapKey)]
#[repr(transparent)]
#[mapkey(crate = "::keys")]
pub struct Wrapper(Private);

impl Wrapper {
    /// Uses what is private.
    #[must_use]
    #[inline]
    pub const fn id(self) -> u32 {
        self.0.id
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ::keys::MapKey)]
#[repr(C)]
#[mapkey(crate = "::keys")]
struct Private {
    id: u32,
}

mod inner {
    use ::core::clone::Clone;
    use ::core::fmt::Debug;
    use ::core::marker::Copy;

    /// `new` is as visible as the struct.
    #[derive(Clone, Copy, Debug, ::keys::MapKey)]
    #[repr(C)]
    #[mapkey(crate = "::keys")]
    pub(crate) struct InCrate {
        pub(crate) id: u32,
        pub(super) r#type: u32,
    }

    #[derive(Clone, Copy, Debug, ::keys::MapKey)]
    #[repr(C)]
    #[mapkey(crate = "::keys")]
    pub(in crate::inner) struct Restricted(pub(in crate::inner) u32, pub(self) [u8; 4]);

    pub(crate) const fn values() -> [u32; 4] {
        let in_crate = InCrate::new(1, 2);
        let restricted = Restricted::new(3, [4; 4]);
        [in_crate.id, in_crate.r#type, restricted.0, u32::from_ne_bytes(restricted.1)]
    }
}

/// Some fields, so that nothing here is dead.
#[must_use]
#[inline]
pub const fn values() -> [u32; 4] {
    inner::values()
}
