//! What a comparison has found so far.

use super::finding::{Event, Finding, Ours, Theirs};
use super::found::Found;
use super::place::{Place, Trail};
use crate::layout::{Kind, Layout};
use crate::report::DifferenceKind;
use crate::types::{TypeUse, Types};

/// A walk through two types. What it finds is written into slices, for it also runs while compiling, where nothing
/// can be allocated; what does not fit is counted, so that it can be walked again with more room.
pub(super) struct Walk<'w, 'a> {
    pub(super) types: Types<'a>,
    /// Differences and notes in their order.
    pub(super) events: &'w mut [Option<Event<'a>>],
    pub(super) event_count: usize,
    /// How many of the events are differences.
    pub(super) mismatches: usize,
    /// The trails of all members that a field was held against, from the counterpart's start.
    pub(super) trails: &'w mut [Trail],
    pub(super) trail_count: usize,
    /// The two have to have the same bytes to their end, as a map compares them.
    pub(super) is_whole: bool,
    /// That the sizes of the whole differ has been said.
    pub(super) size_is_told: bool,
    /// Notes are of no interest.
    pub(super) skips_notes: bool,
}

/// What a field of a struct was held against. A walk needs [`room`] of them.
#[derive(Clone, Copy)]
pub(super) struct Slot {
    pub(super) claim: Option<Found>,
    /// The field names the member, rather than being at its place.
    pub(super) is_named: bool,
}

impl Slot {
    /// Nothing.
    pub(super) const EMPTY: Self = Self { claim: None, is_named: false };
}

/// How many slots it takes to walk through the key: the fields of its structs, each inside of the one before.
#[must_use]
pub const fn room(ours: &Layout<'_>) -> usize {
    match ours.kind {
        Kind::Array { element, .. } => room(element),
        Kind::Struct { fields, .. } => {
            let (mut most, mut i) = (0, 0);
            while i < fields.len() {
                let inner = room(fields[i].layout);
                most = if inner > most { inner } else { most };
                i += 1;
            }
            fields.len() + most
        }
        _ => 0,
    }
}

impl<'w, 'a> Walk<'w, 'a> {
    pub(super) const fn new(
        types: Types<'a>,
        events: &'w mut [Option<Event<'a>>],
        trails: &'w mut [Trail],
        is_whole: bool,
    ) -> Self {
        Self {
            types,
            events,
            event_count: 0,
            mismatches: 0,
            trails,
            trail_count: 0,
            is_whole,
            size_is_told: false,
            skips_notes: false,
        }
    }

    pub(super) const fn push(&mut self, event: Event<'a>) {
        if self.skips_notes && !event.finding.mismatch {
            return;
        }
        if self.event_count < self.events.len() {
            self.events[self.event_count] = Some(event);
        }
        self.event_count += 1;
        if event.finding.mismatch {
            self.mismatches += 1;
            self.size_is_told |= event.field.is_empty() && matches!(event.finding.kind, DifferenceKind::Resized);
        }
    }

    /// A finding about two types in their places.
    pub(super) const fn report(
        &mut self,
        place: &Place<'a>,
        ours: &'a Layout<'a>,
        theirs: TypeUse,
        finding: Finding<'a>,
    ) {
        let bits = self.types.size(theirs).saturating_mul(8);
        self.push(Event {
            finding,
            field: place.ours,
            member: Some(place.theirs),
            ours: Some(Ours::Type { layout: ours, offset: place.offset }),
            theirs: Some(Theirs::Type { ty: theirs, bit_offset: place.bit_offset, bits }),
        });
    }

    pub(super) const fn pass(&mut self, trail: Trail) {
        if self.trail_count < self.trails.len() {
            self.trails[self.trail_count] = trail;
        }
        self.trail_count += 1;
    }
}
