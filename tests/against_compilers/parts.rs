//! The counterpart's bytes, in the parts that a key owns or does not own as a whole.

use crate::layout::Place;
use crate::model::{Composite, Type};
use crate::rust::{Level, join};

/// A member, or an anonymous union.
pub(crate) struct Part {
    /// From the level's type; what a report calls it.
    pub(crate) path: String,
    pub(crate) place: Place,
    /// A field of the level names it.
    pub(crate) is_named: bool,
}

impl Part {
    pub(crate) fn overlaps(&self, start: u64, end: u64) -> bool {
        self.place.start < end * 8 && start * 8 < self.place.end()
    }
}

/// All parts that begin within the level's bytes. A struct is one part where a field has its name, and
/// else one part for each of its members; of a union the members that fields name are parts, or all of it is.
/// What reaches behind the named members of a union is no part: nothing there is a mismatch.
pub(crate) fn parts(level: &Level, theirs: &Composite) -> Vec<Part> {
    let mut all = Vec::new();
    walk(level, theirs, "", 0, &mut all);
    all.retain(|part| part.place.start < level.size * 8);
    all
}

fn walk(level: &Level, composite: &Composite, prefix: &str, base: u64, all: &mut Vec<Part>) {
    for (member, place) in composite.members.iter().zip(composite.layout().places) {
        if !member.has_bytes() || place.bits == 0 {
            continue;
        }
        let place = Place { start: base + place.start, bits: place.bits };
        let path = if member.is_anonymous() { prefix.to_owned() } else { join(prefix, &member.name) };
        let is_named = !member.name.is_empty() && level.fields.iter().any(|field| field.member == path);
        match &member.ty {
            Type::Composite(inner) if !is_named && inner.is_union => {
                let picked = picked(level, inner, &path);
                if picked.members.is_empty() {
                    let path = if path.is_empty() { "(anonymous union)".to_owned() } else { path };
                    all.push(Part { path, place, is_named });
                } else {
                    walk(level, &picked, &path, place.start, all);
                }
            }
            Type::Composite(inner) if !is_named => walk(level, inner, &path, place.start, all),
            _ => all.push(Part { path, place, is_named }),
        }
    }
}

/// The union with those members only that fields of the level name, or have a name in.
fn picked(level: &Level, union: &Composite, path: &str) -> Composite {
    let mut picked = union.clone();
    picked.members.retain(|member| {
        let mut alone = union.clone();
        alone.members = vec![member.clone()];
        names(level, &alone, path)
    });
    picked
}

fn names(level: &Level, composite: &Composite, prefix: &str) -> bool {
    composite.members.iter().any(|member| {
        let path = if member.is_anonymous() { prefix.to_owned() } else { join(prefix, &member.name) };
        let is_named = !member.name.is_empty() && level.fields.iter().any(|field| field.member == path);
        let inside = || matches!(&member.ty, Type::Composite(inner) if names(level, inner, &path));
        is_named || inside()
    })
}
