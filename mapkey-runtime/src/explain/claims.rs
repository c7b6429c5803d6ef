//! From the entries that a scan found to causes, each with what it rests on.

use super::scan::{self, Findings, Group, Soft, Tail, counted_bits};
use super::shape::Leaf;
use super::variant::{Mistake, Relation, Step};
use super::words::{self, Words};
use super::{Cause, CauseKind};

/// A cause that an entry shows, or two that hold together.
pub(crate) struct Claim {
    /// How many keys of such a map would show the same by chance: the order of claims.
    pub(crate) chance: f64,
    /// With the same entry.
    pub(crate) causes: Vec<Cause>,
}

/// More than this by chance is no finding.
const MOST_BY_CHANCE: f64 = 0.5;

/// How often a key that is not found was mistaken in one certain way: most were never written. A coincidence that chance
/// brings about as often is as likely to be chance.
const PRIOR: f64 = 1.0 / 30.0;

/// In so many more ways a field is another's by two mistakes than by one.
const WAYS_OF_PAIRS: f64 = 16.0;

/// More claims than a person reads.
const MOST_CLAIMS: usize = 8;

impl Claim {
    pub(crate) fn confidence(&self) -> f64 {
        self.causes.first().map_or(0.0, |cause| cause.confidence)
    }
}

impl Findings {
    /// The twins among the entries, the rarest coincidence first.
    pub(crate) fn claims(&self) -> Vec<Claim> {
        let mut claims: Vec<Claim> = self.paddings().into_iter().chain(self.tails()).collect();
        let mut coincidences = self.coincidences();
        coincidences.sort_by(|a, b| a.chance.total_cmp(&b.chance).then_with(|| entry(a).cmp(&entry(b))));
        claims.extend(coincidences);
        claims.truncate(MOST_CLAIMS);
        claims
    }

    /// Entries that are equal in every field: that is no coincidence, whatever the fields are.
    fn paddings(&self) -> Vec<Claim> {
        let [certain, perhaps] = &self.found.padding;
        let claim = |group: &Group, confidence| {
            let cause = self.words().padding(group, confidence, false);
            Claim { chance: 0.0, causes: vec![cause] }
        };
        // A name can be wrong about its bytes.
        let differs = |group: &Group| {
            let called = self.fields.called_padding.iter().flat_map(Clone::clone);
            called.map(|at| (self.wanted[at], group.entry[at])).any(|(wanted, entry)| wanted != entry)
        };
        let certain = certain.iter().map(|group| claim(group, if differs(group) { 0.9 } else { 0.99 }));
        certain.chain(perhaps.iter().map(|group| claim(group, 0.5))).collect()
    }

    fn tails(&self) -> Vec<Claim> {
        let mut claims = Vec::new();
        for (&(leaf, tail, padding), group) in &self.found.tails {
            let end = scan::text_end(&self.wanted[self.fields.leaves[leaf].range()]);
            let confidence = match tail {
                // An empty text is equal to every other.
                _ if end == 0 => 0.3,
                Tail::Garbage => 0.95,
                Tail::Filled(_) => 0.9,
                Tail::NoNul => 0.8,
            };
            let mut causes = vec![self.words().tail(leaf, Some(tail), group, confidence)];
            if padding {
                causes.push(self.words().padding(group, confidence, true));
            }
            let chance = (1.0 - confidence) * MOST_BY_CHANCE;
            claims.push(Claim { chance, causes });
        }
        claims.sort_by(|a, b| a.chance.total_cmp(&b.chance).then_with(|| entry(a).cmp(&entry(b))));
        claims
    }

    /// Whether an entry is the key so changed, which means nothing among so many.
    pub(crate) fn is_by_chance(&self, kind: CauseKind) -> bool {
        let variants = self.found.variants.iter().any(|(&(variant, soft), (group, near))| {
            self.variants.variants[variant].kinds() == [kind] && self.weigh(variant, soft, group, *near).is_none()
        });
        let relations = self.found.relations.iter().any(|(&(leaf, _), (group, relation))| {
            relation.mistake.kind() == kind && self.weigh_relation(leaf, *relation, group).is_none()
        });
        variants || relations
    }

