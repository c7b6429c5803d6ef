//! A struct of ours against a struct or union of theirs, field by field.

use super::NEAREST_COUNT;
use super::coverage::{Coverage, Gap};
use super::finding::{Finding, bytes};
use super::leaf;
use super::member::{self, Found, bits, find, join, nameable};
use super::pair::{Comparison, Place, spell_ours, spell_theirs};
use crate::layout::{Field, Kind, Layout};
use crate::report::DifferenceKind;
use crate::types::TypeIndex;
use crate::{Annotation, did_you_mean};

/// A struct of ours and a struct or union of theirs.
pub(super) struct Level<'c, 't, 'k> {
    comparison: &'c mut Comparison<'t>,
    place: Place,
    fields: &'k [Field<'k>],
    /// The field's names are not the user's to choose: what they do not find is found by its place.
    is_lpm: bool,
    size: usize,
    theirs: TypeIndex,
    members: Vec<Found>,
    coverage: Coverage<'k>,
}

impl<'c, 't, 'k> Level<'c, 't, 'k> {
    pub(super) fn new(comparison: &'c mut Comparison<'t>, place: Place, ours: &Layout<'k>, theirs: TypeIndex) -> Self {
        let members = nameable(comparison.table, theirs);
        let (fields, size, is_lpm) = (ours.fields(), ours.size, ours.is_lpm());
        Self { comparison, place, fields, is_lpm, size, theirs, members, coverage: Coverage::default() }
    }

    pub(super) fn compare(mut self) {
        let table = self.comparison.table;
        let lookups: Vec<_> = self.fields.iter().map(|field| self.look_up(field)).collect();
        for (field, found) in self.fields.iter().zip(&lookups) {
            let is_padding = field.layout.unwrapped().kind == Kind::Padding;
            match found {
                _ if field.annotation == Annotation::Bytes => self.raw(field, found.as_ref()),
                Some(found) => self.found(field, found, is_padding),
                None if is_padding && field.rename.is_none() => self.coverage.padding(field),
                None => self.not_found(field, &lookups),
            }
        }
        for gap in self.coverage.gaps(table, self.theirs, self.size) {
            self.gap(&gap);
        }
        for (field, found) in self.fields.iter().zip(&lookups) {
            if field.annotation == Annotation::Bytes && field.rename.is_none() && found.is_none() {
                self.raw_over_nothing(field);
            }
        }
    }

    /// The member that a field names; for a field of a tuple struct the one in its place.
    fn look_up(&self, field: &Field<'_>) -> Option<Found> {
        let is_unnamed = field.name.starts_with(|c: char| c.is_ascii_digit());
        let named = match field.rename {
            Some(path) => find(self.comparison.table, self.theirs, path).or_else(|| self.on_the_rust_side(field)),
            None if is_unnamed => self.member_at(field.offset).cloned(),
            None => self.members.iter().find(|member| member.path == field.name).cloned(),
        };
        if self.is_lpm { named.or_else(|| self.in_place(field)) } else { named }
    }

    /// The member that has the field's bytes, whatever its name: of several in a union the one that fits.
    fn in_place(&self, field: &Field) -> Option<Found> {
        let table = self.comparison.table;
        let has_its_bytes =
            |member: &&Found| member.bit_offset == bits(field.offset) && member.bits(table) == bits(field.layout.size);
        let candidates = || self.members.iter().filter(has_its_bytes);
        let found = candidates().find(|member| self.fits(field, member)).or_else(|| candidates().next())?;
        Some(Found { in_union: false, ..found.clone() })
    }

    /// Whether the field would match this member.
    fn fits(&self, field: &Field, member: &Found) -> bool {
        let mut trial = Comparison::new(self.comparison.table);
        trial.pair(&self.place_of(field, member), field.layout, field.annotation, member.ty);
        trial.differences.is_empty()
    }

    /// The first member that has bytes at this place.
    fn member_at(&self, offset: usize) -> Option<&Found> {
        let table = self.comparison.table;
        self.members.iter().find(|member| member.bit_offset == bits(offset) && member.bits(table) > 0)
    }

