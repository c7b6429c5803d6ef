//! The counterpart's bytes that no field was held against.

use super::finding::{Event, Finding, Meaning, Ours, Theirs};
use super::found::bits;
use super::level::Level;
use super::place::{Path, Trail};
use super::walk::{Slot, Walk};
use crate::Annotation;
use crate::layout::Field;
use crate::report::DifferenceKind;
use crate::types::{TypeIndex, TypeUse};

/// The parts of the counterpart that are looked at as a whole, up to the window's end.
pub(super) struct Parts<'p, 'a> {
    level: &'p Level<'p, 'a>,
    slots: &'p [Slot],
    window: u64,
    question: Question,
}

enum Question {
    /// What the fields say about each part.
    Judge,
    /// Whether any part has one of these bits.
    Overlap { start: u64, end: u64, answer: bool },
}

/// A part of the counterpart that is looked at as a whole.
struct Part {
    path: Path,
    /// `None` for a union.
    ty: Option<TypeUse>,
    start: u64,
    end: u64,
    claimed: bool,
    /// The end of a union behind the member that a field named.
    rest: bool,
}

/// How the name of `Padding<N>` begins in the BTF of a Rust object.
const RUST_PADDING: &[u8] = b"Padding_3C_";

#[derive(Clone, Copy)]
struct At {
    trail: Trail,
    start: u64,
}

impl<'p, 'a> Parts<'p, 'a> {
    /// The parts that begin within the first `size` bytes.
    pub(super) const fn of(level: &'p Level<'p, 'a>, slots: &'p [Slot], size: usize) -> Self {
        Self { level, slots, window: bits(size), question: Question::Judge }
    }

    /// Reports all gaps.
    pub(super) const fn judge(mut self, walk: &mut Walk<'_, 'a>) {
        self.all(walk);
    }

    /// Whether any part has one of these bits.
    pub(super) const fn overlap(mut self, walk: &mut Walk<'_, 'a>, start: u64, end: u64) -> bool {
        self.question = Question::Overlap { start, end, answer: false };
        self.all(walk);
        matches!(self.question, Question::Overlap { answer: true, .. })
    }

    const fn all(&mut self, walk: &mut Walk<'_, 'a>) {
        let theirs = self.level.theirs;
        let root = At { trail: Trail::EMPTY, start: 0 };
        if self.level.types.is_union(theirs) {
            self.union(walk, theirs, &root);
        } else {
            self.members(walk, theirs, &root);
        }
    }

    const fn members(&mut self, walk: &mut Walk<'_, 'a>, index: TypeIndex, at: &At) {
        let count = self.level.types.members(index).len();
        let mut ordinal = 0;
        while ordinal < count {
            self.member(walk, index, ordinal, at);
            ordinal += 1;
        }
    }

    /// One member; returns the first bit behind it.
    const fn member(&mut self, walk: &mut Walk<'_, 'a>, index: TypeIndex, ordinal: usize, at: &At) -> u64 {
        let types = self.level.types;
        let member = &types.members(index)[ordinal];
        let ty = member.ty.index;
        let start = at.start.saturating_add(member.bit_offset);
        let size = match member.bit_size {
            Some(bits) => bits as u64,
            None => types.get(ty).size.saturating_mul(8),
        };
        let end = start.saturating_add(size);
        if start == end || start >= self.window || starts_with(types.get(ty).name.as_bytes(), RUST_PADDING) {
            return end;
        }
        #[allow(clippy::cast_possible_truncation)] // at most MAX_FLATTENED
        let here = At { trail: at.trail.with(ordinal as u32), start };
        let claimed = self.is_claimed(&here.trail, ordinal);
        if claimed || types.members(ty).is_empty() {
            let path = Path { root: self.level.theirs, trail: here.trail, nameless: "(anonymous)" };
            self.part(walk, &Part { path, ty: Some(member.ty), start, end, claimed, rest: false });
        } else if types.is_union(ty) {
            self.union(walk, ty, &here);
        } else {
            self.members(walk, ty, &here);
        }
        end
    }

    /// A union: the members that a field names, or is inside of, and what reaches behind them. One
    /// that no field names is one part.
    const fn union(&mut self, walk: &mut Walk<'_, 'a>, index: TypeIndex, at: &At) {
        let types = self.level.types;
        let end = at.start.saturating_add(types.get(index).size.saturating_mul(8));
        let mut reached = at.start;
        let mut ordinal = 0;
        while ordinal < types.members(index).len() {
            if self.passes(&at.trail, ordinal) {
                let behind = self.member(walk, index, ordinal, at);
                reached = if behind > reached { behind } else { reached };
            }
            ordinal += 1;
        }
        if reached < end && reached < self.window {
            let path = Path { root: self.level.theirs, trail: at.trail, nameless: "(anonymous union)" };
            let rest = reached != at.start;
            self.part(walk, &Part { path, ty: None, start: reached, end, claimed: false, rest });
        }
    }

