//! Both sides of a comparison, line by line.

use super::{Mark, Row, Side};
use crate::compare::finding::bytes;
use crate::compare::nearest::join;
use crate::layout::{Kind, Layout};
use crate::type_layout::draw::declare;
use crate::types::{Member, TypeIndex, TypeTable, TypeUse};

/// How many members behind the key's end are drawn.
const ROWS_BEHIND_END: usize = 4;

/// Both sides by offset. `trails` are the members that fields of ours were held against: where one
/// leads into a struct or a union, that is drawn member by member.
pub(crate) fn rows(ours: &Layout<'_>, table: &TypeTable<'_>, theirs: TypeUse, trails: &[Vec<u32>]) -> Vec<Row> {
    let mut left = Vec::new();
    our_sides(ours, "", 0, &mut left);
    let mut right = Theirs { table, trails, end: ours.size as u64, sides: Vec::new() };
    right.root(theirs);
    merge(left, right.sides)
}

fn merge(left: Vec<Side>, right: Vec<Side>) -> Vec<Row> {
    let mut rows = Vec::new();
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    loop {
        let (ours, theirs) = match (left.peek(), right.peek()) {
            (None, None) => return rows,
            (Some(l), Some(r)) if l.offset == r.offset => (left.next(), right.next()),
            (Some(l), Some(r)) if l.offset < r.offset => (left.next(), None),
            (Some(_), None) => (left.next(), None),
            (_, Some(_)) => (None, right.next()),
        };
        rows.push(Row { mark: Mark::Equal, ours, theirs });
    }
}

fn our_sides(layout: &Layout<'_>, path: &str, start: usize, sides: &mut Vec<Side>) {
    let layout = layout.unwrapped();
    let Kind::Struct { fields, .. } = layout.kind else {
        let path = (!path.is_empty()).then(|| path.to_owned());
        let text = match &path {
            Some(path) => format!("{path}: {}", layout.spelling()),
            None => layout.spelling().to_string(),
        };
        return sides.push(Side { path, offset: start as u64, size: layout.size as u64, text });
    };
    for field in fields {
        our_sides(field.layout, &join(path, field.name), start + field.offset, sides);
    }
}

struct Theirs<'a> {
    table: &'a TypeTable<'a>,
    trails: &'a [Vec<u32>],
    /// The key's end.
    end: u64,
    sides: Vec<Side>,
}

impl Theirs<'_> {
    fn root(&mut self, theirs: TypeUse) {
        let size = self.table.get(theirs.index).size;
        if self.table.members(theirs.index).is_empty() {
            let text = self.table.spell(theirs);
            return self.sides.push(Side { path: None, offset: 0, size, text });
        }
        self.members(theirs.index, "", 0, &[]);
        self.sides.sort_by_key(|side| side.offset);
        self.cut(size);
    }

    /// Members, and the holes between them.
    fn members(&mut self, index: TypeIndex, path: &str, start: u64, trail: &[u32]) {
        let is_union = self.table.types().is_union(index);
        let mut position = start;
        for (ordinal, member) in (0..).zip(self.table.members(index)) {
            let trail: Vec<u32> = trail.iter().copied().chain([ordinal]).collect();
            let is_named = self.trails.iter().any(|other| other.starts_with(&trail));
            if is_union && !is_named {
                continue;
            }
            let first_bit = start.saturating_mul(8).saturating_add(member.bit_offset);
            if first_bit / 8 > position && !is_union {
                self.padding(position, first_bit / 8);
            }
            position = position.max(self.member(member, path, first_bit, &trail));
        }
        let end = start.saturating_add(self.table.get(index).size);
        if position < end {
            if is_union {
                let text = format!("{} more of the union", bytes(end - position));
                self.sides.push(Side { path: None, offset: position, size: end - position, text });
            } else {
                self.padding(position, end);
            }
        }
    }

    /// A member; returns the first byte behind it.
    fn member(&mut self, member: &Member<'_>, path: &str, first_bit: u64, trail: &[u32]) -> u64 {
        let path = if member.name.is_empty() { path.to_owned() } else { join(path, member.name) };
        let size = self.table.get(member.ty.index).size;
        let leads_on = self.trails.iter().any(|other| other.len() > trail.len() && other.starts_with(trail));
        if leads_on {
            self.members(member.ty.index, &path, first_bit / 8, trail);
            return (first_bit / 8).saturating_add(size);
        }
        let last_bit = first_bit.saturating_add(member.bit_size.map_or(size.saturating_mul(8), u64::from));
        let (offset, end) = (first_bit / 8, last_bit.div_ceil(8));
        let width = member.bit_size.map_or_else(String::new, |bits| format!(":{bits}"));
        let text = declare(&self.table.spell(member.ty), &path) + &width;
        let path = (!path.is_empty()).then_some(path);
        self.sides.push(Side { path, offset, size: end - offset, text });
        end
    }

    fn padding(&mut self, start: u64, end: u64) {
        let text = format!("{} of padding", bytes(end - start));
        self.sides.push(Side { path: None, offset: start, size: end - start, text });
    }

    /// Leaves out what lies far behind the key's end.
    fn cut(&mut self, size: u64) {
        let behind = self.sides.iter().position(|side| side.offset >= self.end).unwrap_or(self.sides.len());
        let keep = behind + ROWS_BEHIND_END;
        if self.sides.len() > keep + 1 {
            let offset = self.sides[keep].offset;
            self.sides.truncate(keep);
            let left = size.saturating_sub(offset);
            self.sides.push(Side { path: None, offset, size: left, text: format!("{} more", bytes(left)) });
        }
    }
}
