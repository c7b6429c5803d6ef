//! Both languages of layout.
//!
//! *Ours* is a `const`: a [`Layout`] is what the compiler that built a key says about it, and it
//! needs neither `std` nor an allocator, so that it compiles for a bpf target as well. *Theirs* is
//! read: the feature `btf` brings the [BTF reader](btf), [`compare`](compare()) and [`Report`].
#![cfg_attr(not(any(feature = "btf", test)), no_std)]

pub mod bytes;
#[doc(hidden)]
pub mod check;
pub mod layout;
mod message;
pub mod note;

#[cfg(feature = "btf")]
pub mod btf;
#[cfg(feature = "btf")]
mod compare;
#[cfg(feature = "btf")]
#[doc(hidden)]
pub mod constant;
#[cfg(feature = "btf")]
mod generate;
#[cfg(feature = "btf")]
mod nearest;
#[cfg(feature = "btf")]
pub mod object;
#[cfg(feature = "btf")]
pub mod report;
#[cfg(feature = "btf")]
mod resolve;
#[cfg(feature = "btf")]
mod type_layout;
#[cfg(feature = "btf")]
pub mod types;

pub use layout::{Annotation, ByteOrder};

/// [`layout::Claim`] of a constant.
pub type Claim = layout::Claim<'static>;
/// [`layout::Field`] of a constant.
pub type Field = layout::Field<'static>;
/// [`layout::Kind`] of a constant.
pub type Kind = layout::Kind<'static>;
/// [`layout::Layout`] of a constant: a key's own.
pub type Layout = layout::Layout<'static>;
/// [`layout::Variant`] of a constant.
pub type Variant = layout::Variant<'static>;

#[cfg(feature = "btf")]
pub use compare::{Counterpart, NoSuchMember, compare, compare_any};
#[cfg(feature = "btf")]
pub use generate::{NotGeneratable, Origin};
#[cfg(feature = "btf")]
pub use nearest::{did_you_mean, nearest};
#[cfg(feature = "btf")]
pub use report::{Difference, DifferenceKind, Report, Side, Verdict};
#[cfg(feature = "btf")]
pub use resolve::{GenerateError, NotCheckable, generate, report_on_type, reports, type_layout_of, type_layouts};
#[cfg(feature = "btf")]
pub use type_layout::{Bits, FieldLayout, Hole, TypeKind, TypeLayout};
