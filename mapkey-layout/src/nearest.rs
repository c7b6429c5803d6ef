//! The names that come nearest to one that is not there.

/// How alike two names must be to be worth showing, 1 being the same.
const FLOOR: f64 = 0.6;

/// Longer names are nobody's typing error.
const MAX_LEN: usize = 256;

/// Those of `names` that are most like `wanted`, at most `count`, the best first.
///
/// ```
/// let fields = ["saddr", "daddr", "sport", "dport"];
/// assert_eq!(mapkey_layout::nearest("dst_port", fields, 1), ["dport"]);
/// assert_eq!(mapkey_layout::nearest("ifindex", fields, 1), [""; 0]);
/// ```
#[must_use]
pub fn nearest<'n>(wanted: &str, names: impl IntoIterator<Item = &'n str>, count: usize) -> Vec<&'n str> {
    if wanted.len() > MAX_LEN {
        return Vec::new();
    }
    let mut found: Vec<(f64, &str)> = names
        .into_iter()
        .filter(|name| name.len() <= MAX_LEN)
        .map(|name| (likeness(wanted, name), name))
        .filter(|&(likeness, _)| likeness >= FLOOR)
        .collect();
    found.sort_by(|(a, name), (b, other)| b.total_cmp(a).then(name.cmp(other)));
    found.dedup();
    found.into_iter().take(count).map(|(_, name)| name).collect()
}

/// How much one name looks like another, 0 to 1: by edits, or because one contains the other.
pub(crate) fn likeness(wanted: &str, name: &str) -> f64 {
    let (wanted, name) = (wanted.to_ascii_lowercase(), name.to_ascii_lowercase());
    let edits = strsim::normalized_damerau_levenshtein(&wanted, &name);
    let (short, long) = if wanted.len() < name.len() { (&wanted, &name) } else { (&name, &wanted) };
    let contains = short.len() >= 3 && long.contains(short.as_str());
    if contains { edits.max(0.75) } else { edits }
}
