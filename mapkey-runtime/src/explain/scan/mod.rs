//! One pass over the map's keys.

mod diff;
mod evidence;
mod filter;
mod found;
mod sample;
mod text;
mod trie;

use super::shape::{Fields, KeyShape, Leaf, LeafKind};
use super::variant::{self, Relation, VariantSet};
use super::{KeyRule, Wanted};
use diff::{Diff, Direct};
pub(crate) use evidence::{Evidence, unseen_bits, unseen_leaf_bits};
use filter::Filter;
pub(crate) use found::{Found, Group, Soft};
use sample::Sample;
pub(crate) use text::{Tail, end as text_end, is_dirty as has_dirty_tail, is_text};
use trie::Trie;
pub(crate) use trie::{counted as counted_bits, fits, prefix_len};

/// Before so many entries were seen nobody knows which bytes tell them apart.
const LEARN: u64 = 256;

/// Holds a map's keys against the wanted one, each in a few nanoseconds.
///
/// ```
/// use mapkey_runtime::explain::{KeyRule, KeyShape, Scan, Wanted};
///
/// let shape = KeyShape::raw(4);
/// let mut scan = Scan::new(&shape, &Wanted::bytes_of(&shape, &[0xd2, 0x04, 0, 0])?, KeyRule::Bytes);
/// for key in [[1, 0, 0, 0], [0, 0, 0x04, 0xd2]] {
///     scan.see(&key);
/// }
/// assert_eq!(scan.finish().entries(), 2);
/// # Ok::<(), mapkey_runtime::explain::AskError>(())
/// ```
pub struct Scan {
    wanted: Vec<u8>,
    fields: Fields,
    /// Where mistakes are looked for.
    candidates: Vec<Leaf>,
    variants: VariantSet,
    direct: Direct,
    texts: Vec<usize>,
    trie: Option<Trie>,
    filter: Option<Filter>,
    sample: Sample,
    seen: u64,
    dirty: u64,
    dirty_tails: u64,
    found: Found,
}

/// What a [`Scan`] found. An [`Explanation`](super::Explanation) is made of it by [`explain`](super::explain).
pub struct Findings {
    pub(crate) wanted: Vec<u8>,
    pub(crate) fields: Fields,
    pub(crate) candidates: Vec<Leaf>,
    pub(crate) variants: VariantSet,
    pub(crate) is_trie: bool,
    pub(crate) sample: Sample,
    pub(crate) seen: u64,
    pub(crate) dirty: u64,
    pub(crate) dirty_tails: u64,
    pub(crate) found: Found,
}

impl Scan {
    /// A scan for `wanted`, a key of the shape `shape`, in a map whose keys follow `rule`.
    #[must_use]
    pub fn new(shape: &KeyShape, wanted: &Wanted, rule: KeyRule) -> Self {
        // A key of another size has none of the shape's fields.
        let size = wanted.bytes().len();
        let shape = &if shape.size() == size { shape.clone() } else { KeyShape::raw(size) };
        let mut fields = wanted.fields(shape);
        let mut candidates = variant::candidates(&fields);
        if fields.is_raw {
            fields.leaves = raw_fields(fields.size);
        }
        let is_trie = rule == KeyRule::Prefix && fields.size > trie::DATA;
        if is_trie {
            // The prefix's length is no field of the program's.
            candidates.retain(|leaf| leaf.range().start >= trie::DATA);
            fields.twins.clear();
        }
        let variants = VariantSet::new(wanted.bytes(), &fields, &candidates, !is_trie);
        let trie = is_trie.then(|| Trie::new(wanted.bytes(), &fields, &variants));
        let texts = (0..fields.leaves.len()).filter(|&index| fields.leaves[index].kind == LeafKind::Text).collect();
        let direct = Direct::new(wanted.bytes(), &fields);
        Self {
            sample: Sample::new(fields.size),
            found: Found::new(fields.leaves.len()),
            wanted: wanted.bytes().to_vec(),
            fields,
            candidates,
            variants,
            direct,
            texts,
            trie,
            filter: None,
            seen: 0,
            dirty: 0,
            dirty_tails: 0,
        }
    }

