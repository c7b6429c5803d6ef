//! All variants of a key, each once.

use std::collections::HashMap;

use super::place::{self, Placed};
use super::{Changed, Mistake, Mistakes, Step};
use crate::explain::CauseKind;
use crate::explain::shape::{Fields, Leaf, LeafKind};

/// Bytes that the variants of one key may take. A key of 64 bytes has 16384 of them then.
const MAX_BYTES: usize = 4 << 20;

/// More variants than a key with a dozen fields has.
const MAX_VARIANTS: usize = 1 << 14;

/// By how many bytes a key is moved at most.
const MAX_SHIFT: usize = 64;

/// Every key that a known mistake, or two of them, would have made of the wanted one.
pub(crate) struct VariantSet {
    pub(crate) size: usize,
    pub(crate) variants: Vec<Variant>,
    pub(crate) masks: Vec<Masks>,
    values: Vec<u8>,
    /// How many variants were tried for each kind or pair of kinds: the more, the less a match means.
    tried: HashMap<Vec<CauseKind>, usize>,
}

/// One variant.
#[derive(Clone, Debug)]
pub(crate) struct Variant {
    /// The index in [`VariantSet::masks`].
    pub(crate) mask: usize,
    /// One mistake or two.
    pub(crate) steps: Vec<Step>,
    /// Other mistakes that lead to the same bytes.
    pub(crate) also: Vec<Vec<Step>>,
}

/// Which bits of an entry must be equal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Masks {
    /// Must be equal.
    pub(crate) hard: Vec<u8>,
    /// May be unequal, which is a cause of its own then: padding, and what is behind a text's end.
    pub(crate) soft: Vec<u8>,
}

impl Variant {
    pub(crate) fn kinds(&self) -> Vec<CauseKind> {
        kinds(&self.steps)
    }

    /// Whether the fields are elsewhere.
    pub(crate) fn is_moved(&self) -> bool {
        self.steps.iter().any(|step| matches!(step.mistake, Mistake::Twin { .. } | Mistake::Shifted(_)))
    }
}

fn kinds(steps: &[Step]) -> Vec<CauseKind> {
    steps.iter().map(|step| step.mistake.kind()).collect()
}

impl VariantSet {
    /// `moved` is whether whole keys may be elsewhere.
    pub(crate) fn new(wanted: &[u8], fields: &Fields, candidates: &[Leaf], moved: bool) -> Self {
        let mut builder = Builder::new(wanted, fields);
        let mistakes = Mistakes { candidates, is_raw: fields.is_raw };
        let singles = mistakes.all(wanted);
        for single in &singles {
            builder.in_place(&single.key, vec![single.step.clone()]);
        }
        if moved {
            builder.elsewhere(wanted, &[]);
        }
        'pairs: for first in &singles {
            for second in mistakes.all(&first.key) {
                if builder.is_full() {
                    break 'pairs;
                }
                let is_of_another_kind = second.step.mistake.kind() != first.step.mistake.kind();
                if is_of_another_kind && mistakes.may_follow(&first.step, &second.step) {
                    builder.in_place(&second.key, vec![first.step.clone(), second.step]);
                }
            }
        }
        for Changed { key, step } in singles.iter().filter(|_| moved) {
            if builder.is_full() {
                break;
            }
            builder.elsewhere(key, std::slice::from_ref(step));
        }
        builder.set
    }

    pub(crate) fn value(&self, variant: usize) -> &[u8] {
        &self.values[variant * self.size..(variant + 1) * self.size]
    }

    pub(crate) fn masks_of(&self, variant: usize) -> &Masks {
        &self.masks[self.variants[variant].mask]
    }

    /// Whether `entry` has the bytes of the variant.
    pub(crate) fn matches(&self, variant: usize, entry: &[u8]) -> bool {
        let hard = &self.masks_of(variant).hard;
        entry.iter().zip(self.value(variant)).zip(hard).all(|((entry, value), hard)| (entry ^ value) & hard == 0)
    }

    /// How many variants were tried for the kinds of this one.
    pub(crate) fn tried(&self, kinds: &[CauseKind]) -> usize {
        self.tried.get(kinds).copied().unwrap_or(1)
    }
}

struct Builder<'a> {
    set: VariantSet,
    fields: &'a Fields,
    wanted: &'a [u8],
    masks: HashMap<Masks, usize>,
    /// By mask and value.
    known: HashMap<(usize, Box<[u8]>), usize>,
    most: usize,
}

impl<'a> Builder<'a> {
    fn new(wanted: &'a [u8], fields: &'a Fields) -> Self {
        let size = wanted.len();
        let (variants, masks, values) = (Vec::new(), Vec::new(), Vec::new());
        let set = VariantSet { size, variants, masks, values, tried: HashMap::new() };
        let most = (MAX_BYTES / (4 * size.max(1))).clamp(1, MAX_VARIANTS);
        Self { set, fields, wanted, masks: HashMap::new(), known: HashMap::new(), most }
    }

    fn is_full(&self) -> bool {
        self.set.variants.len() >= self.most
    }

    /// A key whose fields are where the wanted key's are.
    fn in_place(&mut self, key: &[u8], steps: Vec<Step>) {
        let mut soft = self.fields.padding.clone();
        for leaf in self.fields.leaves.iter().filter(|leaf| leaf.kind == LeafKind::Text) {
            if let Some(end) = key[leaf.range()].iter().position(|&byte| byte == 0) {
                soft[leaf.range()][end..].fill(0xff);
            }
        }
        let hard = soft.iter().map(|soft| !soft).collect();
        self.push(key.to_vec(), Masks { hard, soft }, steps);
    }

    /// A key whose fields are elsewhere, after `before`.
    fn elsewhere(&mut self, key: &[u8], before: &[Step]) {
        let twins = self.fields.twins.iter().enumerate().map(|(index, twin)| place::in_twin(key, index, twin));
        let placed: Vec<Placed> = twins.chain(place::shifted(key, MAX_SHIFT)).collect();
        for Placed { value, hard, soft, step } in placed {
            let steps = before.iter().cloned().chain([step]).collect();
            self.push(value, Masks { hard, soft }, steps);
        }
    }

    fn push(&mut self, mut value: Vec<u8>, masks: Masks, steps: Vec<Step>) {
        let is_wanted = value.iter().zip(self.wanted).zip(&masks.hard).all(|((a, b), hard)| (a ^ b) & hard == 0);
        if is_wanted || self.is_full() {
            return;
        }
        value.iter_mut().zip(&masks.hard).for_each(|(value, hard)| *value &= hard);
        let next = self.set.masks.len();
        let mask = *self.masks.entry(masks.clone()).or_insert(next);
        if mask == next {
            self.set.masks.push(masks);
        }
        *self.set.tried.entry(kinds(&steps)).or_insert(0) += 1;
        let place = self.set.variants.len();
        match self.known.entry((mask, value.clone().into_boxed_slice())) {
            std::collections::hash_map::Entry::Occupied(known) => {
                let known = &mut self.set.variants[*known.get()];
                if known.steps.len() == steps.len() && known.also.len() < 2 && kinds(&known.steps) != kinds(&steps) {
                    known.also.push(steps);
                }
            }
            std::collections::hash_map::Entry::Vacant(new) => {
                new.insert(place);
                self.set.values.extend(value);
                self.set.variants.push(Variant { mask, steps, also: Vec::new() });
            }
        }
    }
}
