//! What several tests need.

pub mod bpffs;
pub mod bpftool;
/// BTF put together record by record.
#[path = "../../mapkey-layout/tests/support/mod.rs"]
#[allow(missing_docs, clippy::missing_panics_doc, clippy::missing_errors_doc, clippy::new_without_default)]
pub mod btf;
mod build_time;
mod gate;
mod lacks;
pub mod leaks;
pub mod maps;
pub mod memory;
pub mod namespaces;
pub mod project;
pub mod rights;

pub use build_time::assert_same_at_build_time;
pub use gate::{Kernel, command_or_skip, kernel_or_skip};
pub use lacks::{Since, lacks};

/// The code in the README compiles, or fails to, as it says.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

/// The repairs compile, and do what they say.
#[cfg(doctest)]
#[doc = include_str!("../../docs/errors.md")]
struct Errors;
