//! What a report must say about a changed struct, worked out from the two models by the README's table.

use crate::compilers::{Difference, Verdict};
use crate::layout::Place;
use crate::model::{Composite, Enum, Member, Order, Type};
use crate::parts::{Owner, Part, parts};
use crate::rust::{Field, Key, Level, Ours, join};

/// One thing that the report must name.
#[derive(Clone, Debug)]
pub(crate) struct Need {
    /// The field of the key, or the member.
    path: String,
    /// What has it where it is found by another name.
    inside: Vec<String>,
    /// What it may be called.
    kinds: &'static [&'static str],
    is_note: bool,
}

impl Need {
    fn new(path: String, kinds: &'static [&'static str], is_note: bool) -> Self {
        Self { path, inside: Vec::new(), kinds, is_note }
    }

    fn mismatch(path: String, kinds: &'static [&'static str]) -> Self {
        Self::new(path, kinds, false)
    }

    fn is_met(&self, verdict: &Verdict) -> bool {
        let names = |found: &Difference| {
            // What a wrapper of one field is held against is told of its field.
            let field = found.field.strip_suffix(".0").unwrap_or(&found.field);
            // A struct by another name has all that is in it.
            let is_inside = found.kind == "renamed"
                && (self.path.starts_with(&format!("{}.", found.member)) || self.inside.contains(&found.member));
            self.kinds.contains(&&*found.kind) && (field == self.path || found.member == self.path || is_inside)
        };
        if self.is_note { &verdict.notes } else { &verdict.differences }.iter().any(names)
    }
}

/// What the verdict lacks.
pub(crate) fn unmet<'a>(needs: &'a [Need], verdict: &Verdict) -> Vec<&'a Need> {
    needs.iter().filter(|need| !need.is_met(verdict)).collect()
}

/// The word that the verdict must be.
pub(crate) fn word(needs: &[Need]) -> &'static str {
    if needs.iter().all(|need| need.is_note) { "match" } else { "mismatch" }
}

/// What must be found when the key is held against `changed`. Empty if nothing that the key says about
/// its counterpart has become wrong.
pub(crate) fn needs(key: &Key, changed: &Composite) -> Vec<Need> {
    let mut needs = Vec::new();
    for level in &key.levels {
        let Some(theirs) = of_level(level, changed) else { continue };
        let parts = parts(level, theirs);
        for field in &level.fields {
            of_field(key, level, field, theirs, &parts, &mut needs);
        }
        of_size(level, theirs, &mut needs);
        for part in &parts {
            of_part(level, theirs, part, &mut needs);
        }
    }
    needs
}

/// The type that a derived struct mirrors, if it is still where the key has it.
fn of_level<'a>(level: &Level, root: &'a Composite) -> Option<&'a Composite> {
    if level.theirs.is_empty() {
        return Some(root);
    }
    let (holder, _) = find(root, &level.theirs.replace("[]", ""))?;
    holder.ty.composite().filter(|composite| composite.tag == level.tag)
}

