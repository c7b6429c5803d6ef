//! What tests leave behind: descriptors of this process, mounts and pins, maps that still live.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::os::fd::BorrowedFd;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use mapkey_runtime::map::{Access, Map, OpenError};

use crate::{bpffs, memory};

static MADE: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

/// Remembers a map that a test made: it must be gone when all tests are through.
pub(crate) fn made(map: BorrowedFd<'_>) {
    let map = Map::from_fd(map).unwrap_or_else(|error| panic!("the map that was just made: {error}"));
    MADE.lock().unwrap_or_else(PoisonError::into_inner).insert(map.info().id);
}

/// What this process holds, and what it made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    descriptors: BTreeSet<String>,
    mounts: BTreeSet<String>,
    /// Ids of maps that were made by [`NewMap`](crate::maps::NewMap) and still live: a descriptor or a pin holds them.
    maps: BTreeSet<u32>,
}

impl Held {
    /// What is held now. Mounts are those of this process: others mount things at the same time.
    ///
    /// # Panics
    ///
    /// Where `/proc` cannot be read.
    #[must_use]
    pub fn now() -> Self {
        let links = fs::read_dir("/proc/self/fd").expect("/proc/self/fd").flatten();
        let descriptors = links.filter_map(|entry| {
            let target = fs::read_link(entry.path()).ok()?;
            let is_this_listing = target.starts_with("/proc") && target.ends_with("fd");
            (!is_this_listing).then(|| format!("{} is {}", entry.file_name().display(), target.display()))
        });
        let mounts = fs::read_to_string("/proc/self/mountinfo").expect("/proc/self/mountinfo");
        let prefixes = [bpffs::prefix(), memory::prefix()];
        let is_ours = |line: &&str| prefixes.iter().any(|prefix| line.contains(prefix));
        Self {
            descriptors: descriptors.collect(),
            mounts: mounts.lines().filter(is_ours).map(str::to_owned).collect(),
            maps: living(),
        }
    }

    /// What is held now and was not held before.
    #[must_use]
    pub fn since(before: &Self) -> Self {
        // A thread that ends takes its descriptors with it a moment later, and maps go when their last user has.
        for _ in 0..50 {
            let now = Self::now().without(before);
            if now.is_empty() {
                return now;
            }
            thread::sleep(Duration::from_millis(20));
        }
        Self::now().without(before)
    }

    fn without(self, before: &Self) -> Self {
        Self {
            descriptors: &self.descriptors - &before.descriptors,
            mounts: &self.mounts - &before.mounts,
            maps: &self.maps - &before.maps,
        }
    }

    /// Whether nothing is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.descriptors.is_empty() && self.mounts.is_empty() && self.maps.is_empty()
    }
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { descriptors, mounts, maps } = self;
        write!(f, "{} descriptors, {} mounts, {} maps", descriptors.len(), mounts.len(), maps.len())?;
        descriptors.iter().try_for_each(|descriptor| write!(f, "\n  descriptor {descriptor}"))?;
        mounts.iter().try_for_each(|mount| write!(f, "\n  mount {mount}"))?;
        maps.iter().try_for_each(|map| write!(f, "\n  map {map}"))
    }
}

fn living() -> BTreeSet<u32> {
    let made = MADE.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let is_gone = |id: &u32| matches!(Map::open_id(*id, Access::ReadOnly), Err(OpenError::NoSuchId { .. }));
    made.into_iter().filter(|id| !is_gone(id)).collect()
}
