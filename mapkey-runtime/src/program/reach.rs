//! Programs that are reached from others, and maps that are reached through others.

use std::collections::{BTreeMap, BTreeSet};

use super::find::{Attached, Program};
use super::{Attachment, By, Gap, Runs, Target, Way};
use crate::map::{Access, Map, MapType, OpenError};
use crate::sys::{self, Errno};

/// What maps hold other maps and programs.
#[derive(Debug, Default)]
pub(crate) struct Edges {
    /// The programs in each program array.
    arrays: BTreeMap<u32, Vec<u32>>,
    /// The maps in each map of maps.
    outer: BTreeMap<u32, Vec<u32>>,
    /// Maps whose elements could not be read.
    unreadable: BTreeMap<u32, Gap>,
    /// Those of them that are program arrays, or may be.
    unreadable_arrays: Vec<Gap>,
}

impl Edges {
    /// Reads all maps that hold others.
    pub(super) fn read() -> Self {
        let mut edges = Self::default();
        for id in sys::map_ids().map_while(Result::ok) {
            let map = match Map::open_id(id, Access::ReadOnly) {
                Ok(map) => map,
                Err(OpenError::NoSuchId { .. }) => continue,
                Err(_) => {
                    let gap = Gap::failed(Way::TailCalls, "CAP_SYS_ADMIN", format!("map {id}"), Errno(libc::EIO));
                    edges.unreadable_arrays.push(gap.clone());
                    edges.unreadable.insert(id, gap);
                    continue;
                }
            };
            let into = match map.info().map_type {
                MapType::PROG_ARRAY => &mut edges.arrays,
                MapType::ARRAY_OF_MAPS | MapType::HASH_OF_MAPS => &mut edges.outer,
                _ => continue,
            };
            match ids(&map) {
                Ok(ids) => {
                    into.insert(id, ids);
                }
                Err(errno) => {
                    let gap = Gap::Failed { way: Way::TailCalls, what: map.info().to_string(), errno };
                    if map.info().map_type == MapType::PROG_ARRAY {
                        edges.unreadable_arrays.push(gap.clone());
                    }
                    edges.unreadable.insert(id, gap);
                }
            }
        }
        edges
    }

    /// The maps of maps that hold this one.
    pub(super) fn holding(&self, map: u32) -> impl Iterator<Item = u32> {
        self.outer.iter().filter(move |(_, inner)| inner.contains(&map)).map(|(&outer, _)| outer)
    }

    /// A map of maps among `maps` whose elements could not be read.
    pub(super) fn unreadable(&self, maps: &[u32]) -> Option<&Gap> {
        maps.iter().find_map(|map| self.unreadable.get(map))
    }

    /// The programs that `program` can jump to, and the array by which.
    fn calls(&self, program: &Program) -> impl Iterator<Item = (u32, u32)> {
        let arrays = program.info.map_ids.iter().filter_map(|map| Some((*map, self.arrays.get(map)?)));
        arrays.flat_map(|(map, programs)| programs.iter().map(move |&program| (map, program)))
    }

    /// Notes at each program which others can jump to it: those that are attached, and those of which that is not
    /// known.
    pub(super) fn follow(&self, programs: &mut BTreeMap<u32, Program>) {
        if let Some(gap) = self.unreadable_arrays.first() {
            programs.values_mut().for_each(|program| program.gaps.push(gap.clone()));
        }
        let by = |programs: &BTreeMap<u32, Program>, attached| -> BTreeSet<u32> {
            programs.values().filter(|program| program.attached() == attached).map(|program| program.info.id).collect()
        };
        let jumps = self.reach(by(programs, Attached::Yes), programs);
        for &(caller, map, callee) in &jumps {
            if let Some(program) = programs.get_mut(&callee) {
                let target = Target::TailCall { from: caller, map };
                program.attachments.push(Attachment::new(target, By::Map { id: map }));
            }
        }
        while jumps.iter().any(|&(caller, _, callee)| nobody_counts(programs, caller, callee)) {}
        for (caller, map, callee) in self.reach(by(programs, Attached::Unknown), programs) {
            if let Some(program) = programs.get_mut(&callee) {
                program.gaps.push(Gap::Caller { way: Way::TailCalls, program: caller, map });
            }
        }
    }

    /// All jumps that can follow from the programs `roots`: who, by which array, to whom; the nearest first.
    fn reach(&self, roots: BTreeSet<u32>, programs: &BTreeMap<u32, Program>) -> Vec<(u32, u32, u32)> {
        let mut jumps = Vec::new();
        let mut next: Vec<u32> = roots.iter().copied().collect();
        let mut seen = roots;
        while !next.is_empty() {
            let callers = std::mem::take(&mut next);
            for caller in callers.iter().filter_map(|caller| programs.get(caller)) {
                let calls: BTreeSet<_> = self.calls(caller).filter(|&(_, callee)| callee != caller.info.id).collect();
                for (map, callee) in calls {
                    jumps.push((caller.info.id, map, callee));
                    if seen.insert(callee) {
                        next.push(callee);
                    }
                }
            }
        }
        jumps
    }
}

/// Runs that begin by a jump are not counted: that the callee did not run is known only as long as no caller did.
/// Whether that is news.
fn nobody_counts(programs: &mut BTreeMap<u32, Program>, caller: u32, callee: u32) -> bool {
    let idle = programs.get(&caller).is_none_or(|caller| caller.runs == Runs::NoneSinceCounting);
    match programs.get_mut(&callee).map(|callee| &mut callee.runs) {
        Some(runs @ (Runs::NoneSinceCounting | Runs::NotCounted)) if !idle => {
            *runs = Runs::NeverCounted;
            true
        }
        _ => false,
    }
}

/// The ids that the elements of the map are.
fn ids(map: &Map) -> Result<Vec<u32>, i32> {
    let mut ids = Vec::new();
    let mut walk = map.walk();
    while let Some(element) = walk.next().map_err(|error| error.errno.map_or(libc::EINTR, |errno| errno.0))? {
        // Values that user space may not read tell nothing.
        let value = element.value.ok_or(libc::EPERM)?;
        ids.extend(value.first_chunk().copied().map(u32::from_ne_bytes));
    }
    Ok(ids)
}
