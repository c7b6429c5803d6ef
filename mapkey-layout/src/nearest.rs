//! The names that come nearest to one that isn't there.

use std::collections::HashMap;
use std::fmt::Display;

/// How alike two names must be, 1 being the same.
const LIKENESS: f64 = 0.6;

/// Longer names are nobody's typing error. The kernel's longest are under 128 bytes.
pub(crate) const MAX_LEN: usize = 256;

/// Those of `others` that are most like `name`, at most `count`, the best first.
///
/// ```
/// assert_eq!(mapkey_layout::nearest("flow", ["flows", "stats", "flow_log"], 2), ["flows"]);
/// ```
#[must_use]
pub fn nearest<'n>(name: &str, others: impl IntoIterator<Item = &'n str>, count: usize) -> Vec<&'n str> {
    let mut found = HashMap::new();
    for other in others {
        if can_be_alike(name, other.as_bytes()) {
            found.entry(other).or_insert_with(|| strsim::normalized_damerau_levenshtein(name, other));
        }
    }
    let mut found: Vec<_> = found.into_iter().filter(|&(_, likeness)| likeness >= LIKENESS).collect();
    found.sort_by(|(a, like_a), (b, like_b)| like_b.total_cmp(like_a).then(a.cmp(b)));
    found.into_iter().take(count).map(|(name, _)| name).collect()
}

/// Whether `other` can be like `name` at all: a kernel has a hundred thousand names, and to count edits takes long.
///
/// Every letter that only one of two names has is an edit, whatever the order is.
pub(crate) fn can_be_alike(name: &str, other: &[u8]) -> bool {
    let long = other.len().max(name.len());
    let enough = |common: usize| common as f64 >= LIKENESS * long as f64;
    if long > MAX_LEN || !enough(other.len().min(name.len())) {
        return false;
    }
    if !name.is_ascii() || !other.is_ascii() {
        return true;
    }
    let mut left = [0u16; 128];
    name.bytes().for_each(|byte| left[usize::from(byte)] += 1);
    let common = other.iter().filter(|&&byte| {
        let left = &mut left[usize::from(byte)];
        let is_there = *left > 0;
        *left -= u16::from(is_there);
        is_there
    });
    enough(common.count())
}

/// ``; did you mean `a` or `b`?``, or nothing.
#[must_use]
pub fn did_you_mean(nearest: &[impl Display]) -> String {
    if nearest.is_empty() {
        return String::new();
    }
    let quoted: Vec<_> = nearest.iter().map(|name| format!("`{name}`")).collect();
    format!("; did you mean {}?", quoted.join(" or "))
}