    fn coincidences(&self) -> Vec<Claim> {
        let mut claims = Vec::new();
        for (&(variant, soft), (group, near)) in &self.found.variants {
            let Some((chance, factor)) = self.weigh(variant, soft, group, *near) else { continue };
            let variant = &self.variants.variants[variant];
            let shared = if variant.also.is_empty() { 1.0 } else { 0.7 };
            claims.push(self.claim(&variant.steps, soft, group, chance, factor * shared));
            claims.extend(variant.also.iter().map(|steps| self.claim(steps, soft, group, chance, factor * 0.5)));
        }
        for (&(leaf, padding), (group, relation)) in &self.found.relations {
            let Some(chance) = self.weigh_relation(leaf, *relation, group) else { continue };
            let step = Step { mistake: relation.mistake, leaves: vec![u16::try_from(leaf).unwrap_or(u16::MAX)] };
            claims.push(self.claim(&[step], Soft { padding, tail: None }, group, chance, 0.9));
        }
        claims
    }

    /// How many such matches there would be by chance, and what else makes the claim less sure; `None` where the match
    /// means nothing. `near` is the field that alone differs, if it is one.
    pub(crate) fn weigh(&self, variant: usize, soft: Soft, group: &Group, near: Option<usize>) -> Option<(f64, f64)> {
        let steps = &self.variants.variants[variant].steps;
        // Two mistakes and then one more: with three, any key turns into any other.
        if steps.len() + usize::from(soft.padding) + usize::from(soft.tail.is_some()) > 2 {
            return None;
        }
        // What differs in one field only needs no key that is guessed or moved to become another one.
        let is_moved = self.variants.variants[variant].is_moved();
        if steps.len() > 1 && near.is_some() && (self.fields.is_raw || is_moved) {
            return None;
        }
        let mut mask = self.variants.masks_of(variant).hard.clone();
        if self.is_trie {
            let counted = counted_bits(&group.entry);
            mask.iter_mut().zip(counted).for_each(|(mask, counted)| *mask &= counted);
        }
        let kinds = self.variants.variants[variant].kinds();
        let tried = self.variants.tried(&kinds);
        let evidence = self.evidence();
        let usual = evidence.chance(&group.entry, &mask, tried);
        // What is usual in the map says how often another key matches it as it stands. That the wanted key has the same
        // bytes in other places, where hardly any key has them, is no chance even where all entries have one value.
        let (bits, rest) = self.moved_bytes(steps, group, &mask);
        let mut chance = usual.min(evidence.chance(&group.entry, &rest, tried) * (-bits).exp2());
        if let Some(by) = shift_of(steps).filter(|&by| group.count > 1 || self.lands_on_fields(by)) {
            if steps.len() > 1 && group.count > 1 {
                return None;
            }
            let kept = self.kept_by_shift(by);
            chance = chance.max(evidence.chance_of_wanted(&self.wanted, &kept, tried, group.count));
        }
        if let Some(leaf) = near.filter(|_| !self.is_trie && !is_moved) {
            // A neighbour is equal in all other fields by its nature: only this one means anything.
            chance = chance.max(ways(steps) * (-self.meaning(steps, &self.fields.leaves[leaf], group)).exp2());
        }
        let orders = steps.iter().filter(|step| matches!(step.mistake, Mistake::Swapped(_)));
        let factor = orders.map(|step| self.order_of_others(step, group)).fold(1.0, f64::min);
        (chance <= MOST_BY_CHANCE).then_some((chance, factor))
    }