/// The member at the end of a path, and its bits.
fn find<'a>(composite: &'a Composite, path: &str) -> Option<(&'a Member, Place)> {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    for (member, place) in composite.members.iter().zip(composite.layout().places) {
        let inside = |path: &str| {
            let (found, within) = find(member.ty.composite()?, path)?;
            Some((found, Place { start: place.start + within.start, bits: within.bits }))
        };
        let found = match rest {
            _ if member.is_anonymous() => inside(path),
            _ if member.name != first => None,
            Some(rest) => inside(rest),
            None => Some((member, place)),
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

fn of_field(key: &Key, level: &Level, field: &Field, theirs: &Composite, parts: &[Part], needs: &mut Vec<Need>) {
    let ours = join(&level.ours, &field.name);
    let is_raw = matches!(field.ours, Ours::Raw);
    let found = if field.member.is_empty() { None } else { find(theirs, &field.member) };
    let Some((member, place)) = found else {
        if is_raw && !field.has_rename {
            if !parts.iter().any(|part| part.overlaps(field.start, field.end())) {
                let continues = theirs.flexible.is_some() && field.end() > flexible_start(theirs);
                let kinds = if continues { &["renamed"] } else { &["missing"] };
                needs.push(Need::new(ours, kinds, continues));
            }
        } else if !is_padding(field, theirs) {
            needs.push(missing(ours, field, theirs));
        }
        return;
    };
    if is_raw {
        let is_inside = field.start * 8 <= place.start && place.end() <= field.end() * 8;
        if !is_inside {
            needs.push(Need::mismatch(ours, &["moved", "resized"]));
        }
        return;
    }
    if place.start != field.start * 8 {
        needs.push(Need::mismatch(ours.clone(), &["moved"]));
    }
    if let Some((kinds, is_note)) = relation(key, level, field, &member.ty) {
        needs.push(Need::new(ours, kinds, is_note));
    }
}

fn missing(ours: String, field: &Field, theirs: &Composite) -> Need {
    // Bytes that go on where an array without a length begins are what such an array is for.
    let continues = theirs.flexible.as_ref().is_some_and(|element| element.element().0.size() == 1);
    if continues && !field.has_rename && field.start >= flexible_start(theirs) {
        return Need::new(ours, &["renamed"], true);
    }
    Need::mismatch(ours, &["missing", "renamed"])
}

/// Bytes.
fn flexible_start(composite: &Composite) -> u64 {
    let Some(element) = &composite.flexible else { return composite.layout().size };
    let mut with_array = composite.clone();
    with_array.flexible = None;
    with_array.members.push(Member::plain("data", Type::Array(Box::new(element.clone()), 0)));
    with_array.layout().places.last().map_or(0, |place| place.start / 8)
}

fn of_size(level: &Level, theirs: &Composite, needs: &mut Vec<Need>) {
    let size = theirs.layout().size;
    if size == level.size {
        return;
    }
    if !level.ours.is_empty() {
        needs.push(Need::mismatch(level.ours.clone(), &["resized"]));
    } else if theirs.flexible.is_none() || level.size < flexible_start(theirs) {
        needs.push(Need::mismatch(String::new(), &["tail"]));
    }
}

/// What nobody's bytes are found in: padding, for it needs no member, and may not be one's.
fn is_padding(field: &Field, theirs: &Composite) -> bool {
    let has_member = !field.member.is_empty() && find(theirs, &field.member).is_some();
    matches!(field.ours, Ours::Padding) && !field.has_rename && !has_member
}

/// What the key must own of the counterpart, and what it may not call padding.
fn of_part(level: &Level, theirs: &Composite, part: &Part, needs: &mut Vec<Need>) {
    if part.owner == Owner::Nobody {
        return;
    }
    let fields = || level.fields.iter().filter(|field| part.overlaps(field.start, field.end()));
    let padding: Vec<_> = fields().filter(|field| is_padding(field, theirs)).collect();
    for field in &padding {
        needs.push(Need::mismatch(join(&level.ours, &field.name), &["padding-used"]));
    }
    if part.owner == Owner::Named || !padding.is_empty() {
        return;
    }
    // A field without its member can be what takes this one by another name.
    let path = join(&level.theirs, &part.path);
    let raw = || fields().filter(|field| matches!(field.ours, Ours::Raw));
    let covers = |byte: u64| raw().any(|field| field.start <= byte && byte < field.end());
    if raw().next().is_none() {
        let inside = part.inside.iter().map(|member| join(&level.theirs, member)).collect();
        needs.push(Need { inside, ..Need::mismatch(path, &["uncovered", "renamed"]) });
    } else if !(part.place.start / 8..part.place.end().div_ceil(8)).all(covers) {
        needs.push(Need::mismatch(path, &["resized"]));
    }
}

/// How the report may call it, and whether it is a note.
type Relation = Option<(&'static [&'static str], bool)>;

const fn mismatch(kinds: &'static [&'static str]) -> Relation {
    Some((kinds, false))
}

const fn noted(kinds: &'static [&'static str]) -> Relation {
    Some((kinds, true))
}