    /// Looks at one key of the map. A key of another size than the wanted one is not looked at.
    #[inline]
    pub fn see(&mut self, key: &[u8]) {
        if key.len() != self.fields.size {
            return;
        }
        self.seen += 1;
        self.sample.offer(key);
        self.dirty += u64::from(self.direct.is_dirty(key));
        if !self.texts.is_empty() {
            let is_dirty = |&text: &usize| text::is_dirty(&key[self.fields.leaves[text].range()]);
            self.dirty_tails += u64::from(self.texts.iter().any(is_dirty));
        }
        if let Some(trie) = &self.trie {
            trie.hold(key, &self.wanted, &self.variants, &mut self.found);
        } else if self.filter.is_some() {
            self.hold(key);
        } else if self.seen == LEARN {
            self.learn();
        }
    }

    /// Builds the filter, and looks at the entries that came before it.
    fn learn(&mut self) {
        if self.filter.is_some() || self.trie.is_some() {
            return;
        }
        let filter = Filter::new(&self.variants, self.sample.entries());
        self.filter = Some(filter);
        // The sample keeps the first entries all.
        let first: Vec<Vec<u8>> = self.sample.first(usize::try_from(self.seen).unwrap_or(usize::MAX));
        first.iter().for_each(|key| self.hold(key));
    }

    #[inline]
    fn hold(&mut self, key: &[u8]) {
        let diff = self.direct.diff(key);
        let near = match diff {
            Diff::Fields => None,
            Diff::Same => return self.found.same += 1,
            Diff::Padding { certain } => return self.found.padding(certain, key),
            Diff::OneField { leaf, padding } => {
                if self.is_tail(leaf, padding, key) {
                    return;
                }
                Some((leaf, padding))
            }
        };
        let Some(filter) = &self.filter else { return };
        if let Some(variant) = filter.find(&self.variants, key, |variant| self.mistakes(variant, key)) {
            return self.variant(variant, near.map(|(leaf, _)| leaf), key);
        }
        if let Some((leaf, padding)) = near {
            self.near(leaf, padding, key);
        }
    }

    fn is_tail(&mut self, leaf: usize, padding: bool, key: &[u8]) -> bool {
        if self.fields.leaves[leaf].kind != LeafKind::Text {
            return false;
        }
        let range = self.fields.leaves[leaf].range();
        let tail = text::relate(&self.wanted[range.clone()], &key[range]);
        if let Some(tail) = tail {
            self.found.tail(leaf, tail, padding, key);
        }
        tail.is_some()
    }

    #[inline(never)]
    fn variant(&mut self, variant: usize, near: Option<usize>, key: &[u8]) {
        let soft = self.soft(variant, key);
        self.found.variant(variant, soft, near, key);
    }

    /// How many mistakes lead to the entry.
    fn mistakes(&self, variant: usize, key: &[u8]) -> usize {
        let soft = self.soft(variant, key);
        self.variants.variants[variant].steps.len() + usize::from(soft.padding) + usize::from(soft.tail.is_some())
    }

    /// In what an entry that is a variant differs besides.
    fn soft(&self, variant: usize, key: &[u8]) -> Soft {
        let masks = self.variants.masks_of(variant);
        let is_moved = self.variants.variants[variant].is_moved();
        let mut soft = Soft::default();
        for (at, mask) in masks.soft.iter().enumerate() {
            let padding = if is_moved { *mask } else { mask & self.fields.padding[at] };
            let expected = if is_moved { 0 } else { self.wanted[at] };
            soft.padding |= (key[at] ^ expected) & padding != 0;
        }
        if !is_moved {
            // The text is equal to its NUL, which the masks have seen to; behind it the wanted key is as it is.
            let is_dirty = |&text: &usize| {
                let range = self.fields.leaves[text].range();
                let end = masks.soft[range.clone()].iter().position(|&soft| soft != 0);
                end.is_some_and(|end| key[range.clone()][end] != 0 || text::is_dirty(&key[range.clone()]))
            };
            soft.tail = self.texts.iter().find(|text| is_dirty(text)).copied();
        }
        soft
    }