    /// Whether a field claims exactly this member.
    const fn is_claimed(&self, trail: &Trail, ordinal: usize) -> bool {
        // Fields often stand in the order of the members.
        let mut left = self.slots.len();
        let mut i = if ordinal < left { ordinal } else { 0 };
        while left > 0 {
            if let Some(claim) = &self.slots[i].claim
                && claim.trail.is(trail)
            {
                return true;
            }
            i = if i + 1 < self.slots.len() { i + 1 } else { 0 };
            left -= 1;
        }
        false
    }

    /// Whether a field claims the member or one inside of it.
    const fn passes(&self, trail: &Trail, ordinal: usize) -> bool {
        let mut i = 0;
        while i < self.slots.len() {
            if let Some(claim) = &self.slots[i].claim {
                let is_below = claim.trail.len() > trail.len() && claim.trail.starts_with(trail);
                if is_below && claim.trail.step(trail.len()) as usize == ordinal {
                    return true;
                }
            }
            i += 1;
        }
        false
    }

    const fn part(&mut self, walk: &mut Walk<'_, 'a>, part: &Part) {
        match &mut self.question {
            Question::Judge => self.judge_part(walk, part),
            Question::Overlap { start, end, answer } => *answer |= part.start < *end && *start < part.end,
        }
    }

    const fn judge_part(&self, walk: &mut Walk<'_, 'a>, part: &Part) {
        let mut padded = false;
        let mut i = 0;
        while i < self.level.fields.len() {
            let field = &self.level.fields[i];
            if overlap(field, part) && self.level.is_padding(i, self.slots) {
                padded = true;
                let meaning = if part.rest {
                    Meaning::RestOfUnion { union: part.path }
                } else {
                    Meaning::PaddingUsed { member: part.path }
                };
                let finding = Finding { kind: DifferenceKind::PaddingUsed, mismatch: !part.rest, meaning };
                self.gap(walk, part, Some(field), finding);
            }
            i += 1;
        }
        if padded || part.claimed || part.rest {
            return;
        }
        let member = part.path;
        match self.raw_field(part) {
            Some(_) if self.raw_covers(part) => {}
            Some(field) => {
                let finding = Finding::mismatch(DifferenceKind::Resized, Meaning::CoveredInPart { member });
                self.gap(walk, part, Some(field), finding);
            }
            None => {
                let finding = Finding::mismatch(DifferenceKind::Uncovered, Meaning::Uncovered { member });
                self.gap(walk, part, None, finding);
            }
        }
    }

    /// The first field of raw storage that has any of the part's bits.
    const fn raw_field(&self, part: &Part) -> Option<&'a Field<'a>> {
        let mut i = 0;
        while i < self.level.fields.len() {
            let field = &self.level.fields[i];
            if matches!(field.annotation, Annotation::Bytes) && overlap(field, part) {
                return Some(field);
            }
            i += 1;
        }
        None
    }

    /// Whether fields of raw storage, one behind the other, cover the part.
    const fn raw_covers(&self, part: &Part) -> bool {
        let mut position = part.start;
        while position < part.end {
            let mut i = 0;
            let mut next = position;
            while i < self.level.fields.len() && next == position {
                let field = &self.level.fields[i];
                let is_here = bits(field.offset) <= position && position < bits(field.end());
                if is_here && matches!(field.annotation, Annotation::Bytes) {
                    next = bits(field.end());
                }
                i += 1;
            }
            if next == position {
                return false;
            }
            position = next;
        }
        true
    }

    /// A finding about bytes of the counterpart, and the field of ours that has them for something else.
    const fn gap(&self, walk: &mut Walk<'_, 'a>, part: &Part, field: Option<&'a Field<'a>>, finding: Finding<'a>) {
        let place = self.level.place;
        let mut member = place.theirs.with_path(self.level.types, &part.path);
        if part.path.is_nameless(self.level.types) {
            member = member.with(part.path.nameless);
        }
        let (bit_offset, bits) = (place.bit_offset.saturating_add(part.start), part.end - part.start);
        let theirs = match part.ty {
            Some(ty) => Theirs::Type { ty, bit_offset, bits },
            None => Theirs::Union { bit_offset, bits },
        };
        let (field, ours) = match field {
            Some(field) => {
                let ours = Ours::Type { layout: field.layout, offset: place.offset + field.offset };
                (place.ours.with(field.name), Some(ours))
            }
            None => (member, None),
        };
        walk.push(Event { finding, field, member: Some(member), ours, theirs: Some(theirs) });
    }
}

const fn overlap(field: &Field<'_>, part: &Part) -> bool {
    let start = field.offset as u64 * 8;
    start < part.end && part.start < start + field.layout.size as u64 * 8
}

pub(super) const fn starts_with(text: &[u8], start: &[u8]) -> bool {
    text.len() >= start.len() && crate::message::same(text.split_at(start.len()).0, start)
}
