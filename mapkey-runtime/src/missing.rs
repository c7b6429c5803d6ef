//! Which expected keys a map lacks, and which of its keys nobody expected.

use std::collections::HashMap;

use crate::explain::{Cause, KeyShape, Lookup, MapFacts, Scan, WalkFacts, Wanted, explain};
use crate::map::{KeyRule, Map, OperationError, canonical};

/// For more missing keys than these no near misses are looked for: each takes a pass over the unexpected keys.
pub const MOST_EXPLAINED: usize = 1_000;

/// A map's keys held against a list.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Comparison {
    /// How many different keys were expected.
    pub expected: usize,
    /// How many of them the map has.
    pub present: usize,
    /// Those that it has not, in the order in which they were expected.
    pub missing: Vec<MissingKey>,
    /// The map's keys that nobody expected, in the map's order. In serialized form plain hexadecimal.
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::plain::serialize_hex::each"))]
    pub unexpected: Vec<Vec<u8>>,
    /// How often the kernel began the walk again, because keys were removed meanwhile.
    pub restarts: usize,
}

/// A key that was expected and is not there.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct MissingKey {
    /// The key. In serialized form plain hexadecimal.
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::plain::serialize_hex::serialize"))]
    pub key: Vec<u8>,
    /// Unexpected keys that differ from it in an explainable way, the most likely first.
    pub near: Vec<Cause>,
}

/// Holds all keys of `map` against `expected`, keys of the shape `shape`.
///
/// A missing key and an unexpected one that belong together, one with dirty padding or swapped bytes, are named together.
/// On a trie keys that differ only behind their prefix are one.
///
/// # Errors
///
/// [`OperationError`] if the map cannot be walked over.
pub fn compare(map: &Map, shape: &KeyShape, expected: &[Wanted]) -> Result<Comparison, OperationError> {
    let rule = map.info().map_type.key_rule();
    let mut wanted: HashMap<Vec<u8>, (usize, bool)> = HashMap::new();
    for (index, key) in expected.iter().enumerate() {
        wanted.entry(canonical(rule, key.bytes())).or_insert((index, false));
    }
    let mut unexpected = Vec::new();
    let mut walk = map.walk();
    while let Some(element) = walk.next()? {
        match wanted.get_mut(&canonical(rule, element.key)) {
            Some((_, is_there)) => *is_there = true,
            None => unexpected.push(element.key.to_vec()),
        }
    }
    let restarts = walk.restarts();
    let mut missing: Vec<usize> = wanted.values().filter(|(_, is_there)| !is_there).map(|&(index, _)| index).collect();
    missing.sort_unstable();
    let present = wanted.len() - missing.len();
    let near = |place: usize, key: &Wanted| match place {
        0..MOST_EXPLAINED => near_misses(map, shape, key, &unexpected, rule),
        _ => Vec::new(),
    };
    let missing = missing.into_iter().enumerate().map(|(place, index)| {
        let key = &expected[index];
        MissingKey { key: key.bytes().to_vec(), near: near(place, key) }
    });
    let missing = missing.collect();
    Ok(Comparison { expected: wanted.len(), present, missing, unexpected, restarts })
}

fn near_misses(map: &Map, shape: &KeyShape, key: &Wanted, unexpected: &[Vec<u8>], rule: KeyRule) -> Vec<Cause> {
    let mut scan = Scan::new(shape, key, rule);
    unexpected.iter().for_each(|other| scan.see(other));
    let findings = scan.finish();
    let mut facts = MapFacts::new(map.info().clone(), Lookup::Absent);
    facts.walk = WalkFacts::Complete { restarts: 0 };
    let causes = explain(key, &facts, Some(&findings)).causes;
    causes.into_iter().filter(|cause| cause.entry.is_some()).collect()
}
