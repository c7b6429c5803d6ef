//! What several tests need.

mod gate;

pub use gate::{Kernel, command_or_skip, kernel_or_skip};

/// The code in the README compiles, or fails to, as it says.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
