//! The names that come nearest to one that isn't there.

use std::collections::HashMap;

use super::Index;
use super::kinds::KindSet;

/// How alike two names must be, 1 being the same.
const LIKENESS: f64 = 0.6;

/// Longer names are nobody's typing error. The kernel's longest are under 128 bytes.
const MAX_LEN: usize = 256;

impl<'d> Index<'d> {
    /// The names of structs, unions, enums and typedefs that are most like `name`, at most `count`, the best first.
    #[must_use]
    pub fn nearest_names(&self, name: &str, count: usize) -> Vec<&'d str> {
        if name.len() > MAX_LEN {
            return Vec::new();
        }
        let mut found = HashMap::new();
        let named = [Some(self), self.base()].into_iter().flatten().flat_map(|index| index.named(KindSet::DEFINED));
        for (record, bytes) in named.flatten() {
            let (short, long) = (bytes.len().min(name.len()), bytes.len().max(name.len()));
            if long > MAX_LEN || (short as f64) < LIKENESS * long as f64 {
                continue;
            }
            if let Ok(other) = self.strings.get(record.name_off, || record.offset) {
                found.entry(other).or_insert_with(|| strsim::normalized_damerau_levenshtein(name, other));
            }
        }
        let mut found: Vec<_> = found.into_iter().filter(|&(_, likeness)| likeness >= LIKENESS).collect();
        found.sort_by(|(a, like_a), (b, like_b)| like_b.total_cmp(like_a).then(a.cmp(b)));
        found.into_iter().take(count).map(|(name, _)| name).collect()
    }
}
