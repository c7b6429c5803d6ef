//! Tests that need what older kernels lack.

use std::fs;
use std::io::{self, Write};

use aya::maps::MapType;
use aya::sys::is_map_supported;

use crate::gate::kernel_is_required;

/// Something that Linux got in some release, and which a test can try.
#[derive(Clone, Copy, Debug)]
pub struct Feature {
    /// As in "this kernel has no ...".
    pub name: &'static str,
    /// The first release with it, of [`kernel.org`](https://kernel.org): a distribution may have it in an older one.
    pub since: (u32, u32),
    /// Whether the running kernel has it; panics where this cannot be told.
    pub try_it: fn() -> bool,
}

impl Feature {
    /// Maps of type `cgrp_storage`, since 6.2: `kernel/bpf/bpf_cgrp_storage.c` is new in it.
    pub const CGRP_STORAGE: Self =
        Self { name: "maps of type cgrp_storage", since: (6, 2), try_it: || makes_maps(MapType::CgrpStorage) };
    /// Maps of type `arena`, since 6.9: `kernel/bpf/arena.c` is new in it.
    pub const ARENA: Self = Self { name: "maps of type arena", since: (6, 9), try_it: || makes_maps(MapType::Arena) };
}

fn makes_maps(map_type: MapType) -> bool {
    is_map_supported(map_type).unwrap_or_else(|error| panic!("cannot try to make a map of type {map_type:?}: {error}"))
}

/// Whether the running kernel has what the test `test` needs beyond the oldest kernel that is tested; where it has
/// not, the test returns, or goes on without it.
///
/// A kernel that lacks it is older, and no test can change that: so this fails nothing where
/// [`kernel_or_skip`](crate::kernel_or_skip) does. It prints `lacking TEST: ...` past the test harness, and
/// `cargo xtask kernels boot` counts such tests apart from those that passed. `test` is the test's name.
///
/// # Panics
///
/// Where `MAPKEY_REQUIRE_KERNEL=1` is set, for a kernel that should have it by its release: there the trying is broken.
#[must_use]
pub fn kernel_has(test: &str, feature: &Feature) -> bool {
    let Some(line) = lacking(test, feature, &running_release(), kernel_is_required()) else { return true };
    // In one piece, for other threads write too. Where standard error is closed, nobody reads it.
    let _ = io::stderr().write_all(line.as_bytes());
    false
}

fn running_release() -> String {
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    release.trim_end().to_owned()
}

/// The line to print, where the feature is not there.
fn lacking(test: &str, feature: &Feature, release: &str, required: bool) -> Option<String> {
    if (feature.try_it)() {
        return None;
    }
    let Feature { name, since: (major, minor), .. } = feature;
    let too_new = required && numbers(release).is_some_and(|running| running >= feature.since);
    assert!(!too_new, "{test} found no {name} in {release}, though Linux has them since {major}.{minor}");
    Some(format!("lacking {test}: {release} has no {name}, which Linux has since {major}.{minor}\n"))
}

/// The first two numbers of a release such as `6.12.117+deb13-amd64`.
fn numbers(release: &str) -> Option<(u32, u32)> {
    let mut numbers = release.split(|at: char| !at.is_ascii_digit()).map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::{Feature, lacking, numbers};

    const ABSENT: Feature = Feature { name: "such things", since: (6, 2), try_it: || false };

    #[test]
    fn what_is_there_is_not_lacking() {
        assert_eq!(lacking("a_test", &Feature { try_it: || true, ..ABSENT }, "6.1.0-56-amd64", true), None);
    }

    #[test]
    fn an_older_kernel_lacks_it() {
        let line = "lacking a_test: 6.1.0-56-amd64 has no such things, which Linux has since 6.2\n";
        assert_eq!(lacking("a_test", &ABSENT, "6.1.0-56-amd64", true).as_deref(), Some(line));
    }

    #[test]
    #[should_panic(expected = "a_test found no such things in 6.12.117+deb13-amd64")]
    fn a_newer_kernel_cannot_lack_it() {
        let _ = lacking("a_test", &ABSENT, "6.12.117+deb13-amd64", true);
    }

    #[test]
    fn where_nothing_is_required_a_newer_kernel_can() {
        assert!(lacking("a_test", &ABSENT, "6.12.117+deb13-amd64", false).is_some());
    }

    #[test]
    fn releases_are_compared_as_numbers() {
        assert_eq!(numbers("6.12.117+deb13-amd64"), Some((6, 12)));
        assert_eq!(numbers("6.2-rc1"), Some((6, 2)));
        assert_eq!(numbers(""), None);
        assert!(numbers("6.12") > numbers("6.2"));
    }
}
