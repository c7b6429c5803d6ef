//! Why a key is not found, asked of maps that the kernel has.

mod hashes;
mod json;
mod maps;
mod tries_and_arrays;
