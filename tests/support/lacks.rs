//! What an older kernel lacks.

use std::fmt::{Debug, Display};
use std::io::{self, Write};

/// The first kernel that has something, 5.6 as `Since(5, 6)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Since(pub u32, pub u32);

impl Since {
    /// The kernel that runs.
    ///
    /// # Panics
    ///
    /// Where its release does not begin with two numbers.
    #[must_use]
    pub fn running() -> Self {
        let name = rustix::system::uname();
        let release = name.release().to_string_lossy();
        let mut numbers = release.split(['.', '-']).map_while(|number| number.parse().ok());
        match (numbers.next(), numbers.next()) {
            (Some(major), Some(minor)) => Self(major, minor),
            _ => panic!("the running kernel calls itself `{release}`"),
        }
    }
}

/// What was tried, or `None` where the kernel is older than `since` and lacks it: the lack is printed past the test
/// harness, which shows nothing of a test that passes.
///
/// # Panics
///
/// Where the kernel should have it and fails all the same.
pub fn lacks<T, E: Debug + Display>(what: &str, since: Since, tried: Result<T, E>) -> Option<T> {
    match tried {
        Ok(there) => Some(there),
        Err(error) if Since::running() < since => {
            // Where standard error is closed, nobody reads it.
            let _ = writeln!(io::stderr(), "lacking: {what}, since Linux {}.{}: {error}", since.0, since.1);
            None
        }
        Err(error) => panic!("{what} is there since Linux {}.{}: {error}", since.0, since.1),
    }
}
