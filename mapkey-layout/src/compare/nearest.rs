//! The members and enumerators whose names come nearest to one that isn't there.

use std::collections::HashSet;

use super::found::Nameable;
use crate::types::{Enumerator, MAX_FLATTENED, TypeIndex, Types};

/// The members whose names come nearest to `name`, as paths from `index`, best first: the members of
/// members too, for a name is often one level off (`sk_daddr` is `__sk_common.skc_daddr`). Looks at no
/// more members than one struct may have, however a hostile source combines them.
pub(super) fn members(types: Types<'_>, index: TypeIndex, name: &str, count: usize) -> Vec<String> {
    let wanted = name.rsplit('.').next().unwrap_or(name);
    let mut scored: Vec<(f64, usize, String)> = Vec::new();
    let mut level = vec![(String::new(), index)];
    let mut seen = HashSet::new();
    let mut looked_at = 0;
    for depth in 0..NEAREST_DEPTH {
        let mut next = Vec::new();
        for (prefix, index) in level {
            if looked_at >= MAX_FLATTENED || !seen.insert(index) {
                continue;
            }
            let mut members = Nameable::of(types, index);
            while let Some(member) = members.next() {
                looked_at += 1;
                let path = join(&prefix, member.name);
                let score = likeness(wanted, member.name);
                if score >= LIKENESS_FLOOR {
                    scored.push((score, depth, path.clone()));
                }
                if types.is_composite(member.ty.index) {
                    next.push((path, member.ty.index));
                }
            }
        }
        level = next;
    }
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    scored.into_iter().take(count).map(|(_, _, path)| path).collect()
}

const NEAREST_DEPTH: usize = 3;
const LIKENESS_FLOOR: f64 = 0.7;

/// How much one name looks like another, 0 to 1: by edits, or because one contains the other.
fn likeness(wanted: &str, name: &str) -> f64 {
    let (wanted, name) = (wanted.to_ascii_lowercase(), name.to_ascii_lowercase());
    let edits = strsim::normalized_damerau_levenshtein(&wanted, &name);
    let (short, long) = if wanted.len() < name.len() { (&wanted, &name) } else { (&name, &wanted) };
    let contains = short.len() >= 3 && long.contains(short.as_str());
    if contains { edits.max(0.75) } else { edits }
}

/// The enumerator that looks most like `wanted`.
pub(super) fn enumerator(wanted: &str, theirs: &[Enumerator<'_>]) -> String {
    let likeness = |other: &&Enumerator<'_>| strsim::jaro_winkler(wanted, other.name);
    match theirs.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b))) {
        Some(other) => format!("; the nearest is `{}` ({})", other.name, other.value),
        None => String::new(),
    }
}

pub(crate) fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") }
}
