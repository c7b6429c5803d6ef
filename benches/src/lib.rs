//! What several measurements share.

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use mapkey_tests::maps::Types;

/// What a measurement returns.
pub type Outcome<T> = Result<T, Box<dyn Error>>;

/// As many elements of 16 and 8 bytes as the library reads at a time.
pub const BATCH: u32 = (1 << 18) / 24;

/// Runs a measurement called `name`; what keeps it from measuring is exit code 2.
pub fn run_as(name: &str, run: impl FnOnce() -> Outcome<ExitCode>) -> ExitCode {
    run().unwrap_or_else(|error| {
        eprintln!("{name}: {error}");
        ExitCode::from(2)
    })
}

/// The types of a map of flows: keys of 16 bytes, values of 8.
#[must_use]
pub fn flow_types() -> Types {
    let members = [
        ("saddr", "__be32", 0),
        ("daddr", "__be32", 4),
        ("sport", "__be16", 8),
        ("dport", "__be16", 10),
        ("proto", "__u8", 12),
    ];
    Types::of_struct("flow_key", 16, &members)
}

/// The median and the quartiles of several times, in seconds.
#[derive(Clone, Copy, Debug)]
pub struct Spread {
    /// A quarter of them took less.
    pub low: f64,
    /// Half of them took less.
    pub median: f64,
    /// A quarter of them took more.
    pub high: f64,
}

impl Spread {
    /// Of these times.
    ///
    /// # Panics
    ///
    /// Where there are none.
    #[must_use]
    pub fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let at = |quarters: usize| times[(times.len() - 1) * quarters / 4].as_secs_f64();
        Self { low: at(1), median: at(2), high: at(3) }
    }
}
