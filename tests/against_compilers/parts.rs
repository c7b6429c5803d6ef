//! The counterpart's bytes, in the parts that a key owns or does not own as a whole.

use crate::layout::Place;
use crate::model::{Composite, Type};
use crate::rust::{Level, join};

/// A member, or an anonymous union.
pub(crate) struct Part {
    /// From the level's type; what a report calls it.
    pub(crate) path: String,
    pub(crate) place: Place,
    /// For an anonymous union: the members of it that have a name where it is.
    pub(crate) inside: Vec<String>,
    pub(crate) owner: Owner,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    /// Whichever field has its bytes.
    Any,
    /// The field that names it.
    Named,
    /// What reaches behind the named members of a union: raw storage can be over it, and nothing must be.
    Nobody,
}

impl Part {
    pub(crate) fn overlaps(&self, start: u64, end: u64) -> bool {
        self.place.start < end * 8 && start * 8 < self.place.end()
    }
}

/// All parts that begin within the level's bytes. A struct is one part where a field has its name, and
/// else one part for each of its members; of a union the members that fields name are parts and what reaches
/// behind them, or all of it is one.
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
            Type::Composite(inner) if !is_named && inner.is_union => union(level, inner, &path, place, all),
            Type::Composite(inner) if !is_named => walk(level, inner, &path, place.start, all),
            _ => {
                let owner = if is_named { Owner::Named } else { Owner::Any };
                all.push(Part { path, place, inside: Vec::new(), owner });
            }
        }
    }
}

fn union(level: &Level, union: &Composite, path: &str, place: Place, all: &mut Vec<Part>) {
    let picked = picked(level, union, path);
    let called = if path.is_empty() { "(anonymous union)" } else { path };
    let part = Part { path: called.to_owned(), place, inside: Vec::new(), owner: Owner::Any };
    if picked.members.is_empty() {
        let mut inside = Vec::new();
        if path.is_empty() {
            reachable(union, &mut inside);
        }
        return all.push(Part { inside, ..part });
    }
    walk(level, &picked, path, place.start, all);
    let reached = picked.layout().places.iter().map(|place| place.end()).max().unwrap_or_default();
    if reached < place.bits {
        let rest = Place { start: place.start + reached, bits: place.bits - reached };
        all.push(Part { place: rest, owner: Owner::Nobody, ..part });
    }
}

/// The members that C can name without a path.
fn reachable(composite: &Composite, names: &mut Vec<String>) {
    for member in composite.members.iter().filter(|member| member.has_bytes()) {
        match &member.ty {
            Type::Composite(inner) if member.is_anonymous() => reachable(inner, names),
            _ => names.push(member.name.clone()),
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
