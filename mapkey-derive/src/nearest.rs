//! The name that somebody probably meant.

/// The candidate with the fewest edits to `name`, if it is near enough to be meant.
pub(crate) fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let near_enough = (name.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (edits(name, candidate), candidate))
        .filter(|&(edits, _)| edits <= near_enough)
        .min()
        .map(|(_, candidate)| candidate)
}

/// How many characters must be inserted, removed, replaced or exchanged with their neighbour to get
/// from `a` to `b` (optimal string alignment).
fn edits(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::{edits, nearest};

    #[test]
    fn counts_edits() {
        assert_eq!(edits("", ""), 0);
        assert_eq!(edits("", "abc"), 3);
        assert_eq!(edits("kernal", "kernel"), 1);
        assert_eq!(edits("kerenl", "kernel"), 1);
        assert_eq!(edits("offst", "offset"), 1);
        assert_eq!(edits("ünder", "under"), 1);
    }

    #[test]
    fn suggests_only_what_is_near() {
        let names = ["kernel", "btf", "prefix", "size"];
        assert_eq!(nearest("kernal", names), Some("kernel"));
        assert_eq!(nearest("kerenl", names), Some("kernel"));
        assert_eq!(nearest("bft", names), Some("btf"));
        assert_eq!(nearest("alignment", names), None);
        assert_eq!(nearest("x", names), None);
    }
}
