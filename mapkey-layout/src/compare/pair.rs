//! Two types, and what they differ in.

use super::finding::{Event, Finding, Meaning, Ours, Remedy, Theirs};
use super::found::{first_behind, flexible_array};
use super::leaf;
use super::level::Level;
use super::place::{ELEMENTS, Names, Place};
use super::walk::{Slot, Walk};
use crate::Annotation;
use crate::layout::{Kind, Layout};
use crate::report::DifferenceKind;
use crate::types::{Shape, TypeUse};

/// Everything in which the types differ, as the roots of a key and its counterpart.
pub(super) const fn roots<'a>(walk: &mut Walk<'_, 'a>, room: &mut [Slot], ours: &'a Layout<'a>, theirs: TypeUse) {
    pair(walk, room, &Place::ROOT, ours, Annotation::None, theirs);
    if !walk.size_is_told {
        tail(walk, ours, theirs);
    }
}

/// Two types that should be the same.
pub(super) const fn pair<'a>(
    walk: &mut Walk<'_, 'a>,
    room: &mut [Slot],
    place: &Place<'a>,
    ours: &'a Layout<'a>,
    annotation: Annotation,
    theirs: TypeUse,
) {
    let types = walk.types;
    let is_composite = types.is_composite(theirs.index);
    if let Kind::Struct { fields: [only], transparent: true } = ours.kind {
        let is_content = matches!(only.layout.kind, Kind::Struct { .. }) || leaf::wrapped(types, theirs).is_some();
        if !is_composite || (is_content && only.rename.is_none()) {
            let annotation = if matches!(annotation, Annotation::None) { only.annotation } else { annotation };
            return pair(walk, room, place, only.layout, annotation, theirs);
        }
    }
    let (size, their_size) = (ours.size as u64, types.size(theirs));
    match (ours.kind, &types.get(theirs.index).shape) {
        _ if matches!(annotation, Annotation::Bytes) => {
            if their_size != size {
                walk.report(place, ours, theirs, Finding::resized(size, their_size));
            }
        }
        (_, Shape::Array { element, len: 0 }) => flexible(walk, room, place, ours, *element),
        (Kind::Struct { .. }, _) if is_composite => {
            Level::new(types, place, ours, theirs.index).compare(walk, room);
            if !place.ours.is_empty() && their_size != size {
                walk.report(place, ours, theirs, Finding::resized(size, their_size));
            }
        }
        (Kind::Struct { fields: [only], .. }, _) if only.layout.size == ours.size => {
            pair(walk, room, place, only.layout, only.annotation, theirs);
        }
        (Kind::Array { element, len }, Shape::Array { element: their_element, len: their_len }) => {
            let direct =
                Elements { ours: element, count: len as u64, theirs: *their_element, their_count: *their_len as u64 };
            array(walk, room, place, ours, annotation, (theirs, direct));
        }
        _ => leaf::compare(walk, place, ours, annotation, theirs),
    }
}

/// The elements of two arrays, and how many there are.
#[derive(Clone, Copy)]
struct Elements<'a> {
    ours: &'a Layout<'a>,
    count: u64,
    theirs: TypeUse,
    their_count: u64,
}

/// Two arrays, dimension by dimension; arrays of the same elements in other dimensions are equal.
const fn array<'a>(
    walk: &mut Walk<'_, 'a>,
    room: &mut [Slot],
    place: &Place<'a>,
    ours: &'a Layout<'a>,
    annotation: Annotation,
    (theirs, direct): (TypeUse, Elements<'a>),
) {
    let types = walk.types;
    let (innermost, count) = leaf::our_elements(ours);
    let (their_innermost, their_count) = leaf::their_elements(types, theirs);
    let flat = Elements { ours: innermost, count, theirs: their_innermost, their_count };
    let are_structs =
        matches!(innermost.unwrapped().kind, Kind::Struct { .. }) && types.is_composite(their_innermost.index);
    let is_nested = matches!(direct.ours.unwrapped().kind, Kind::Array { .. } | Kind::Text | Kind::Address);
    let both_are_nested = is_nested == matches!(types.get(direct.theirs.index).shape, Shape::Array { .. });
    let [first, second] = if both_are_nested { [direct, flat] } else { [flat, direct] };
    let elements = if are_structs || first.ours.size as u64 == types.size(first.theirs) {
        first
    } else if second.ours.size as u64 == types.size(second.theirs) {
        second
    } else {
        return leaf::compare(walk, place, ours, annotation, theirs);
    };
    let Elements { ours: element, count, theirs: their_element, their_count } = elements;
    if count != their_count {
        let counts = Meaning::Counts { ours: count, theirs: their_count };
        walk.report(place, ours, theirs, Finding::mismatch(DifferenceKind::Resized, counts));
    }
    if are_structs {
        let place =
            Place { ours: place.ours.with(ELEMENTS), theirs: place.theirs.with(ELEMENTS), in_array: true, ..*place };
        pair(walk, room, &place, element, Annotation::None, their_element);
    } else {
        pair(walk, room, place, element, annotation, their_element);
    }
}

/// A field that stands where the counterpart's flexible array begins.
const fn flexible<'a>(
    walk: &mut Walk<'_, 'a>,
    room: &mut [Slot],
    place: &Place<'a>,
    ours: &'a Layout<'a>,
    element: TypeUse,
) {
    let types = walk.types;
    let (our_element, _) = leaf::our_elements(ours);
    let finding = if types.size(element) == our_element.size as u64 || types.is_composite(element.index) {
        return pair(walk, room, place, our_element, Annotation::None, element);
    } else if types.size(element) == 1 {
        Finding::noted("a flexible array of bytes there, which the key continues")
    } else {
        Finding::retyped("a flexible array of other elements there: continue it with elements of its type")
    };
    walk.report(place, ours, element, finding);
}

/// Bytes of one side behind the other's end.
const fn tail<'a>(walk: &mut Walk<'_, 'a>, ours: &'a Layout<'a>, theirs: TypeUse) {
    let types = walk.types;
    let (size, their_size) = (ours.size as u64, types.size(theirs));
    if size == their_size {
        return;
    }
    if let Some(array) = flexible_array(types, theirs.index)
        && size >= array.bit_offset / 8
        && !walk.is_whole
    {
        return;
    }
    let whole = walk.is_whole;
    let is_note = size < their_size && ours.claim.prefix && !whole;
    let meaning = if size > their_size {
        Meaning::BytesBehindTheirs { count: size - their_size, whole }
    } else {
        let first = match first_behind(types, theirs.index, size) {
            Some(first) => Some(first.path(theirs.index)),
            None => None,
        };
        let remedy = if whole {
            Remedy::Whole
        } else if is_note {
            Remedy::Nothing
        } else {
            Remedy::Prefix
        };
        Meaning::BytesBehindOurs { count: their_size - size, first, remedy }
    };
    walk.push(Event {
        finding: Finding { kind: DifferenceKind::Tail, mismatch: !is_note, meaning },
        field: Names::EMPTY,
        member: None,
        ours: Some(Ours::Bytes(size)),
        theirs: Some(Theirs::Bytes(their_size)),
    });
}
