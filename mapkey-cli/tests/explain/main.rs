//! Why a key is not found, of maps that real programs and others' tools write: the library and the command say the same,
//! and the right cause first.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod answer;
mod decoys;
mod foreign;
mod packet;
mod programs;
mod rights;
mod room;
mod tools;
mod types;
mod world;
mod writers;
