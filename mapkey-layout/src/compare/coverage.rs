//! The counterpart's bytes that no field was held against.

use super::finding::Finding;
use super::member::{Found, bits, is_composite, is_union, join};
use crate::layout::Field;
use crate::report::DifferenceKind;
use crate::types::{TypeIndex, TypeTable};

/// What the fields of one struct say about the counterpart's bytes.
#[derive(Default)]
pub(super) struct Coverage<'k> {
    claims: Vec<Found>,
    padding: Vec<&'k Field<'k>>,
    raw: Vec<&'k Field<'k>>,
}

/// Bytes of the counterpart that the key has no field for.
pub(super) struct Gap<'k> {
    pub(super) path: String,
    pub(super) spelling: String,
    pub(super) bit_offset: u64,
    pub(super) bits: u64,
    /// The field of ours that has these bytes for something else.
    pub(super) field: Option<&'k Field<'k>>,
    kind: DifferenceKind,
    mismatch: bool,
}

impl Gap<'_> {
    pub(super) fn finding(&self) -> Finding {
        let path = &self.path;
        let text = match self.kind {
            DifferenceKind::Uncovered => format!("no field of the key covers `{path}`: add one for it"),
            DifferenceKind::Resized => format!("raw storage that covers only a part of `{path}`"),
            _ if self.mismatch && path.starts_with('(') => {
                "padding here, and the counterpart uses these bytes for an anonymous union: name one of its members by \
                 `#[mapkey(rename = \"...\")]`, or take it as raw storage by `#[mapkey(bytes)]`"
                    .to_owned()
            }
            _ if self.mismatch => format!(
                "padding here, and the counterpart uses these bytes for `{path}`: give the key a field for it; if it is padding there too, name it by `#[mapkey(rename = \"{path}\")]`"
            ),
            _ => format!("padding over the rest of a union, whose other members reach farther (`{path}`)"),
        };
        Finding { kind: self.kind, mismatch: self.mismatch, text }
    }
}

/// A part of the counterpart that is looked at as a whole.
struct Part {
    path: String,
    spelling: String,
    start: u64,
    end: u64,
    claimed: bool,
    /// The end of a union behind the member that a field named.
    rest: bool,
}

impl<'k> Coverage<'k> {
    pub(super) fn claim(&mut self, found: Found) {
        self.claims.push(found);
    }

    pub(super) fn padding(&mut self, field: &'k Field<'k>) {
        self.padding.push(field);
    }

    pub(super) fn raw(&mut self, field: &'k Field<'k>) {
        self.raw.push(field);
    }

    /// All gaps within the first `size` bytes of `theirs`.
    pub(super) fn gaps(&self, table: &TypeTable<'_>, theirs: TypeIndex, size: usize) -> Vec<Gap<'k>> {
        self.parts(table, theirs, size).into_iter().flat_map(|part| self.judge(&part)).collect()
    }

    /// Whether no member of `theirs` has any of the field's bytes.
    pub(super) fn is_over_nothing(&self, table: &TypeTable<'_>, theirs: TypeIndex, field: &Field<'_>) -> bool {
        let (start, end) = (bits(field.offset), bits(field.end()));
        !self.parts(table, theirs, field.end()).iter().any(|part| part.start < end && start < part.end)
    }

    fn parts(&self, table: &TypeTable<'_>, theirs: TypeIndex, size: usize) -> Vec<Part> {
        let mut parts = Vec::new();
        let walk = Walk { table, claims: &self.claims, window: bits(size) };
        let root = At { trail: Vec::new(), path: String::new(), start: 0 };
        if is_union(table, theirs) {
            walk.union(theirs, &root, &mut parts);
        } else {
            walk.members(theirs, &root, &mut parts);
        }
        parts
    }

    fn judge(&self, part: &Part) -> Vec<Gap<'k>> {
        let overlaps = |field: &&&'k Field<'k>| part.start < bits(field.end()) && bits(field.offset) < part.end;
        let gap = |field, kind, mismatch| Gap {
            path: part.path.clone(),
            spelling: part.spelling.clone(),
            bit_offset: part.start,
            bits: part.end - part.start,
            field,
            kind,
            mismatch,
        };
        let padded: Vec<_> = self.padding.iter().filter(overlaps).collect();
        if !padded.is_empty() {
            let used = |field: &&'k Field<'k>| gap(Some(*field), DifferenceKind::PaddingUsed, !part.rest);
            return padded.into_iter().map(used).collect();
        }
        if part.claimed || part.rest {
            return Vec::new();
        }
        match self.raw.iter().find(overlaps) {
            Some(field) if bits(field.offset) <= part.start && part.end <= bits(field.end()) => Vec::new(),
            Some(_) if self.raw_covers(part.start, part.end) => Vec::new(),
            Some(field) => vec![gap(Some(*field), DifferenceKind::Resized, true)],
            None => vec![gap(None, DifferenceKind::Uncovered, true)],
        }
    }

