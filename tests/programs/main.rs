//! Real programs, attached in every way that this machine has, against what is said of them.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod cgroups;
mod network;
mod reach;
mod rights;
mod runs;
mod sockets;
mod system;
mod tracing;
mod world;
