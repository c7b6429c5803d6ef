//! A struct of ours against a struct or union of theirs, field by field.

use super::coverage::Parts;
use super::finding::{Event, Finding, Meaning, Ours, Theirs};
use super::found::{Found, Nameable, bits, find, flexible_array, member_at, named};
use super::leaf;
use super::pair::pair;
use super::place::{Path, Place};
use super::walk::{Slot, Walk};
use crate::Annotation;
use crate::layout::{Field, Kind, Layout};
use crate::message::same;
use crate::report::DifferenceKind;
use crate::types::{TypeIndex, Types};

/// A struct of ours and a struct or union of theirs.
#[derive(Clone, Copy)]
pub(super) struct Level<'l, 'a> {
    pub(super) types: Types<'a>,
    pub(super) place: &'l Place<'a>,
    pub(super) fields: &'a [Field<'a>],
    /// The field's names are not the user's to choose: what they do not find is found by its place.
    is_lpm: bool,
    size: usize,
    pub(super) theirs: TypeIndex,
}

impl<'l, 'a> Level<'l, 'a> {
    pub(super) const fn new(types: Types<'a>, place: &'l Place<'a>, ours: &'a Layout<'a>, theirs: TypeIndex) -> Self {
        Self { types, place, fields: ours.fields(), is_lpm: ours.is_lpm(), size: ours.size, theirs }
    }

    /// `room` has at least as many slots as [`room`](super::room) of the key says.
    pub(super) const fn compare(self, walk: &mut Walk<'_, 'a>, room: &mut [Slot]) {
        let (slots, room) = room.split_at_mut(self.fields.len());
        let mut i = 0;
        while i < slots.len() {
            slots[i] = Slot { claim: self.look_up(&self.fields[i], room), is_named: true };
            i += 1;
        }
        let mut i = 0;
        while i < slots.len() {
            let field = &self.fields[i];
            match slots[i].claim {
                found if matches!(field.annotation, Annotation::Bytes) => self.raw(walk, field, found),
                Some(found) => self.found(walk, room, field, &found),
                None if self.is_padding(i, slots) => {}
                None => slots[i] = Slot { claim: self.not_found(walk, room, field, slots), is_named: false },
            }
            i += 1;
        }
        Parts::of(&self, slots, self.size).judge(walk);
        let mut i = 0;
        while i < slots.len() {
            let field = &self.fields[i];
            let is_raw = matches!(field.annotation, Annotation::Bytes);
            if is_raw && field.rename.is_none() && slots[i].claim.is_none() {
                self.raw_over_nothing(walk, field, slots);
            }
            i += 1;
        }
    }

    /// Whether the field is padding, for which no member needs to be there.
    pub(super) const fn is_padding(&self, index: usize, slots: &[Slot]) -> bool {
        let field = &self.fields[index];
        slots[index].claim.is_none()
            && field.rename.is_none()
            && !matches!(field.annotation, Annotation::Bytes)
            && matches!(field.layout.unwrapped().kind, Kind::Padding)
    }

    /// The member that a field names; for a field of a tuple struct the one in its place.
    const fn look_up(&self, field: &'a Field<'a>, room: &mut [Slot]) -> Option<Found> {
        let is_unnamed = matches!(field.name.as_bytes(), [b'0'..=b'9', ..]);
        let found = match field.rename {
            Some(path) => match find(self.types, self.theirs, path) {
                None => self.on_the_rust_side(field),
                found => found,
            },
            None if is_unnamed => member_at(self.types, self.theirs, field.offset),
            None => named(self.types, self.theirs, field.name.as_bytes()),
        };
        if found.is_none() && self.is_lpm { self.in_place(field, room) } else { found }
    }

    /// The member that has the field's bytes, whatever its name: of several in a union the one that fits.
    const fn in_place(&self, field: &'a Field<'a>, room: &mut [Slot]) -> Option<Found> {
        let mut members = Nameable::of(self.types, self.theirs);
        let mut first = None;
        while let Some(member) = members.next() {
            let found = Found { in_union: false, ..members.found(member) };
            let has_its_bytes =
                found.bit_offset == bits(field.offset) && found.bits(self.types) == bits(field.layout.size);
            if has_its_bytes && self.fits(field, &found, room) {
                return Some(found);
            }
            if has_its_bytes && first.is_none() {
                first = Some(found);
            }
        }
        first
    }

