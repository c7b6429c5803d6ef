//! Members of a counterpart: found by name as C finds them, by place, or as the nearest name.

use std::collections::HashSet;

use crate::types::{MAX_FLATTENED, Member, Shape, TypeIndex, TypeTable, TypeUse};

/// A member that was looked up.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// Ordinals of the members on the way, anonymous ones too: the identity of a member in a
    /// struct, which a path of names is not.
    pub(super) trail: Vec<u32>,
    /// The names on the way, without anonymous ones: `u.ipv4.saddr`.
    pub(super) path: String,
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
    pub(super) fn bits(&self, table: &TypeTable<'_>) -> u64 {
        self.bit_size.map_or_else(|| table.get(self.ty.index).size.saturating_mul(8), u64::from)
    }

    /// The first bit behind the member.
    pub(super) fn bit_end(&self, table: &TypeTable<'_>) -> u64 {
        self.bit_offset.saturating_add(self.bits(table))
    }
}

/// The members of `index` with those of anonymous members in their place: what C lets one name.
pub(super) fn nameable(table: &TypeTable<'_>, index: TypeIndex) -> Vec<Found> {
    let mut all = Vec::new();
    let root = Step { trail: &[], path: "", bit_offset: 0, in_union: is_union(table, index) };
    flatten(table, index, &root, &mut all);
    all
}

/// Where a member is reached from.
struct Step<'a> {
    trail: &'a [u32],
    path: &'a str,
    bit_offset: u64,
    in_union: bool,
}

fn flatten(table: &TypeTable<'_>, index: TypeIndex, from: &Step<'_>, all: &mut Vec<Found>) {
    for (ordinal, member) in (0..).zip(table.members(index)) {
        let found = step(table, from, ordinal, member);
        if member.name.is_empty() && is_composite(table, member.ty.index) {
            let inner = Step {
                trail: &found.trail,
                path: from.path,
                bit_offset: found.bit_offset,
                in_union: found.in_union || is_union(table, member.ty.index),
            };
            flatten(table, member.ty.index, &inner, all);
        } else {
            all.push(found);
        }
    }
}

fn step(table: &TypeTable<'_>, from: &Step<'_>, ordinal: u32, member: &Member<'_>) -> Found {
    let mut trail = from.trail.to_vec();
    trail.push(ordinal);
    let bit_offset = from.bit_offset.saturating_add(member.bit_offset);
    let whole = table.get(member.ty.index).size.saturating_mul(8);
    Found {
        trail,
        path: join(from.path, member.name),
        ty: member.ty,
        bit_offset,
        bit_size: member.bit_size.filter(|&bits| u64::from(bits) != whole || !bit_offset.is_multiple_of(8)),
        in_union: from.in_union,
    }
}

/// The member that `path` names, through anonymous members and, at each dot, into a struct or union.
pub(super) fn find(table: &TypeTable<'_>, index: TypeIndex, path: &str) -> Option<Found> {
    let mut segments = path.split('.');
    let mut found = named(table, index, segments.next()?)?;
    for segment in segments {
        let inner = named(table, found.ty.index, segment)?;
        found.trail.extend(inner.trail);
        found = Found {
            trail: found.trail,
            path: join(&found.path, &inner.path),
            ty: inner.ty,
            bit_offset: found.bit_offset.saturating_add(inner.bit_offset),
            bit_size: inner.bit_size,
            in_union: found.in_union || inner.in_union,
        };
    }
    Some(found)
}

fn named(table: &TypeTable<'_>, index: TypeIndex, name: &str) -> Option<Found> {
    nameable(table, index).into_iter().find(|found| found.path == name && !name.is_empty())
}

/// The members whose names come nearest to `name`, as paths from `index`, best first: the members of
/// members too, for a name is often one level off (`sk_daddr` is `__sk_common.skc_daddr`). Looks at no
/// more members than one struct may have, however a hostile source combines them.
pub(super) fn nearest(table: &TypeTable<'_>, index: TypeIndex, name: &str, count: usize) -> Vec<String> {
    let wanted = name.rsplit('.').next().unwrap_or(name);
    let mut scored: Vec<(f64, usize, String)> = Vec::new();
    let mut level = vec![(String::new(), index)];
    let mut seen = HashSet::new();
    let mut looked_at = 0;
    for depth in 0..NEAREST_DEPTH {
        let mut next = Vec::new();
        for (prefix, index) in level {
            if looked_at >= MAX_FLATTENED || !seen.insert(index) {
                continue;
            }
            for found in nameable(table, index) {
                looked_at += 1;
                let path = join(&prefix, &found.path);
                let score = likeness(wanted, &found.path);
                if score >= LIKENESS_FLOOR {
                    scored.push((score, depth, path.clone()));
                }
                if is_composite(table, found.ty.index) {
                    next.push((path, found.ty.index));
                }
            }
        }
        level = next;
    }
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    scored.into_iter().take(count).map(|(_, _, path)| path).collect()
}

const NEAREST_DEPTH: usize = 3;
const LIKENESS_FLOOR: f64 = 0.7;

/// How much one name looks like another, 0 to 1: by edits, or because one contains the other.
fn likeness(wanted: &str, name: &str) -> f64 {
    let (wanted, name) = (wanted.to_ascii_lowercase(), name.to_ascii_lowercase());
    let edits = strsim::normalized_damerau_levenshtein(&wanted, &name);
    let (short, long) = if wanted.len() < name.len() { (&wanted, &name) } else { (&name, &wanted) };
    let contains = short.len() >= 3 && long.contains(short.as_str());
    if contains { edits.max(0.75) } else { edits }
}

pub(crate) fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") }
}

pub(crate) fn is_union(table: &TypeTable<'_>, index: TypeIndex) -> bool {
    matches!(table.get(index).shape, Shape::Union(_))
}

pub(super) fn is_composite(table: &TypeTable<'_>, index: TypeIndex) -> bool {
    matches!(table.get(index).shape, Shape::Struct(_) | Shape::Union(_))
}

/// The array at the end of a struct that has no elements of its own, `data[]`, also at the end of
/// the last member.
pub(super) fn flexible_array(table: &TypeTable<'_>, index: TypeIndex) -> Option<Found> {
    let last = nameable(table, index).into_iter().max_by_key(|found| found.bit_offset)?;
    match table.get(last.ty.index).shape {
        Shape::Array { len: 0, .. } => Some(last),
        _ => None,
    }
}

/// Bits of a number of bytes of ours.
pub(super) fn bits(bytes: usize) -> u64 {
    bytes as u64 * 8
}
