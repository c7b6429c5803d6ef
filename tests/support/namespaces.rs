//! Work in namespaces of its own, which nothing else on the machine sees.

use std::panic::resume_unwind;
use std::thread;

use rustix::mount::{MountPropagationFlags, mount_change};
use rustix::thread::{UnshareFlags, unshare_unsafe};

/// Does the work on a thread that is alone in a mount namespace, and in those that `more` names; what it starts is there
/// as well.
///
/// # Panics
///
/// With what the kernel said, or as the work does.
pub fn alone<T: Send>(more: UnshareFlags, work: impl FnOnce() -> T + Send) -> T {
    let done = thread::scope(|scope| {
        let work = || {
            let flags = UnshareFlags::NEWNS | UnshareFlags::FS | more;
            assert!(!flags.contains(UnshareFlags::FILES), "descriptors are shared with the test's other threads");
            // SAFETY: no descriptors are unshared.
            let unshared = unsafe { unshare_unsafe(flags) };
            unshared.unwrap_or_else(|error| panic!("no namespace can be made: {error}"));
            let private = MountPropagationFlags::PRIVATE | MountPropagationFlags::REC;
            mount_change("/", private).unwrap_or_else(|error| panic!("mounts cannot be made private: {error}"));
            work()
        };
        scope.spawn(work).join()
    });
    done.unwrap_or_else(|panic| resume_unwind(panic))
}
