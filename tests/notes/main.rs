//! Notes in finished binaries: how they are built, what is in them, and what becomes of broken ones.

mod builds;
mod hostile;
