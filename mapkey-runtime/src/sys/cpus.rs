//! How many values an element of a per-CPU map has.

use std::fs;
use std::io;
use std::sync::OnceLock;

const POSSIBLE: &str = "/sys/devices/system/cpu/possible";

/// How many processors the kernel could ever have: `num_possible_cpus()`, which sizes per-CPU values, and not the
/// number of those that are online.
pub(super) fn possible() -> io::Result<usize> {
    static COUNT: OnceLock<usize> = OnceLock::new();
    if let Some(&count) = COUNT.get() {
        return Ok(count);
    }
    let text = fs::read_to_string(POSSIBLE)?;
    let count = parse(&text).ok_or_else(|| {
        io::Error::new(io::ErrorKind::InvalidData, format!("{POSSIBLE} holds `{}`, expected `0-7`", text.trim()))
    })?;
    Ok(*COUNT.get_or_init(|| count))
}

/// The processors in a list such as `0-3,8`.
fn parse(list: &str) -> Option<usize> {
    let mut count = 0usize;
    for range in list.trim().split(',') {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let (first, last): (usize, usize) = (first.parse().ok()?, last.parse().ok()?);
        count = count.checked_add(last.checked_sub(first)?.checked_add(1)?)?;
    }
    // The kernel's own limit is 8,192 (`CONFIG_NR_CPUS`).
    (1..=1 << 20).contains(&count).then_some(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_lists() {
        assert_eq!(parse("0\n"), Some(1));
        assert_eq!(parse("0-127\n"), Some(128));
        assert_eq!(parse("0-3,8,10-11\n"), Some(7));
        for broken in ["", "0-", "3-1", "a", "0-18446744073709551615"] {
            assert_eq!(parse(broken), None, "{broken}");
        }
    }
}
