//! The kernel's version, and what it changes for padding.

use std::fmt;

use super::{Finding, Status, System};

/// A kernel's version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version {
    pub(crate) major: u32,
    pub(crate) minor: u32,
    /// The number of the stable release.
    pub(crate) patch: u32,
}

impl Version {
    pub(crate) const fn new(major: u32, minor: u32, patch: u32) -> Self {
        Self { major, minor, patch }
    }

    /// The version in what `uname -r` and `uname -v` print. Debian's release leaves out the number of the stable
    /// release, `6.1.0-56-amd64`, which its version has: `#1 SMP Debian 6.1.180-1`.
    pub(crate) fn of(release: &str, version: &str) -> Option<Self> {
        let from_release = Self::parse(release)?;
        let words = version.split([' ', '(', ')']);
        let stable = words.filter_map(Self::parse).find(|found| {
            (found.major, found.minor) == (from_release.major, from_release.minor) && found.patch > from_release.patch
        });
        Some(stable.unwrap_or(from_release))
    }

    fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.split(|c: char| !c.is_ascii_digit()).map(str::parse);
        let (Some(Ok(major)), Some(Ok(minor))) = (numbers.next(), numbers.next()) else { return None };
        let patch = numbers.next().and_then(Result::ok).unwrap_or(0);
        Some(Self { major, minor, patch })
    }

    /// Whether the verifier lets privileged programs read uninitialised stack: since 6.3, and in the stable releases
    /// that took it over.
    fn allows_uninitialised_stack(self) -> bool {
        match (self.major, self.minor) {
            (5, 15) => self.patch >= 163,
            (6, 1) => self.patch >= 100,
            _ => self >= Self::new(6, 3, 0),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

const WHY: &str = "the kernel compares all bytes of a key: one byte of garbage in the padding, and a lookup with zeros there \
                   finds nothing";

/// Whether dirty padding gets past the verifier.
pub(super) fn padding(system: &System) -> Finding {
    const CHECK: &str = "kernel-version";
    let Some(version) = system.kernel_version() else {
        let what = format!("`{}` is no version of a kernel that is known here", system.release);
        return Finding::new(CHECK, Status::Unseen, what, WHY);
    };
    let repair = "zero the whole key before its fields are set, in C by `__builtin_memset(&key, 0, sizeof(key))` (`= {}` may \
                  leave padding as it is), in Rust by `#[derive(MapKey)]`; `mapkey dump MAP --dirty` shows such entries";
    let linux = format!("Linux {version} (uname -r: {})", system.release);
    if version.allows_uninitialised_stack() {
        Finding::new(CHECK, Status::Note, "stack garbage in a key's padding gets past this kernel's verifier", WHY)
            .seen(linux)
            .seen("since 6.3, 6.1.100 and 5.15.163 programs loaded with CAP_PERFMON may pass uninitialised stack as a key")
            .repaired_by(repair)
    } else {
        Finding::new(CHECK, Status::Ok, "this kernel's verifier refuses most stack garbage in a key's padding", WHY)
            .seen(linux)
            .seen("\"invalid indirect read from stack\" at load names such a key; what is copied from memory can be dirty still")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_distributions_print() {
        let of = |release, version| Version::of(release, version).map(|version| version.to_string());
        assert_eq!(of("6.18.44", "#1 SMP").as_deref(), Some("6.18.44"));
        assert_eq!(
            of("6.1.0-56-amd64", "#1 SMP PREEMPT_DYNAMIC Debian 6.1.180-1 (2026-07-01)").as_deref(),
            Some("6.1.180")
        );
        assert_eq!(of("5.15.0-91-generic", "#101-Ubuntu SMP Tue Nov 14 13:30:08 UTC 2023").as_deref(), Some("5.15.0"));
        assert_eq!(of("6.12-rc3", "#1").as_deref(), Some("6.12.0"));
        assert_eq!(of("unknown", "#1"), None);
    }

    #[test]
    fn knows_when_garbage_gets_past_the_verifier() {
        for (version, expected) in [
            ((5, 10, 230), false),
            ((5, 15, 162), false),
            ((5, 15, 163), true),
            ((6, 1, 99), false),
            ((6, 1, 100), true),
            ((6, 2, 16), false),
            ((6, 3, 0), true),
            ((7, 0, 0), true),
        ] {
            let (major, minor, patch) = version;
            assert_eq!(Version::new(major, minor, patch).allows_uninitialised_stack(), expected, "{version:?}");
        }
    }
}
