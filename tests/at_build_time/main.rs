//! `assert_object!` in projects of their own, built by plain `cargo build`: a side that drifts fails the build, and the build
//! passes again when it is changed back.

mod documented;
mod drift;
mod project;
