//! Real programs, attached in every way that this machine has, against what is said of them.

mod cgroups;
mod network;
mod reach;
mod rights;
mod runs;
mod sockets;
mod system;
mod tracing;
mod world;