/// What the README's table says about a field and a type; nothing if they are equal.
fn relation(key: &Key, level: &Level, field: &Field, theirs: &Type) -> Relation {
    let (element, mut dimensions) = theirs.element();
    if let (Ours::Nested, [], [_, ..]) = (&field.ours, &*field.dimensions, &*dimensions) {
        // A nested key of one field is that field, whatever is there instead of the struct.
        let path = join(&level.ours, &field.name);
        let nested = key.levels.iter().find(|nested| nested.ours == path);
        if let Some((nested, [only])) = nested.map(|nested| (nested, &*nested.fields)) {
            return relation(key, nested, only, theirs);
        }
    }
    let element_size = element.size();
    match &field.ours {
        Ours::Padding => return if theirs.size() == field.size { None } else { mismatch(&["resized"]) },
        Ours::Raw => return None,
        Ours::Text(len) if matches!(element, Type::Char) || element_size == 1 => {
            let last = dimensions.pop();
            let is_int = !matches!(element, Type::Char);
            return match last {
                None => mismatch(&["retyped"]),
                _ if !matches!(element, Type::Char | Type::Int { .. }) => mismatch(&["retyped"]),
                Some(last) if last != *len || dimensions != field.dimensions[..field.dimensions.len() - 1] => {
                    mismatch(&["resized", "retyped"])
                }
                _ if is_int => noted(&["retyped"]),
                _ => None,
            };
        }
        Ours::Text(_) => return mismatch(&["retyped", "resized"]),
        _ => {}
    }
    if dimensions.len() != field.dimensions.len() {
        return mismatch(&["retyped"]);
    }
    let values = scalar(&field.ours, element);
    if dimensions == field.dimensions {
        // Elements of another size are other elements.
        return match values {
            Some((_, false)) if !dimensions.is_empty() => mismatch(&["retyped", "resized", "byte-order", "enumerator"]),
            values => values,
        };
    }
    mismatch(&["resized", "retyped"])
}

fn scalar(ours: &Ours, theirs: &Type) -> Relation {
    let (retyped, resized) = (mismatch(&["retyped"]), mismatch(&["resized"]));
    match (ours, theirs) {
        (Ours::Nested, Type::Composite(inner)) if !inner.is_union && !inner.tag.starts_with("other") => None,
        (Ours::Pointer, Type::Pointer(_)) | (Ours::Bool, Type::Bool) => None,
        (Ours::Int { size, signed, order }, Type::Int { size: theirs, signed: sign, order: theirs_order, .. }) => {
            order_of(*size, order, theirs_order)
                .filter(|(_, is_note)| !is_note || size == theirs)
                .or_else(|| if size == theirs { None } else { resized })
                .or_else(|| if signed == sign { None } else { noted(&["signedness"]) })
        }
        (Ours::Int { size: 1, .. }, Type::Char) => noted(&["signedness"]),
        (Ours::Int { size: 1, .. }, Type::Bool) => noted(&["retyped"]),
        (Ours::Int { .. }, Type::Char | Type::Bool) => resized,
        (Ours::Int { size, .. }, Type::Enum(own)) if own.size().0 == *size => noted(&["retyped"]),
        (Ours::Int { .. }, Type::Enum(_)) => resized,
        (Ours::Int { .. }, Type::Composite(_)) => mismatch(&["retyped", "resized"]),
        (Ours::Bool, Type::Int { size: 1, .. } | Type::Char) => noted(&["retyped"]),
        (Ours::Enum(ours), Type::Enum(theirs)) => enumerators(ours, theirs),
        (Ours::Enum(own), Type::Int { size, .. }) if own.size().0 != *size => resized,
        (Ours::Enum(_), Type::Int { size, order, .. }) => {
            order_of(*size, &Order::Native, order).or_else(|| noted(&["retyped"]))
        }
        _ => retyped,
    }
}

fn order_of(size: u64, ours: &Order, theirs: &Order) -> Relation {
    match (ours, theirs) {
        _ if ours == theirs || size == 1 => None,
        (_, Order::Native) => noted(&["byte-order"]),
        _ => mismatch(&["byte-order"]),
    }
}

fn enumerators(ours: &Enum, theirs: &Enum) -> Relation {
    match (ours.size(), theirs.size()) {
        ((ours, _), (theirs, _)) if ours != theirs => mismatch(&["resized"]),
        _ if ours.values == theirs.values => None,
        _ if theirs.values.starts_with(&ours.values) => noted(&["enumerator"]),
        _ => mismatch(&["enumerator"]),
    }
}
