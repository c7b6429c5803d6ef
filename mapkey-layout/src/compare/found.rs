//! Members of a counterpart: found by name as C finds them, or by place.

use super::place::{Path, Trail};
use crate::message::same;
use crate::types::{MAX_DEPTH, Member, Shape, TypeIndex, TypeUse, Types};

/// A member that was looked up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    /// The way from the struct that was searched.
    pub(super) trail: Trail,
    pub(super) ty: TypeUse,
    /// Bits from the start of the struct that was searched.
    pub(super) bit_offset: u64,
    /// For a bit-field that is not as wide as its type or not at its place.
    pub(super) bit_size: Option<u32>,
    /// The member is one of several that share their bytes.
    pub(super) in_union: bool,
}

impl Found {
    /// The bits that the member takes.
    pub(super) const fn bits(&self, types: Types<'_>) -> u64 {
        match self.bit_size {
            Some(bits) => bits as u64,
            None => types.size(self.ty).saturating_mul(8),
        }
    }

    /// The first bit behind the member.
    pub(super) const fn bit_end(&self, types: Types<'_>) -> u64 {
        self.bit_offset.saturating_add(self.bits(types))
    }

    /// The member's path from `root`, the struct that was searched.
    pub(super) const fn path(&self, root: TypeIndex) -> Path {
        Path { root, trail: self.trail, nameless: "" }
    }
}

/// How many structs a member can be inside of.
const DEEPEST: usize = MAX_DEPTH as usize + 1;

/// The members of a struct with those of anonymous members in their place: what C lets one name.
pub(super) struct Nameable<'t> {
    types: Types<'t>,
    stack: [Step; DEEPEST],
    depth: usize,
}

#[derive(Clone, Copy)]
struct Step {
    index: TypeIndex,
    /// The ordinal of the member that comes next.
    next: u32,
    bit_offset: u64,
    in_union: bool,
}

impl<'t> Nameable<'t> {
    pub(super) const fn of(types: Types<'t>, index: TypeIndex) -> Self {
        let root = Step { index, next: 0, bit_offset: 0, in_union: types.is_union(index) };
        Self { types, stack: [root; DEEPEST], depth: 1 }
    }

    /// Goes on behind the first members, of which none is anonymous.
    #[allow(clippy::cast_possible_truncation)] // at most MAX_FLATTENED
    const fn skip_to(&mut self, ordinal: usize) {
        self.stack[0].next = ordinal as u32;
    }

    /// Goes on to the next member.
    pub(super) const fn next(&mut self) -> Option<&'t Member<'t>> {
        while let Some(top) = self.depth.checked_sub(1) {
            let Step { index, next, .. } = self.stack[top];
            let members = self.types.members(index);
            if next as usize >= members.len() {
                self.depth = top;
                continue;
            }
            self.stack[top].next = next + 1;
            let member = &members[next as usize];
            let inner = member.ty.index;
            if !member.name.is_empty() || !self.types.is_composite(inner) || self.depth == DEEPEST {
                return Some(member);
            }
            let in_union = self.stack[top].in_union || self.types.is_union(inner);
            self.stack[self.depth] = Step { index: inner, next: 0, bit_offset: self.bit_offset(member), in_union };
            self.depth += 1;
        }
        None
    }

    const fn bit_offset(&self, member: &Member<'_>) -> u64 {
        self.stack[self.depth - 1].bit_offset.saturating_add(member.bit_offset)
    }

    /// `member`, which [`next`](Self::next) just returned.
    pub(super) const fn found(&self, member: &Member<'_>) -> Found {
        let mut trail = Trail::EMPTY;
        let mut i = 0;
        while i < self.depth {
            trail = trail.with(self.stack[i].next - 1);
            i += 1;
        }
        let bit_offset = self.bit_offset(member);
        let whole = self.types.size(member.ty).saturating_mul(8);
        let bit_size = match member.bit_size {
            Some(bits) if bits as u64 != whole || !bit_offset.is_multiple_of(8) => Some(bits),
            _ => None,
        };
        Found { trail, ty: member.ty, bit_offset, bit_size, in_union: self.stack[self.depth - 1].in_union }
    }
}

/// The member called `name`.
pub(super) const fn named(types: Types<'_>, index: TypeIndex, name: &[u8]) -> Option<Found> {
    if name.is_empty() {
        return None;
    }
    let mut members = Nameable::of(types, index);
    // Most structs have no anonymous members, and while compiling each step counts.
    let direct = types.members(index);
    let mut i = 0;
    while i < direct.len() && !direct[i].name.is_empty() {
        if direct[i].name.len() == name.len() && same(direct[i].name.as_bytes(), name) {
            members.skip_to(i);
            return match members.next() {
                Some(member) => Some(members.found(member)),
                None => None,
            };
        }
        i += 1;
    }
    members.skip_to(i);
    while let Some(member) = members.next() {
        if same(member.name.as_bytes(), name) {
            return Some(members.found(member));
        }
    }
    None
}

/// The member that `path` names, through anonymous members and, at each dot, into a struct or union.
pub(super) const fn find(types: Types<'_>, index: TypeIndex, path: &str) -> Option<Found> {
    let (segment, mut rest) = segment(path.as_bytes());
    let Some(mut found) = named(types, index, segment) else { return None };
    while let Some(path) = rest {
        let (name, behind) = self::segment(path);
        let Some(inner) = named(types, found.ty.index, name) else { return None };
        found = Found {
            trail: found.trail.followed_by(&inner.trail),
            ty: inner.ty,
            bit_offset: found.bit_offset.saturating_add(inner.bit_offset),
            bit_size: inner.bit_size,
            in_union: found.in_union || inner.in_union,
        };
        rest = behind;
    }
    Some(found)
}

/// What stands before the first dot, and what stands behind it.
const fn segment(path: &[u8]) -> (&[u8], Option<&[u8]>) {
    let mut i = 0;
    while i < path.len() {
        if path[i] == b'.' {
            let (segment, rest) = path.split_at(i);
            return (segment, Some(rest.split_at(1).1));
        }
        i += 1;
    }
    (path, None)
}

/// The first member that has bytes at this place.
pub(super) const fn member_at(types: Types<'_>, index: TypeIndex, offset: usize) -> Option<Found> {
    let mut members = Nameable::of(types, index);
    while let Some(member) = members.next() {
        let found = members.found(member);
        if found.bit_offset == bits(offset) && found.bits(types) > 0 {
            return Some(found);
        }
    }
    None
}

/// The first member that starts at this byte or behind it.
pub(super) const fn first_behind(types: Types<'_>, index: TypeIndex, offset: u64) -> Option<Found> {
    let mut members = Nameable::of(types, index);
    while let Some(member) = members.next() {
        let found = members.found(member);
        if found.bit_offset / 8 >= offset {
            return Some(found);
        }
    }
    None
}

/// The array at the end of a struct that has no elements of its own, `data[]`, also at the end of
/// the last member.
pub(super) const fn flexible_array(types: Types<'_>, index: TypeIndex) -> Option<Found> {
    let mut members = Nameable::of(types, index);
    let mut last: Option<Found> = None;
    while let Some(member) = members.next() {
        let found = members.found(member);
        match last {
            Some(last) if last.bit_offset > found.bit_offset => {}
            _ => last = Some(found),
        }
    }
    match last {
        Some(last) if matches!(types.get(last.ty.index).shape, Shape::Array { len: 0, .. }) => Some(last),
        _ => None,
    }
}

/// Bits of a number of bytes of ours.
pub(super) const fn bits(bytes: usize) -> u64 {
    bytes as u64 * 8
}