    /// Whether several fields of raw storage, one behind the other, cover the bits.
    fn raw_covers(&self, start: u64, end: u64) -> bool {
        let mut position = start;
        while position < end {
            let next = self.raw.iter().find(|field| bits(field.offset) <= position && position < bits(field.end()));
            let Some(field) = next else { return false };
            position = bits(field.end());
        }
        true
    }
}

/// How the name of `Padding<N>` begins in the BTF of a Rust object.
const RUST_PADDING: &str = "Padding_3C_";

struct Walk<'a> {
    table: &'a TypeTable<'a>,
    claims: &'a [Found],
    window: u64,
}

struct At {
    trail: Vec<u32>,
    path: String,
    start: u64,
}

impl Walk<'_> {
    fn members(&self, index: TypeIndex, at: &At, parts: &mut Vec<Part>) {
        for ordinal in 0..self.table.members(index).len() {
            self.member(index, ordinal, at, parts);
        }
    }

    /// One member; returns the first bit behind it.
    fn member(&self, index: TypeIndex, ordinal: usize, at: &At, parts: &mut Vec<Part>) -> u64 {
        let member = &self.table.members(index)[ordinal];
        let ty = member.ty.index;
        let mut trail = at.trail.clone();
        trail.extend(u32::try_from(ordinal));
        let start = at.start.saturating_add(member.bit_offset);
        let size = member.bit_size.map_or_else(|| self.table.get(ty).size.saturating_mul(8), u64::from);
        let end = start.saturating_add(size);
        let is_padding = self.table.get(ty).name.starts_with(RUST_PADDING);
        if start == end || start >= self.window || is_padding {
            return end;
        }
        let path = if member.name.is_empty() { at.path.clone() } else { join(&at.path, member.name) };
        let here = At { path, trail, start };
        let claimed = self.claims.iter().any(|claim| claim.trail == here.trail);
        let has_members = is_composite(self.table, ty) && !self.table.members(ty).is_empty();
        if claimed || !has_members {
            let path = if here.path.is_empty() { "(anonymous)".to_owned() } else { here.path };
            let spelling = self.table.spell(member.ty);
            parts.push(Part { path, spelling, start, end, claimed, rest: false });
        } else if is_union(self.table, ty) {
            self.union(ty, &here, parts);
        } else {
            self.members(ty, &here, parts);
        }
        end
    }

    /// A union: the members that a field names, or is inside of, and what reaches behind them. One
    /// that no field names is one part.
    fn union(&self, index: TypeIndex, at: &At, parts: &mut Vec<Part>) {
        let end = at.start.saturating_add(self.table.get(index).size.saturating_mul(8));
        let mut reached = at.start;
        for ordinal in 0..self.table.members(index).len() {
            let passes = |claim: &Found| {
                claim.trail.starts_with(&at.trail)
                    && claim.trail.get(at.trail.len()).is_some_and(|&next| next as usize == ordinal)
            };
            if self.claims.iter().any(passes) {
                reached = reached.max(self.member(index, ordinal, at, parts));
            }
        }
        let untouched = reached == at.start;
        let path = if at.path.is_empty() { "(anonymous union)".to_owned() } else { at.path.clone() };
        if reached < end && reached < self.window {
            parts.push(Part {
                path,
                spelling: "union".to_owned(),
                start: reached,
                end,
                claimed: false,
                rest: !untouched,
            });
        }
    }
}
