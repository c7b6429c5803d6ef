//! Who else holds maps and programs: processes, pins, and other instances of a map.

pub(crate) mod mounts;
mod namespaces;
mod processes;

pub(crate) use namespaces::Namespaces;
pub(crate) use processes::{Open, Processes, name_of};
