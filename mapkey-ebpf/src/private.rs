//! What the derive's code refers to. Nothing here is for people.

pub use ::core;
pub use bytemuck::NoUninit;
pub use mapkey_layout::check;
pub use mapkey_layout::note::{Note, descriptor_room};
pub use mapkey_layout::{Annotation, ByteOrder, Claim, Field, Kind, Layout, Variant};

pub use crate::key::{KernelKey, MapKey};

/// [`MapKey`] as the bound of a field's type: with a supertrait, a type that is no key would get an
/// error for each of the two.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a map key",
    label = "no fixed bytes that the kernel could compare",
    note = "a type of your own can be part of one when it derives `MapKey` itself",
    note = "use `u64` for `usize`, `u8` for `Be<u8>`, `u64` nanoseconds for a time, `Ipv4` or `Ipv6` for an address of `std::net`, \
            `FixedStr<N>` for text, `[T; N]` for other sequences"
)]
pub trait Part {
    const LAYOUT: Layout;
}

impl<T: MapKey> Part for T {
    const LAYOUT: Layout = <T as MapKey>::LAYOUT;
}
