//! The entries that say something, counted, one of each kind kept.

use std::collections::HashMap;

use super::text::Tail;
use crate::explain::variant::{Mistake, Relation};

/// More groups than an answer could name are not kept: an entry that would begin one is left out.
const MOST: usize = 1 << 12;

/// Entries that say the same.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) count: u64,
    /// The first one.
    pub(crate) entry: Vec<u8>,
}

/// In what an entry that is a variant differs besides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Soft {
    pub(crate) padding: bool,
    /// The text with something behind its end.
    pub(crate) tail: Option<usize>,
}

/// Entries that differ from the wanted key in one field.
#[derive(Clone, Debug)]
pub(crate) struct Near {
    pub(crate) count: u64,
    /// The nearest one.
    pub(crate) entry: Vec<u8>,
    pub(crate) distance: u64,
}

/// All of them.
#[derive(Debug)]
pub(crate) struct Found {
    /// Entries that are the wanted key: it was written meanwhile.
    pub(crate) same: u64,
    /// Equal in every field. The second is for unions that leave open what is padding.
    pub(crate) padding: [Option<Group>; 2],
    /// By field, tail, and whether padding differs too.
    pub(crate) tails: HashMap<(usize, Tail, bool), Group>,
    /// By variant, and what differs besides. With the field that alone differs, if it is one.
    pub(crate) variants: HashMap<(usize, Soft), (Group, Option<usize>)>,
    /// By field, and whether padding differs too.
    pub(crate) relations: HashMap<(usize, bool), (Group, Relation)>,
    /// By field.
    pub(crate) near: Vec<Option<Near>>,
}

impl Found {
    pub(super) fn new(leaves: usize) -> Self {
        Self {
            same: 0,
            padding: [None, None],
            tails: HashMap::new(),
            variants: HashMap::new(),
            relations: HashMap::new(),
            near: vec![None; leaves],
        }
    }

    pub(super) fn padding(&mut self, certain: bool, entry: &[u8]) {
        let group = &mut self.padding[usize::from(!certain)];
        group.get_or_insert_with(|| Group::of(entry)).count += 1;
    }

    pub(super) fn tail(&mut self, leaf: usize, tail: Tail, padding: bool, entry: &[u8]) {
        if let Some(group) = slot(&mut self.tails, (leaf, tail, padding), || Group::of(entry)) {
            group.count += 1;
        }
    }

    pub(super) fn variant(&mut self, variant: usize, soft: Soft, near: Option<usize>, entry: &[u8]) {
        if let Some((group, _)) = slot(&mut self.variants, (variant, soft), || (Group::of(entry), near)) {
            group.count += 1;
        }
    }

    pub(super) fn relation(&mut self, leaf: usize, relation: Relation, padding: bool, entry: &[u8]) {
        match slot(&mut self.relations, (leaf, padding), || (Group::of(entry), relation)) {
            // Not a weaker one beside a stronger.
            Some((group, known)) if weight(relation.mistake) < weight(known.mistake) => {
                *known = relation;
                *group = Group { count: group.count + 1, ..Group::of(entry) };
            }
            Some((group, _)) => group.count += 1,
            None => {}
        }
    }

    pub(super) fn near(&mut self, leaf: usize, distance: u64, entry: &[u8]) {
        let Some(slot) = self.near.get_mut(leaf) else { return };
        let near = slot.get_or_insert_with(|| Near { count: 0, entry: entry.to_vec(), distance });
        near.count += 1;
        // Of two that are as near, the one whose bytes come first: the order of a hash is no order.
        if (distance, entry) < (near.distance, &near.entry) {
            near.distance = distance;
            near.entry.copy_from_slice(entry);
        }
    }
}

impl Group {
    fn of(entry: &[u8]) -> Self {
        Self { count: 0, entry: entry.to_vec() }
    }
}

fn slot<K: Eq + std::hash::Hash, V>(map: &mut HashMap<K, V>, key: K, new: impl FnOnce() -> V) -> Option<&mut V> {
    if map.len() >= MOST && !map.contains_key(&key) {
        return None;
    }
    Some(map.entry(key).or_insert_with(new))
}

fn weight(mistake: Mistake) -> u32 {
    match mistake {
        Mistake::Width { bits, .. } => 64 - bits,
        _ => 0,
    }
}