    /// Whether the field would match this member.
    const fn fits(&self, field: &'a Field<'a>, member: &Found, room: &mut [Slot]) -> bool {
        let mut trial = Walk::new(self.types, &mut [], &mut [], false);
        pair(&mut trial, room, &self.place_of(field, member), field.layout, field.annotation, member.ty);
        trial.mismatches == 0
    }

    /// A key that both sides of a map share has its Rust names in a Rust object and the renamed ones
    /// in a C object.
    const fn on_the_rust_side(&self, field: &Field<'_>) -> Option<Found> {
        let mut members = Nameable::of(self.types, self.theirs);
        while let Some(member) = members.next() {
            if same(member.name.as_bytes(), field.name.as_bytes()) {
                let found = members.found(member);
                if found.bit_offset == bits(field.offset) {
                    return Some(found);
                }
            }
        }
        None
    }

    const fn found(&self, walk: &mut Walk<'_, 'a>, room: &mut [Slot], field: &'a Field<'a>, found: &Found) {
        let types = self.types;
        let place = self.place_of(field, found);
        if found.in_union && field.rename.is_none() {
            let shared = Meaning::InUnion { member: found.path(self.theirs) };
            self.report(walk, &place, field, found, Finding::mismatch(DifferenceKind::Retyped, shared));
        }
        if found.bit_offset != bits(field.offset) {
            let instead = self.path_at(field.offset);
            let moved = Meaning::Moved { ours: field.offset, their_bits: found.bit_offset, instead };
            self.report(walk, &place, field, found, Finding::mismatch(DifferenceKind::Moved, moved));
        }
        if let Some(bits) = found.bit_size {
            let bit_field = Finding::mismatch(DifferenceKind::Retyped, Meaning::BitField { bits });
            self.report(walk, &place, field, found, bit_field);
        } else if matches!(field.layout.unwrapped().kind, Kind::Padding) {
            if found.bits(types) != bits(field.layout.size) {
                let sizes = Meaning::PaddingSizes { ours: field.layout.size as u64, theirs: found.bits(types) / 8 };
                self.report(walk, &place, field, found, Finding::mismatch(DifferenceKind::Resized, sizes));
            }
        } else {
            pair(walk, room, &place, field.layout, field.annotation, found.ty);
        }
        self.pass(walk, found);
    }

    const fn pass(&self, walk: &mut Walk<'_, 'a>, found: &Found) {
        if !self.place.in_array {
            walk.pass(self.place.trail.followed_by(&found.trail));
        }
    }

    /// A field that the user declared to be raw storage for whatever is there.
    const fn raw(&self, walk: &mut Walk<'_, 'a>, field: &'a Field<'a>, found: Option<Found>) {
        let (start, end) = (bits(field.offset), bits(field.end()));
        match found {
            Some(found) => {
                if found.bit_offset < start || found.bit_end(self.types) > end {
                    let moved = found.bit_offset < start || found.bit_offset >= end;
                    let kind = if moved { DifferenceKind::Moved } else { DifferenceKind::Resized };
                    let meaning = Meaning::NotWithin { start: field.offset, end: field.end() };
                    let place = self.place_of(field, &found);
                    self.report(walk, &place, field, &found, Finding::mismatch(kind, meaning));
                }
                self.pass(walk, &found);
            }
            None if field.rename.is_some() => self.missing(walk, field),
            None => {}
        }
    }

    /// Raw storage takes whatever is there, and something has to be: what no member has is padding, which
    /// the other side does not write, or the flexible array's.
    const fn raw_over_nothing(&self, walk: &mut Walk<'_, 'a>, field: &'a Field<'a>, slots: &[Slot]) {
        if Parts::of(self, slots, field.end()).overlap(walk, bits(field.offset), bits(field.end())) {
            return;
        }
        let finding = match flexible_array(self.types, self.theirs) {
            Some(array) if bits(field.end()) > array.bit_offset => {
                let array = array.path(self.theirs);
                Finding::note(DifferenceKind::Renamed, Meaning::RawContinues { array })
            }
            _ => {
                let size = field.layout.size;
                Finding::mismatch(DifferenceKind::Missing, Meaning::RawOverNothing { size })
            }
        };
        self.report_ours(walk, field, finding);
    }

