//! The verdict while compiling, and its message.

use super::finding::Event;
use super::pair;
use super::text::{Text, TypeNames};
use super::walk::{Slot, Walk};
use crate::layout::{Field, Kind, Layout};
use crate::types::{TypeUse, Types};

/// How many differences a message lists.
const LISTED: usize = 8;

/// How long a message can be: eight differences, and the fields of a large key.
const LONGEST: usize = 1 << 14;

/// One type of a source, as the comparison needs it.
#[derive(Clone, Copy)]
pub struct Candidate<'t> {
    pub(crate) types: Types<'t>,
    pub(crate) ty: TypeUse,
    /// The type as one writes it in C, with a member's path behind it.
    pub(crate) name: &'t str,
    /// The type, drawn.
    pub(crate) drawing: &'t str,
    /// How the types in it are written in C, by their ids.
    pub(crate) names: &'t [(u32, &'t str)],
}

/// What `ours` is held against: the types of a source that have the name, or the key of a map.
#[derive(Clone, Copy)]
pub(crate) struct Theirs<'t> {
    pub(crate) candidates: &'t [Candidate<'t>],
    /// Where they were read from.
    pub(crate) source: &'t str,
    /// The source is the key of a map: both have to end at the same byte.
    pub(crate) is_whole: bool,
}

/// The candidate that fits best and in how many ways it differs, as [`compare_any`](crate::compare_any) has it. The first
/// differences and notes are in `events`.
pub(super) const fn best<'a>(
    ours: &'a Layout<'a>,
    theirs: &Theirs<'a>,
    slots: &mut [Slot],
    events: &mut [Option<Event<'a>>],
) -> Option<(Candidate<'a>, usize)> {
    let mut best: Option<(Candidate<'a>, usize)> = None;
    let mut i = 0;
    while i < theirs.candidates.len() {
        let candidate = theirs.candidates[i];
        let count = differences(ours, &candidate, theirs.is_whole, slots, &mut []);
        match best {
            Some((_, least)) if least <= count => {}
            _ => best = Some((candidate, count)),
        }
        i += 1;
    }
    if let Some((candidate, 1..)) = best {
        differences(ours, &candidate, theirs.is_whole, slots, events);
    }
    best
}

const fn differences<'a>(
    ours: &'a Layout<'a>,
    candidate: &Candidate<'a>,
    is_whole: bool,
    slots: &mut [Slot],
    events: &mut [Option<Event<'a>>],
) -> usize {
    let mut walk = Walk::new(candidate.types, events, &mut [], is_whole);
    walk.skips_notes = true;
    pair::roots(&mut walk, slots, ours, candidate.ty);
    walk.mismatches
}

/// How many differences there are, and the first of them in one line, without the nearest names.
#[derive(Clone, Copy)]
pub struct First {
    /// Differences; none for a match.
    pub count: usize,
    line: [u8; LINE],
    len: usize,
}

/// How long a difference is at most.
const LINE: usize = 1024;

impl First {
    /// The first difference as its `Display` has it, without the nearest names. Empty for a match.
    #[must_use]
    pub const fn line(&self) -> &str {
        match core::str::from_utf8(self.line.split_at(self.len).0) {
            Ok(line) => line,
            Err(_) => "",
        }
    }
}

/// The verdict as data: what [`require`] would say.
pub(crate) const fn first<const ROOM: usize>(ours: &'static Layout<'static>, theirs: &Theirs<'static>) -> First {
    let (mut slots, mut events, mut line) = ([Slot::EMPTY; ROOM], [None], [0; LINE]);
    let mut text = Text::new(&mut line);
    let mut count = 0;
    if let Some((candidate, found)) = best(ours, theirs, &mut slots, &mut events) {
        count = found;
        if let Some(event) = &events[0] {
            text.event(candidate.types, event, &TypeNames(candidate.names));
        }
    }
    let len = text.as_str().len();
    First { count, line, len }
}

/// Refuses a key that does not match. `ROOM` is [`room`](super::walk::room) of the key.
///
/// # Panics
///
/// Where the key differs from what it is held against, with the differences and both sides.
#[track_caller]
pub(crate) const fn require<const ROOM: usize>(ours: &'static Layout<'static>, theirs: &Theirs<'static>) {
    let mut slots = [Slot::EMPTY; ROOM];
    let mut events = [None; LISTED];
    let Some((candidate, count)) = best(ours, theirs, &mut slots, &mut events) else {
        panic!("nothing to hold the key against")
    };
    if count > 0 {
        let mut buffer = [0; LONGEST];
        let mut text = Text::new(&mut buffer);
        message(&mut text, ours, theirs, &candidate, count, &events);
        panic!("{}", text.as_str());
    }
}

/// All of what is said about a key that does not match.
pub(super) const fn message(
    text: &mut Text<'_>,
    ours: &Layout<'_>,
    theirs: &Theirs<'_>,
    candidate: &Candidate<'_>,
    count: usize,
    events: &[Option<Event<'_>>],
) {
    text.push("`");
    text.layout(ours);
    text.all(&["` does not match ", candidate.name, if theirs.is_whole { ", " } else { " of " }, theirs.source]);
    let mut listed = 0;
    while listed < events.len() {
        let Some(event) = &events[listed] else { break };
        text.push("\n  ");
        text.event(candidate.types, event, &TypeNames(candidate.names));
        listed += 1;
    }
    if listed < count {
        text.push("\n  and ");
        text.number((count - listed) as i128);
        text.push(" more");
    }
    text.push("\n\nstruct ");
    text.layout(ours);
    text.push(" {  // ");
    text.bytes(ours.size as u64);
    text.push("\n");
    fields(text, ours, 0, 0, widest(ours, 0));
    text.all(&["}\n", candidate.drawing]);
}

/// How deep nested fields are shown.
const SHOWN: usize = 4;

/// The key's fields, drawn as their members are: a line each, with offset and size behind `width` characters.
const fn fields(text: &mut Text<'_>, ours: &Layout<'_>, depth: usize, start: usize, width: usize) {
    let Kind::Struct { fields: all, .. } = ours.unwrapped().kind else { return };
    let mut i = 0;
    while i < all.len() && depth < SHOWN {
        let field = &all[i];
        let offset = start + field.offset;
        declaration(text, field, depth);
        text.spaces(width - declared(field, depth));
        text.push("  // ");
        text.aligned(offset, 6);
        text.aligned(field.layout.size, 6);
        text.push("\n");
        fields(text, field.layout, depth + 1, offset, width);
        i += 1;
    }
}

/// How many characters the longest field takes.
const fn widest(ours: &Layout<'_>, depth: usize) -> usize {
    let Kind::Struct { fields: all, .. } = ours.unwrapped().kind else { return 0 };
    let (mut most, mut i) = (0, 0);
    while i < all.len() && depth < SHOWN {
        let own = declared(&all[i], depth);
        let inner = widest(all[i].layout, depth + 1);
        most = if own > most { own } else { most };
        most = if inner > most { inner } else { most };
        i += 1;
    }
    most
}

/// `    sport: Be<u16>,`.
const fn declaration(text: &mut Text<'_>, field: &Field<'_>, depth: usize) {
    text.spaces(4 * (depth + 1));
    text.all(&[field.name, ": "]);
    text.layout(field.layout);
    text.push(",");
}

const fn declared(field: &Field<'_>, depth: usize) -> usize {
    let mut measure = Text::new(&mut []);
    declaration(&mut measure, field, depth);
    measure.needed()
}
