//! What several tests need.

mod gate;

pub use gate::{Kernel, command_or_skip, kernel_or_skip};