    /// The bits that bytes of the wanted key in other places mean, and the rest of `mask`.
    fn moved_bytes(&self, steps: &[Step], group: &Group, mask: &[u8]) -> (f64, Vec<u8>) {
        let mut rest = mask.to_vec();
        let mut bits = 0.0;
        for step in steps {
            for leaf in step.leaves.iter().filter_map(|&leaf| self.candidates.get(usize::from(leaf))) {
                match step.mistake {
                    // A number in the wrong order looks like none: large, and round.
                    Mistake::Swapped(_) | Mistake::Width { .. }
                        if self.loses_nothing(step, leaf) && leaf.range().all(|at| rest[at] == 0xff) =>
                    {
                        bits += self.meaning(std::slice::from_ref(step), leaf, group);
                        rest[leaf.range()].fill(0);
                    }
                    Mistake::Swapped(_) | Mistake::Exchanged | Mistake::HalvesExchanged => {
                        for at in leaf.range().filter(|&at| self.wanted[at] != group.entry[at]) {
                            if rest[at] == 0xff {
                                bits += scan::unseen_bits(group.entry[at]);
                                rest[at] = 0;
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
        (bits, rest)
    }

    /// The bits that a field means of which `steps` make the entry's.
    fn meaning(&self, steps: &[Step], leaf: &Leaf, group: &Group) -> f64 {
        let entry = scan::unseen_leaf_bits(leaf, &group.entry);
        // The odd one of two may be the wanted one: swapped, or -1 without its sign.
        let loses_nothing = steps.iter().all(|step| self.loses_nothing(step, leaf));
        if loses_nothing { entry.max(scan::unseen_leaf_bits(leaf, &self.wanted)) } else { entry }
    }

    /// Whether the wanted number can be told from the one that `step` makes of it.
    fn loses_nothing(&self, step: &Step, leaf: &Leaf) -> bool {
        match step.mistake {
            Mistake::Swapped(_) => leaf.is_integer(),
            Mistake::Width { bits, signed: true } => leaf.value(&self.wanted) >> bits == 0,
            _ => false,
        }
    }

    /// The wanted key's bytes that a shift leaves in the key.
    fn kept_by_shift(&self, by: isize) -> Vec<u8> {
        let mut kept: Vec<u8> = self.fields.padding.iter().map(|padding| !padding).collect();
        let (len, gone) = (kept.len(), by.unsigned_abs().min(kept.len()));
        let lost = if by > 0 { len - gone..len } else { 0..gone };
        kept[lost].fill(0);
        kept
    }

    /// Whether a shift brings every value to the place of another field of its kind, where it looks as if it belonged.
    fn lands_on_fields(&self, by: isize) -> bool {
        let leaves = &self.fields.leaves;
        let is_set = |leaf: &&Leaf| self.wanted[leaf.range()].iter().any(|&byte| byte != 0);
        let lands = |leaf: &Leaf| {
            let len = leaf.range().len();
            let to = leaf.range().start.checked_add_signed(by).filter(|to| to + len <= self.wanted.len());
            to.is_none_or(|to| leaves.iter().any(|other| other.range() == (to..to + len) && other.kind == leaf.kind))
        };
        leaves.iter().filter(is_set).all(lands)
    }

    pub(crate) fn weigh_relation(&self, leaf: usize, relation: Relation, group: &Group) -> Option<f64> {
        let mut mask: Vec<u8> = self.fields.padding.iter().map(|padding| !padding).collect();
        let field = &self.fields.leaves[leaf];
        field.set(&mut mask, relation.matched);
        let chance = self.evidence().chance(&group.entry, &mask, 4);
        (chance <= MOST_BY_CHANCE).then_some(chance)
    }

    fn claim(&self, steps: &[Step], soft: Soft, group: &Group, chance: f64, factor: f64) -> Claim {
        let words = self.words();
        let confidence = steps.iter().map(|step| words::prior(step.mistake.kind())).product::<f64>() * factor
            / (1.0 + chance / PRIOR);
        let mut causes = words.steps(steps, group, confidence);
        if soft.padding {
            causes.push(if steps.iter().any(|step| step.mistake.kind() == CauseKind::LayoutTwin) {
                words.twin_padding(steps, group, confidence)
            } else {
                words.padding(group, confidence, true)
            });
        }
        if let Some(leaf) = soft.tail {
            causes.push(words.tail(leaf, None, group, confidence));
        }
        Claim { chance, causes }
    }

    /// Whether the other entries look as if their fields were in the order of the wanted key, 1 if none does.
    ///
    /// Numbers in keys are small more often than not. An entry whose number is smaller as it stands was written in this
    /// order, one whose number is smaller the other way round in the other.
    fn order_of_others(&self, step: &Step, group: &Group) -> f64 {
        let (mut right, mut swapped) = (0.0, 0.0);
        for &index in &step.leaves {
            let Some(leaf) = self.candidates.get(usize::from(index)).filter(|leaf| leaf.is_integer()) else { continue };
            for other in self.sample.entries().filter(|other| *other != group.entry) {
                let value = leaf.value(other);
                let turned = value.swap_bytes() >> (64 - leaf.len());
                let (as_it_stands, the_other_way) = (value.leading_zeros() / 8, turned.leading_zeros() / 8);
                match as_it_stands.cmp(&the_other_way) {
                    std::cmp::Ordering::Greater => right += 1.0,
                    std::cmp::Ordering::Less => swapped += 1.0,
                    std::cmp::Ordering::Equal => {}
                }
            }
        }
        // Two writers of whom one is wrong leave entries of both orders, so that a doubt is all that follows.
        f64::max(0.7, (swapped + 2.0) / (right + swapped + 2.0))
    }

    /// Entries that differ in one field only, the most telling first.
    pub(crate) fn nears(&self) -> Vec<Cause> {
        let mut counts: Vec<(u64, Option<&[u8]>)> = self
            .found
            .near
            .iter()
            .map(|near| near.as_ref().map_or((0, None), |near| (near.count, Some(&*near.entry))))
            .collect();
        // What looked like a mistake and means nothing differs in one field all the same.
        for (&(variant, soft), (group, leaf)) in &self.found.variants {
            if let Some(leaf) = leaf.filter(|_| self.weigh(variant, soft, group, *leaf).is_none()) {
                counts[leaf] = (counts[leaf].0 + group.count, counts[leaf].1.or(Some(&group.entry)));
            }
        }
        for (&(leaf, _), (group, relation)) in &self.found.relations {
            if self.weigh_relation(leaf, *relation, group).is_none() {
                counts[leaf] = (counts[leaf].0 + group.count, counts[leaf].1.or(Some(&group.entry)));
            }
        }
        let mut nears = Vec::new();
        for (leaf, (count, entry)) in counts.into_iter().enumerate() {
            let Some(entry) = entry else { continue };
            let mut mask: Vec<u8> = self.fields.padding.iter().map(|padding| !padding).collect();
            let all: u32 = mask.iter().map(|byte| byte.count_ones()).sum();
            if self.is_trie {
                mask = counted_bits(entry);
            } else {
                let mut own = vec![0; mask.len()];
                self.fields.leaves[leaf].mark(&mut own);
                mask.iter_mut().zip(own).for_each(|(mask, own)| *mask &= !own);
            }
            let rest: u32 = mask.iter().map(|byte| byte.count_ones()).sum();
            let chance = self.evidence().chance(entry, &mask, self.fields.leaves.len());
            // A field that all entries have in common says little; half of the key is worth showing.
            let is_text = self.fields.leaves.len() == 1 && words::is_longer_name(self, leaf, entry);
            if chance <= MOST_BY_CHANCE || rest * 2 >= all || is_text {
                let confidence = if chance <= MOST_BY_CHANCE { 0.3 / (1.0 + 2.0 * chance) } else { 0.1 };
                nears.push((chance, self.words().near(leaf, count, entry, confidence)));
            }
        }
        nears.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        nears.into_iter().take(3).map(|(_, cause)| cause).collect()
    }

    fn words(&self) -> Words<'_> {
        Words::new(self)
    }
}

fn shift_of(steps: &[Step]) -> Option<isize> {
    steps.iter().find_map(|step| match step.mistake {
        Mistake::Shifted(by) => Some(by),
        _ => None,
    })
}

fn ways(steps: &[Step]) -> f64 {
    if steps.len() > 1 { WAYS_OF_PAIRS } else { 1.0 }
}

fn entry(claim: &Claim) -> Option<&[u8]> {
    claim.causes.first()?.entry.as_deref()
}
