//! All maps of the system, and who holds them: programs, pins, processes.
//!
//! Everything here is read. What this user may not see is said beside what was found, never left out silently.

mod holders;
mod instances;
mod key_type;
pub(crate) mod mounts;
mod namespaces;
mod pins;
mod processes;
mod table;

pub use holders::{Holder, Holders};
pub use instances::{IdentityReport, Instance, Instances};
pub use key_type::SameKey;
pub(crate) use namespaces::Namespaces;
pub use pins::{PinnedObject, Pins};
pub(crate) use processes::{OUTSIDE, Open, Processes, name_of};
pub use table::{Entries, MapRow, MapTable, RowProgram};