    /// A key that both sides of a map share has its Rust names in a Rust object and the renamed ones
    /// in a C object.
    fn on_the_rust_side(&self, field: &Field<'_>) -> Option<Found> {
        let is_same = |member: &&Found| member.path == field.name && member.bit_offset == bits(field.offset);
        self.members.iter().find(is_same).cloned()
    }

    fn found(&mut self, field: &Field<'_>, found: &Found, is_padding: bool) {
        let table = self.comparison.table;
        let place = self.place_of(field, found);
        if found.in_union && field.rename.is_none() {
            let text = format!(
                "`{}` shares its bytes with other members of a union: say that you mean it by `#[mapkey(rename = \"{}\")]`, or take the whole as raw storage by `#[mapkey(bytes)]`",
                found.path, found.path
            );
            self.report(&place, field, found, Finding::mismatch(DifferenceKind::Retyped, text));
        }
        if found.bit_offset != bits(field.offset) {
            let instead = self.member_at(field.offset).map_or_else(String::new, |member| {
                format!("; at offset {} the counterpart has `{}`", field.offset, member.path)
            });
            let text = format!("at offset {} here, at {} there{instead}", field.offset, spell_offset(found.bit_offset));
            self.report(&place, field, found, Finding::mismatch(DifferenceKind::Moved, text));
        }
        if let Some(bits) = found.bit_size {
            let text = format!(
                "a bit-field of {bits} bits there: take the bytes of all bit-fields together as raw storage by `#[mapkey(bytes)]`"
            );
            self.report(&place, field, found, Finding::mismatch(DifferenceKind::Retyped, text));
        } else if is_padding {
            if found.bits(table) != bits(field.layout.size) {
                let text = format!(
                    "{} of padding here, {} there",
                    bytes(field.layout.size as u64),
                    bytes(found.bits(table) / 8)
                );
                self.report(&place, field, found, Finding::mismatch(DifferenceKind::Resized, text));
            }
        } else {
            self.comparison.pair(&place, field.layout, field.annotation, found.ty);
        }
        self.claim(found);
    }

    fn claim(&mut self, found: &Found) {
        if !self.place.in_array {
            let mut trail = self.place.trail.clone();
            trail.extend(&found.trail);
            self.comparison.trails.push(trail);
        }
        self.coverage.claim(found.clone());
    }

    /// A field that the user declared to be raw storage for whatever is there.
    fn raw(&mut self, field: &'k Field<'k>, found: Option<&Found>) {
        let table = self.comparison.table;
        match found {
            Some(found) => {
                let inside = found.bit_offset >= bits(field.offset) && found.bit_end(table) <= bits(field.end());
                if !inside {
                    let place = self.place_of(field, found);
                    let text = format!(
                        "the member does not lie within the bytes {}..{} of the field",
                        field.offset,
                        field.end()
                    );
                    let moved = found.bit_offset < bits(field.offset) || found.bit_offset >= bits(field.end());
                    let kind = if moved { DifferenceKind::Moved } else { DifferenceKind::Resized };
                    self.report(&place, field, found, Finding::mismatch(kind, text));
                }
                self.claim(found);
            }
            None if field.rename.is_some() => self.missing(field),
            None => {}
        }
        self.coverage.raw(field);
    }

    /// Raw storage takes whatever is there, and something has to be: what no member has is padding, which
    /// the other side does not write, or the flexible array's.
    fn raw_over_nothing(&mut self, field: &'k Field<'k>) {
        let table = self.comparison.table;
        if !self.coverage.is_over_nothing(table, self.theirs, field) {
            return;
        }
        let flexible = member::flexible_array(table, self.theirs);
        let finding = match flexible.filter(|array| bits(field.end()) > array.bit_offset) {
            Some(array) => {
                let text = format!("raw storage that continues the flexible array `{}`", array.path);
                Finding::note(DifferenceKind::Renamed, text)
            }
            None => {
                let size = field.layout.size;
                let text = format!("the counterpart has no member in these bytes: make them a `Padding<{size}>`");
                Finding::mismatch(DifferenceKind::Missing, text)
            }
        };
        let ours = spell_ours(field.layout, self.place.offset + field.offset);
        self.comparison.push(finding, &join(&self.place.ours, field.name), None, Some(ours), None);
    }

