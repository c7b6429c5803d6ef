//! The variants of an enum against the counterpart's enumerators, by value.

use super::coverage::starts_with;
use super::finding::{Finding, Meaning};
use crate::layout::Variant;
use crate::report::DifferenceKind;
use crate::types::{Enumerator, TypeIndex, Types};

/// The counterpart's enumerators.
///
/// A variant is held against the enumerator of its name where there is one, in Rust's spelling or
/// C's, and else needs one of its value.
pub(super) struct Enumeration<'a> {
    root: TypeIndex,
    /// BTF of older compilers has -1 as the largest unsigned value, so that only the bits count that the enum has.
    mask: i128,
    theirs: &'a [Enumerator<'a>],
    prefix: usize,
}

impl<'a> Enumeration<'a> {
    /// `size` is our enum's, in bytes.
    pub(super) const fn of(types: Types<'a>, root: TypeIndex, size: usize) -> Self {
        let mask = if size < 16 { (1 << (8 * size)) - 1 } else { -1 };
        let theirs = types.enumerators(root);
        Self { root, mask, theirs, prefix: common_prefix(theirs) }
    }

    const fn is_same(&self, a: i128, b: i128) -> bool {
        (a ^ b) & self.mask == 0
    }

    pub(super) const fn mismatch(&self, ours: &Variant<'a>) -> Option<Finding<'a>> {
        let (variant, value) = (ours.name, ours.value);
        let namesake = match ours.rename {
            Some(wanted) => self.named(wanted),
            None => self.namesake(variant),
        };
        let meaning = match (namesake, ours.rename) {
            (Some(other), _) if self.is_same(other.value, value) => return None,
            (Some(other), _) => Meaning::EnumValues { variant, ours: value, name: other.name, theirs: other.value },
            (None, Some(wanted)) => Meaning::NoEnumerator { variant, wanted, root: self.root },
            (None, None) if self.has(value) => return None,
            (None, None) => Meaning::NoValue { variant, value },
        };
        Some(Finding::mismatch(DifferenceKind::Enumerator, meaning))
    }

    const fn named(&self, name: &str) -> Option<&'a Enumerator<'a>> {
        let mut i = 0;
        while i < self.theirs.len() {
            if crate::message::same(self.theirs[i].name.as_bytes(), name.as_bytes()) {
                return Some(&self.theirs[i]);
            }
            i += 1;
        }
        None
    }

    const fn namesake(&self, name: &str) -> Option<&'a Enumerator<'a>> {
        let mut i = 0;
        while i < self.theirs.len() {
            let other = self.theirs[i].name.as_bytes();
            let short = other.split_at(self.prefix).1;
            if is_one_name(other, name.as_bytes()) || is_one_name(short, name.as_bytes()) {
                return Some(&self.theirs[i]);
            }
            i += 1;
        }
        None
    }

    const fn has(&self, value: i128) -> bool {
        let mut i = 0;
        while i < self.theirs.len() {
            if self.is_same(self.theirs[i].value, value) {
                return true;
            }
            i += 1;
        }
        false
    }

    /// A note about the values that only they have.
    pub(super) const fn unlisted(&self, ours: &[Variant<'_>]) -> Option<Finding<'a>> {
        let (mut first, mut count, mut i) = (None, 0, 0);
        while i < self.theirs.len() {
            let other = &self.theirs[i];
            let (mut is_listed, mut k) = (false, 0);
            while k < ours.len() {
                is_listed |= self.is_same(ours[k].value, other.value);
                k += 1;
            }
            if !is_listed {
                count += 1;
                first = if first.is_none() { Some(other) } else { first };
            }
            i += 1;
        }
        match first {
            Some(Enumerator { name, value }) => {
                let meaning = Meaning::NoVariant { name, value: *value, more: count - 1 };
                Some(Finding::note(DifferenceKind::Enumerator, meaning))
            }
            None => None,
        }
    }
}

/// `TcpSyn`, `TCP_SYN` and `tcp_syn` are one name.
const fn is_one_name(a: &[u8], b: &[u8]) -> bool {
    let (mut i, mut k) = (0, 0);
    loop {
        while i < a.len() && a[i] == b'_' {
            i += 1;
        }
        while k < b.len() && b[k] == b'_' {
            k += 1;
        }
        if i == a.len() || k == b.len() {
            return i == a.len() && k == b.len();
        }
        if !a[i].eq_ignore_ascii_case(&b[k]) {
            return false;
        }
        (i, k) = (i + 1, k + 1);
    }
}

/// How many bytes all enumerators begin with, up to a `_`: C has no namespaces but this.
const fn common_prefix(theirs: &[Enumerator<'_>]) -> usize {
    if theirs.len() < 2 {
        return 0;
    }
    let first = theirs[0].name.as_bytes();
    let mut len = first.len();
    let mut i = 1;
    while i < theirs.len() {
        while !starts_with(theirs[i].name.as_bytes(), first.split_at(len).0) {
            len -= 1;
        }
        i += 1;
    }
    while len > 0 && first[len - 1] != b'_' {
        len -= 1;
    }
    len
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::{nearest, text};
    use crate::types::{Shape, Slice, Type};

    const THEIRS: [Enumerator<'_>; 3] = [
        Enumerator { name: "DIR_IN", value: 0 },
        Enumerator { name: "DIR_FORWARD", value: 1 },
        Enumerator { name: "DIR_OUT", value: 2 },
    ];

    fn variant(name: &'static str, value: i128) -> Variant<'static> {
        Variant { name, rename: None, value }
    }

    /// Whether each finding is a mismatch, and what it says.
    fn findings(size: usize, ours: &[Variant<'_>], theirs: &[Enumerator<'_>]) -> Vec<(bool, String)> {
        let enumerators = Slice { start: 0, len: u32::try_from(theirs.len()).expect("a few") };
        let shape = Shape::Enum { signed: false, enumerators };
        let ty = Type { name: "direction", id: 1, size: 4, align: 4, shape };
        let types = Types { types: &[ty], members: &[], enumerators: theirs };
        let enumeration = Enumeration::of(types, TypeIndex(0), size);
        let found = ours.iter().filter_map(|variant| enumeration.mismatch(variant));
        let all = found.chain(enumeration.unlisted(ours));
        all.map(|finding| {
            let hint = match finding.meaning {
                Meaning::NoEnumerator { wanted, .. } => nearest::enumerator(wanted, theirs),
                _ => String::new(),
            };
            (finding.mismatch, text::to_string(|text| text.meaning(types, &finding, &hint)))
        })
        .collect()
    }

    #[test]
    fn a_renumbered_enumerator_is_found_by_its_name() {
        assert_eq!(
            findings(4, &[variant("In", 0), variant("Out", 1)], &THEIRS),
            [
                (true, "`Out` is 1, `DIR_OUT` is 2".to_owned()),
                (false, "no variant for `DIR_OUT` (2): a key with such a value cannot be read back".to_owned()),
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
        assert_eq!(found[0].1, "`Sideways` is 7, and no enumerator there has this value");
    }

    #[test]
    fn a_rename_is_the_only_name() {
        let renamed = |rename| Variant { name: "In", rename: Some(rename), value: 0 };
        assert_eq!(findings(4, &[renamed("DIR_OUT")], &THEIRS)[0].1, "`In` is 0, `DIR_OUT` is 2");
        assert_eq!(
            findings(4, &[renamed("DIR_ONT")], &THEIRS)[0].1,
            "`In` mirrors `DIR_ONT`, and there is no such enumerator; the nearest is `DIR_OUT` (2)"
        );
    }
}