    fn near(&mut self, leaf: usize, padding: bool, key: &[u8]) {
        let field = &self.fields.leaves[leaf];
        let (wanted, entry) = (field.value(&self.wanted), field.value(key));
        let relation: Option<Relation> =
            variant::relate_halves(field, wanted, entry).or_else(|| variant::relate_width(field, wanted, entry));
        match relation {
            Some(relation) if !self.fields.is_raw => self.found.relation(leaf, relation, padding, key),
            // A key that is one number is near to every other.
            _ if self.fields.leaves.len() == 1 && field.is_integer() => {}
            _ => self.found.near(leaf, distance(field, &self.wanted, key), key),
        }
    }

    /// What was found.
    #[must_use]
    pub fn finish(mut self) -> Findings {
        self.learn();
        Findings {
            is_trie: self.trie.is_some(),
            wanted: self.wanted,
            fields: self.fields,
            candidates: self.candidates,
            variants: self.variants,
            sample: self.sample,
            seen: self.seen,
            dirty: self.dirty,
            dirty_tails: self.dirty_tails,
            found: self.found,
        }
    }
}

impl Findings {
    /// How many keys the scan saw.
    #[must_use]
    pub fn entries(&self) -> u64 {
        self.seen
    }

    /// How many keys have bits that are not zero where no field is.
    #[must_use]
    pub fn dirty_padding(&self) -> u64 {
        self.dirty
    }

    /// How many keys have a text with something behind its NUL.
    #[must_use]
    pub fn dirty_tails(&self) -> u64 {
        self.dirty_tails
    }

    pub(crate) fn has_text(&self) -> bool {
        self.fields.leaves.iter().any(|leaf| leaf.kind == LeafKind::Text)
    }

    /// Whether there is anything in the key that could be mistaken so.
    pub(crate) fn was_tried(&self, kind: super::CauseKind) -> bool {
        self.variants
            .variants
            .iter()
            .any(|variant| matches!(variant.steps.as_slice(), [step] if step.mistake.kind() == kind))
    }

    pub(crate) fn evidence(&self) -> Evidence<'_> {
        Evidence::new(&self.sample, &self.fields, self.seen)
    }
}

/// How far the field of an entry is from the wanted one: numbers by their difference, all else by its bits.
fn distance(leaf: &Leaf, wanted: &[u8], entry: &[u8]) -> u64 {
    if leaf.is_integer() {
        return leaf.value(wanted).abs_diff(leaf.value(entry));
    }
    let bytes = wanted[leaf.range()].iter().zip(&entry[leaf.range()]);
    if leaf.kind == LeafKind::Text {
        let shared = bytes.take_while(|(a, b)| a == b).count();
        return (leaf.range().len() - shared) as u64;
    }
    bytes.map(|(a, b)| u64::from((a ^ b).count_ones())).sum()
}

/// The bytes of a key without a type, as far as one can take them apart: in words of four bytes, or as one number.
fn raw_fields(size: usize) -> Vec<Leaf> {
    if matches!(size, 1 | 2 | 4 | 8) {
        return vec![variant::raw_leaf(0, size, LeafKind::Unsigned)];
    }
    let words = (0..size).step_by(4).map(|start| (start, (size - start).min(4)));
    words
        .map(|(start, len)| variant::raw_leaf(start, len, if len == 3 { LeafKind::Bytes } else { LeafKind::Unsigned }))
        .collect()
}
