//! Work with fewer rights. Linux keeps a thread's rights for each thread, `capabilities(7)`, so that a thread of its own
//! is enough; the rest of the test's process stays what it was.

use std::ffi::OsStr;
use std::io;
use std::panic::resume_unwind;
use std::path::Path;
use std::process::Command;
use std::thread;

use rustix::process::{Gid, Uid};
use rustix::thread::{
    CapabilitySet, CapabilitySets, set_capabilities, set_thread_groups, set_thread_res_gid, set_thread_res_uid,
};

/// The user that owns nothing.
pub const NOBODY: u32 = 65_534;

/// Does the work as a user without any rights.
///
/// # Panics
///
/// As the work does.
pub fn as_nobody<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    on_a_thread_with(
        || {
            let (user, group) = (Uid::from_raw(NOBODY), Gid::from_raw(NOBODY));
            set_thread_groups(&[])?;
            set_thread_res_gid(group, group, group)?;
            // This takes all capabilities away.
            set_thread_res_uid(user, user, user)?;
            Ok(())
        },
        work,
    )
}

/// Does the work with these capabilities and no others; the user stays the same.
///
/// # Panics
///
/// As the work does.
pub fn with_capabilities<T: Send>(kept: CapabilitySet, work: impl FnOnce() -> T + Send) -> T {
    let sets = CapabilitySets { effective: kept, permitted: kept, inheritable: CapabilitySet::empty() };
    on_a_thread_with(|| Ok(set_capabilities(None, sets)?), work)
}

/// Does the work with descriptors of its own: what it closes stays open for the rest of the process.
///
/// # Panics
///
/// As the work does.
pub fn with_own_descriptors<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let unshare = || {
        // SAFETY: the thread gets a copy of the table, which no other thread sees; descriptors that it makes do not
        // leave it, for it ends with the work.
        let result = unsafe { libc::unshare(libc::CLONE_FILES) };
        if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
    };
    on_a_thread_with(unshare, work)
}

/// A program as somebody without rights starts it, with `arguments`.
///
/// The folder that it was built in may lie where only root can go: a shell opens the file before it steps down.
#[must_use]
pub fn command_as_nobody<A: AsRef<OsStr>>(program: &Path, arguments: &[A]) -> Command {
    let step_down = format!("setpriv --reuid={NOBODY} --regid={NOBODY} --clear-groups --bounding-set=-all");
    let script = format!("exec 9<\"$0\"; exec {step_down} /proc/self/fd/9 \"$@\"");
    let mut command = Command::new("sh");
    command.arg("-c").arg(script).arg(program).args(arguments);
    command
}

fn on_a_thread_with<T: Send>(give_up: impl FnOnce() -> io::Result<()> + Send, work: impl FnOnce() -> T + Send) -> T {
    let done = thread::scope(|scope| {
        let work = || {
            give_up().unwrap_or_else(|error| panic!("rights cannot be given up: {error}"));
            work()
        };
        scope.spawn(work).join()
    });
    done.unwrap_or_else(|panic| resume_unwind(panic))
}