    /// A field that names no member. Gives the member that it is held against all the same.
    const fn not_found(
        &self,
        walk: &mut Walk<'_, 'a>,
        room: &mut [Slot],
        field: &'a Field<'a>,
        slots: &[Slot],
    ) -> Option<Found> {
        if let Some(array) = self.flexible_before(field) {
            let continues = Meaning::Continues { array: array.path(self.theirs) };
            let place = self.place_of(field, &array);
            self.report(walk, &place, field, &array, Finding::note(DifferenceKind::Renamed, continues));
            return None;
        }
        if field.rename.is_none()
            && let Some(member) = self.namesake(room, field, slots)
        {
            let called = Meaning::Called { member: member.path(self.theirs) };
            let place = self.place_of(field, &member);
            self.report(walk, &place, field, &member, Finding::mismatch(DifferenceKind::Renamed, called));
            self.pass(walk, &member);
            return Some(member);
        }
        self.missing(walk, field);
        None
    }

    /// A member that is like the field in everything but its name, and that no field names.
    const fn namesake(&self, room: &mut [Slot], field: &'a Field<'a>, slots: &[Slot]) -> Option<Found> {
        let mut members = Nameable::of(self.types, self.theirs);
        while let Some(member) = members.next() {
            let found = members.found(member);
            if found.bit_offset == bits(field.offset)
                && found.bit_size.is_none()
                && !is_taken(&found, slots)
                && self.fits(field, &found, room)
            {
                return Some(found);
            }
        }
        None
    }

    const fn flexible_before(&self, field: &Field<'_>) -> Option<Found> {
        let Some(array) = flexible_array(self.types, self.theirs) else { return None };
        let (element, _) = leaf::their_elements(self.types, array.ty);
        let continues = bits(field.offset) >= array.bit_offset && self.types.size(element) == 1;
        if continues && field.rename.is_none() { Some(array) } else { None }
    }

    const fn missing(&self, walk: &mut Walk<'_, 'a>, field: &'a Field<'a>) {
        let wanted = match field.rename {
            Some(path) => path,
            None => field.name,
        };
        let (root, offset, instead) = (self.theirs, field.offset, self.path_at(field.offset));
        let no_member = Meaning::NoMember { wanted, root, offset, instead };
        self.report_ours(walk, field, Finding::mismatch(DifferenceKind::Missing, no_member));
    }

    /// The path of the first member that has bytes at this place.
    const fn path_at(&self, offset: usize) -> Option<Path> {
        match member_at(self.types, self.theirs, offset) {
            Some(member) => Some(member.path(self.theirs)),
            None => None,
        }
    }

    const fn place_of(&self, field: &Field<'a>, found: &Found) -> Place<'a> {
        let place = self.place;
        Place {
            ours: place.ours.with(field.name),
            theirs: place.theirs.with_path(self.types, &found.path(self.theirs)),
            offset: place.offset + field.offset,
            bit_offset: place.bit_offset.saturating_add(found.bit_offset),
            trail: place.trail.followed_by(&found.trail),
            in_array: place.in_array,
        }
    }

    /// A finding about a field and the member that it was held against.
    const fn report(
        &self,
        walk: &mut Walk<'_, 'a>,
        place: &Place<'a>,
        field: &'a Field<'a>,
        found: &Found,
        finding: Finding<'a>,
    ) {
        let (bit_offset, bits) = (place.bit_offset, found.bits(self.types));
        walk.push(Event {
            finding,
            field: place.ours,
            member: Some(place.theirs),
            ours: Some(Ours::Type { layout: field.layout, offset: place.offset }),
            theirs: Some(Theirs::Type { ty: found.ty, bit_offset, bits }),
        });
    }

    const fn report_ours(&self, walk: &mut Walk<'_, 'a>, field: &'a Field<'a>, finding: Finding<'a>) {
        let ours = Ours::Type { layout: field.layout, offset: self.place.offset + field.offset };
        let path = self.place.ours.with(field.name);
        walk.push(Event { finding, field: path, member: None, ours: Some(ours), theirs: None });
    }
}

/// Whether a field names the member.
const fn is_taken(member: &Found, slots: &[Slot]) -> bool {
    let mut i = 0;
    while i < slots.len() {
        if let Slot { claim: Some(other), is_named: true } = &slots[i]
            && other.trail.is(&member.trail)
        {
            return true;
        }
        i += 1;
    }
    false
}
