//! The variants of an enum against the counterpart's enumerators, by value.

use super::finding::Finding;
use crate::layout::Variant;
use crate::report::DifferenceKind;
use crate::types::Enumerator;

/// A variant is held against the enumerator of its name where there is one, in Rust's spelling or
/// C's, and else needs one of its value.
///
/// `size` is the enum's, in bytes: BTF of older compilers has -1 as the largest unsigned value, so that
/// only the bits count that the enum has.
pub(super) fn findings(size: usize, ours: &[Variant<'_>], theirs: &[Enumerator<'_>]) -> Vec<Finding> {
    let comparison = Comparison { bits: size * 8, theirs, prefix: common_prefix(theirs) };
    let mut findings: Vec<_> = ours.iter().filter_map(|variant| comparison.mismatch(variant)).collect();
    findings.extend(comparison.unlisted(ours));
    findings
}

struct Comparison<'a> {
    bits: usize,
    theirs: &'a [Enumerator<'a>],
    prefix: &'a str,
}

impl Comparison<'_> {
    fn is_same(&self, a: i128, b: i128) -> bool {
        (a ^ b) & ((1 << self.bits) - 1) == 0
    }

    fn mismatch(&self, variant: &Variant<'_>) -> Option<Finding> {
        let Self { theirs, prefix, .. } = *self;
        let (name, value) = (variant.name, variant.value);
        let text = if let Some(wanted) = variant.rename {
            match theirs.iter().find(|other| other.name == wanted) {
                Some(other) if self.is_same(other.value, value) => return None,
                Some(other) => format!("`{name}` is {value}, `{wanted}` is {}", other.value),
                None => {
                    let nearest = nearest(wanted, theirs);
                    format!("`{name}` mirrors `{wanted}`, and there is no such enumerator{nearest}")
                }
            }
        } else {
            let namesake = theirs.iter().find(|other| {
                let short = other.name.strip_prefix(prefix).unwrap_or(other.name);
                normalised(other.name) == normalised(name) || normalised(short) == normalised(name)
            });
            match namesake {
                Some(other) if self.is_same(other.value, value) => return None,
                Some(other) => format!("`{name}` is {value}, `{}` is {}", other.name, other.value),
                None if theirs.iter().any(|other| self.is_same(other.value, value)) => return None,
                None => format!("`{name}` is {value}, and no enumerator there has this value"),
            }
        };
        Some(Finding::mismatch(DifferenceKind::Enumerator, text))
    }

    /// A note about the values that only they have.
    fn unlisted(&self, ours: &[Variant<'_>]) -> Option<Finding> {
        let is_missing = |other: &&Enumerator<'_>| ours.iter().all(|variant| !self.is_same(variant.value, other.value));
        let missing: Vec<_> = self.theirs.iter().filter(is_missing).collect();
        let first = missing.first()?;
        let more = match missing.len() {
            1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        let (name, value) = (first.name, first.value);
        let text = format!("no variant for `{name}` ({value}){more}: a key with such a value cannot be read back");
        Some(Finding::note(DifferenceKind::Enumerator, text))
    }
}

fn nearest(wanted: &str, theirs: &[Enumerator<'_>]) -> String {
    let likeness = |other: &&Enumerator<'_>| strsim::jaro_winkler(wanted, other.name);
    match theirs.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b))) {
        Some(other) => format!("; the nearest is `{}` ({})", other.name, other.value),
        None => String::new(),
    }
}

/// `TcpSyn`, `TCP_SYN` and `tcp_syn` are one name.
fn normalised(name: &str) -> String {
    name.chars().filter(|&c| c != '_').map(|c| c.to_ascii_lowercase()).collect()
}

/// What all enumerators begin with, up to a `_`: C has no namespaces but this.
fn common_prefix<'a>(theirs: &[Enumerator<'a>]) -> &'a str {
    let [first, rest @ ..] = theirs else { return "" };
    if rest.is_empty() {
        return "";
    }
    let mut len = first.name.len();
    for other in rest {
        len = first.name.bytes().zip(other.name.bytes()).take(len).take_while(|(a, b)| a == b).count();
    }
    let end = first.name.as_bytes()[..len].iter().rposition(|&b| b == b'_').map_or(0, |at| at + 1);
    first.name.get(..end).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    const THEIRS: [Enumerator<'_>; 3] = [
        Enumerator { name: "DIR_IN", value: 0 },
        Enumerator { name: "DIR_FORWARD", value: 1 },
        Enumerator { name: "DIR_OUT", value: 2 },
    ];

    fn variant(name: &'static str, value: i128) -> Variant<'static> {
        Variant { name, rename: None, value }
    }

    #[test]
    fn a_renumbered_enumerator_is_found_by_its_name() {
        let found = findings(4, &[variant("In", 0), variant("Out", 1)], &THEIRS);
        let texts: Vec<_> = found.iter().map(|finding| (finding.mismatch, finding.text.as_str())).collect();
        assert_eq!(
            texts,
            [
                (true, "`Out` is 1, `DIR_OUT` is 2"),
                (false, "no variant for `DIR_OUT` (2): a key with such a value cannot be read back"),
            ]
        );
    }

    #[test]
    fn a_value_is_enough_under_another_name() {
        assert!(findings(4, &[variant("Ingress", 0), variant("Via", 1), variant("Egress", 2)], &THEIRS).is_empty());
    }

    #[test]
    fn minus_one_without_a_sign() {
        let unsigned = [Enumerator { name: "NONE", value: 0xffff_ffff }];
        assert!(findings(4, &[variant("None", -1)], &unsigned).is_empty());
        assert!(!findings(8, &[variant("None", -1)], &unsigned).is_empty());
    }

    #[test]
    fn a_value_that_nobody_has() {
        let found = findings(4, &[variant("Sideways", 7)], &THEIRS);
        assert_eq!(found[0].text, "`Sideways` is 7, and no enumerator there has this value");
    }

    #[test]
    fn a_rename_is_the_only_name() {
        let renamed = |rename| Variant { name: "In", rename: Some(rename), value: 0 };
        assert_eq!(findings(4, &[renamed("DIR_OUT")], &THEIRS)[0].text, "`In` is 0, `DIR_OUT` is 2");
        assert_eq!(
            findings(4, &[renamed("DIR_ONT")], &THEIRS)[0].text,
            "`In` mirrors `DIR_ONT`, and there is no such enumerator; the nearest is `DIR_OUT` (2)"
        );
    }
}