    fn not_found(&mut self, field: &Field<'_>, lookups: &[Option<Found>]) {
        if let Some(array) = self.flexible_before(field) {
            let place = self.place_of(field, &array);
            let text = format!("continues the flexible array `{}`", array.path);
            return self.report(&place, field, &array, Finding::note(DifferenceKind::Renamed, text));
        }
        let is_taken = |member: &Found| lookups.iter().flatten().any(|other| other.trail == member.trail);
        let namesake = self.members.iter().find(|member| {
            member.bit_offset == bits(field.offset)
                && member.bit_size.is_none()
                && !is_taken(member)
                && self.fits(field, member)
        });
        match namesake.cloned() {
            Some(member) if field.rename.is_none() => {
                let place = self.place_of(field, &member);
                let text = format!(
                    "called `{}` there: if both mean the same, say so by `#[mapkey(rename = \"{}\")]`",
                    member.path, member.path
                );
                self.report(&place, field, &member, Finding::mismatch(DifferenceKind::Renamed, text));
                self.claim(&member);
            }
            _ => self.missing(field),
        }
    }

    fn flexible_before(&self, field: &Field<'_>) -> Option<Found> {
        let table = self.comparison.table;
        let array = member::flexible_array(table, self.theirs)?;
        let (element, _) = leaf::their_elements(table, array.ty);
        let continues = bits(field.offset) >= array.bit_offset && table.get(element.index).size == 1;
        (continues && field.rename.is_none()).then_some(array)
    }

    fn missing(&mut self, field: &Field<'_>) {
        let table = self.comparison.table;
        let wanted = field.rename.unwrap_or(field.name);
        let nearest = member::nearest(table, self.theirs, wanted, NEAREST_COUNT);
        let nearest = did_you_mean(&nearest);
        let instead = self.member_at(field.offset);
        let instead =
            instead.map_or_else(String::new, |member| format!("; at offset {} it has `{}`", field.offset, member.path));
        let text = format!("the counterpart has no member `{wanted}`{nearest}{instead}");
        let offset = self.place.offset + field.offset;
        let path = join(&self.place.ours, field.name);
        let finding = Finding::mismatch(DifferenceKind::Missing, text);
        self.comparison.push(finding, &path, None, Some(spell_ours(field.layout, offset)), None);
    }

    fn gap(&mut self, gap: &Gap<'_>) {
        let offset = self.place.bit_offset.saturating_add(gap.bit_offset);
        let theirs = spell_theirs(&gap.spelling, offset, gap.bits);
        let member = join(&self.place.theirs, &gap.path);
        match gap.field {
            Some(field) => {
                let ours = spell_ours(field.layout, self.place.offset + field.offset);
                let path = join(&self.place.ours, field.name);
                self.comparison.push(gap.finding(), &path, Some(&member), Some(ours), Some(theirs));
            }
            None => self.comparison.push(gap.finding(), &member, Some(&member), None, Some(theirs)),
        }
    }

    fn place_of(&self, field: &Field<'_>, found: &Found) -> Place {
        let mut trail = self.place.trail.clone();
        trail.extend(&found.trail);
        Place {
            ours: join(&self.place.ours, field.name),
            theirs: join(&self.place.theirs, &found.path),
            offset: self.place.offset + field.offset,
            bit_offset: self.place.bit_offset.saturating_add(found.bit_offset),
            trail,
            in_array: self.place.in_array,
        }
    }

    /// A finding about a field and the member that it was held against.
    fn report(&mut self, place: &Place, field: &Field<'_>, found: &Found, finding: Finding) {
        let table = self.comparison.table;
        let ours = spell_ours(field.layout, place.offset);
        let theirs = spell_theirs(&table.spell(found.ty), place.bit_offset, found.bits(table));
        self.comparison.push(finding, &place.ours, Some(&place.theirs), Some(ours), Some(theirs));
    }
}

fn spell_offset(bit_offset: u64) -> String {
    if bit_offset.is_multiple_of(8) { (bit_offset / 8).to_string() } else { format!("bit {bit_offset}") }
}
