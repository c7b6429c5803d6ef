//! Loaded programs: which use a map, where they are attached, and whether they ran.
//!
//! Everything here is read: nothing is loaded, attached or changed. Seeing the system's programs takes `CAP_SYS_ADMIN`
//! (`bpf_prog_get_fd_by_id` in `kernel/bpf/syscall.c`).

mod attachment;
mod find;
mod info;
mod links;
mod names;
mod places;
mod program_type;
mod reach;
mod statistics;
mod users;
mod way;

pub use attachment::{Attachment, By, Device, Target};
pub use find::{Attached, Program, Programs, ProgramsError};
pub use info::ProgramInfo;
pub use program_type::{AttachType, ProgramType};
pub use statistics::{Runs, Statistics, StatisticsGuard, TURN_ON};
pub use users::{MapUse, Through, User, Users};
pub(crate) use way::SEES_PROCESSES;
pub use way::{Gap, Way};
