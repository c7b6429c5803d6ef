//! What several tests need.

pub mod bpftool;
mod feature;
mod gate;

pub use feature::{Feature, kernel_has};
pub use gate::{Kernel, command_or_skip, kernel_or_skip};

/// The code in the README compiles, or fails to, as it says.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

/// The repairs compile, and do what they say.
#[cfg(doctest)]
#[doc = include_str!("../../docs/errors.md")]
struct Errors;
