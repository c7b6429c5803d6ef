//! Two fields of one type, the other way round.

use super::{Changed, Leaf, Mistake, Mistakes, Step};
use crate::explain::shape::opposite;

/// Up to so many fields every pair is tried.
const MAX_FIELDS: usize = 40;

/// Up to so many pairs two of them are tried together.
const MAX_PAIRS: usize = 12;

/// Fields that change places, the first with the first.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Pair {
    one: Vec<u16>,
    other: Vec<u16>,
}

impl Mistakes<'_> {
    pub(super) fn exchanged(&self, key: &[u8]) -> Vec<Changed> {
        let pairs: Vec<Pair> = self.pairs().into_iter().filter(|pair| self.differ(pair, key)).collect();
        let named: Vec<&Pair> = pairs.iter().filter(|pair| self.is_direction(pair)).collect();
        let mut sets: Vec<Vec<&Pair>> = Vec::new();
        if named.len() > 1 {
            sets.push(disjoint(&named));
        }
        sets.extend(pairs.iter().map(|pair| vec![pair]));
        if pairs.len() <= MAX_PAIRS && !self.is_raw {
            for (at, first) in pairs.iter().enumerate() {
                let others = pairs[at + 1..].iter().filter(|second| !overlap(first, second));
                sets.extend(others.map(|second| vec![first, second]));
            }
        }
        sets.into_iter().map(|set| self.exchange(key, &set)).collect()
    }

    fn exchange(&self, key: &[u8], pairs: &[&Pair]) -> Changed {
        let mut changed = key.to_vec();
        let mut leaves = Vec::new();
        for pair in pairs {
            for (&one, &other) in pair.one.iter().zip(&pair.other) {
                let (a, b) = (self.leaf(one).range(), self.leaf(other).range());
                changed[a.clone()].copy_from_slice(&key[b.clone()]);
                changed[b].copy_from_slice(&key[a]);
                leaves.extend([one, other]);
            }
        }
        Changed { key: changed, step: Step { mistake: Mistake::Exchanged, leaves } }
    }

    fn leaf(&self, index: u16) -> &Leaf {
        &self.candidates[usize::from(index)]
    }

    /// Fields of one type, and arrays of one type.
    fn pairs(&self) -> Vec<Pair> {
        if self.candidates.len() > MAX_FIELDS {
            return Vec::new();
        }
        let mut pairs = Vec::new();
        for (one, first) in self.indexed() {
            let others = self.indexed().filter(|&(other, second)| other > one && self.is_alike(first, second));
            pairs.extend(others.map(|(other, _)| Pair { one: vec![one], other: vec![other] }));
        }
        let mut arrays: Vec<Vec<u16>> = Vec::new();
        for (index, leaf) in self.indexed() {
            match arrays.last_mut() {
                Some(array) if self.leaf(array[0]).unit == leaf.unit => array.push(index),
                _ => arrays.push(vec![index]),
            }
        }
        arrays.retain(|array| array.len() > 1);
        for (at, one) in arrays.iter().enumerate() {
            for other in &arrays[at + 1..] {
                if one.len() == other.len() && self.is_alike(self.leaf(one[0]), self.leaf(other[0])) {
                    pairs.push(Pair { one: one.clone(), other: other.clone() });
                }
            }
        }
        pairs
    }

    fn is_alike(&self, one: &Leaf, other: &Leaf) -> bool {
        let is_beside =
            || one.range().end == other.range().start && one.range().start.is_multiple_of(one.range().len() * 2);
        one.is_whole()
            && other.is_whole()
            && one.bit_size == other.bit_size
            && one.kind == other.kind
            && one.order == other.order
            && (one.type_name == other.type_name || opposite(&one.path).as_ref() == Some(&other.path))
            && (!self.is_raw || is_beside())
    }

    /// Whether all fields turn into each other with the direction in their names.
    fn is_direction(&self, pair: &Pair) -> bool {
        pair.one
            .iter()
            .zip(&pair.other)
            .all(|(&one, &other)| opposite(&self.leaf(one).path).is_some_and(|turned| turned == self.leaf(other).path))
    }

    fn differ(&self, pair: &Pair, key: &[u8]) -> bool {
        pair.one
            .iter()
            .zip(&pair.other)
            .any(|(&one, &other)| key[self.leaf(one).range()] != key[self.leaf(other).range()])
    }
}

fn overlap(one: &Pair, other: &Pair) -> bool {
    let mut all = one.one.iter().chain(&one.other);
    all.any(|index| other.one.contains(index) || other.other.contains(index))
}

fn disjoint<'p>(pairs: &[&'p Pair]) -> Vec<&'p Pair> {
    let mut chosen: Vec<&Pair> = Vec::new();
    for &pair in pairs {
        if chosen.iter().all(|other| !overlap(other, pair)) {
            chosen.push(pair);
        }
    }
    chosen
}
