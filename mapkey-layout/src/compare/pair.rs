//! Two types, and what they differ in.

use super::finding::{Finding, bytes};
use super::leaf;
use super::level::Level;
use super::member::{self, nameable};
use crate::Annotation;
use crate::layout::{Kind, Layout};
use crate::report::{Difference, DifferenceKind};
use crate::types::{Shape, TypeTable, TypeUse};

/// Where both sides of a pair stand: from the start of the key and of the counterpart.
#[derive(Clone, Default)]
pub(super) struct Place {
    pub(super) ours: String,
    pub(super) theirs: String,
    pub(super) offset: usize,
    pub(super) bit_offset: u64,
    pub(super) trail: Vec<u32>,
    /// Inside an array, where one element stands for all: it has no row of its own.
    pub(super) in_array: bool,
}

pub(super) struct Comparison<'t> {
    pub(super) table: &'t TypeTable<'t>,
    pub(super) differences: Vec<Difference>,
    pub(super) notes: Vec<Difference>,
    /// The trails of all members that a field was held against, from the counterpart's start.
    pub(super) trails: Vec<Vec<u32>>,
    /// The two have to have the same bytes to their end, as a map compares them.
    is_whole: bool,
}

impl<'t> Comparison<'t> {
    /// Everything in which the types differ, as the roots of a key and its counterpart.
    pub(super) fn of(table: &'t TypeTable<'t>, ours: &Layout<'_>, theirs: TypeUse, is_whole: bool) -> Self {
        let mut comparison = Self { is_whole, ..Self::new(table) };
        comparison.pair(&Place::default(), ours, Annotation::None, theirs);
        let is_told = |found: &Difference| found.field.is_empty() && found.kind == DifferenceKind::Resized;
        if !comparison.differences.iter().any(is_told) {
            comparison.tail(ours, theirs);
        }
        comparison
    }

    pub(super) fn new(table: &'t TypeTable<'t>) -> Self {
        Self { table, differences: Vec::new(), notes: Vec::new(), trails: Vec::new(), is_whole: false }
    }

    /// Two types that should be the same.
    pub(super) fn pair(&mut self, place: &Place, ours: &Layout<'_>, annotation: Annotation, theirs: TypeUse) {
        let is_composite = member::is_composite(self.table, theirs.index);
        if let Kind::Struct { fields: [only], transparent: true } = ours.kind {
            let is_content =
                matches!(only.layout.kind, Kind::Struct { .. }) || leaf::wrapped(self.table, theirs).is_some();
            if !is_composite || (is_content && only.rename.is_none()) {
                let annotation = if annotation == Annotation::None { only.annotation } else { annotation };
                return self.pair(place, only.layout, annotation, theirs);
            }
        }
        let shape = &self.table.get(theirs.index).shape;
        match (ours.kind, shape) {
            _ if annotation == Annotation::Bytes => {
                let their_size = self.table.get(theirs.index).size;
                if their_size != ours.size as u64 {
                    self.report(place, ours, theirs, Finding::resized(ours.size as u64, their_size));
                }
            }
            (_, Shape::Array { element, len: 0 }) => self.flexible(place, ours, *element),
            (Kind::Struct { .. }, _) if is_composite => {
                Level::new(self, place.clone(), ours, theirs.index).compare();
                let their_size = self.table.get(theirs.index).size;
                if !place.ours.is_empty() && their_size != ours.size as u64 {
                    self.report(place, ours, theirs, Finding::resized(ours.size as u64, their_size));
                }
            }
            (Kind::Struct { fields: [only], .. }, _) if only.layout.size == ours.size => {
                self.pair(place, only.layout, only.annotation, theirs);
            }
            (Kind::Array { element, len }, Shape::Array { element: their_element, len: their_len }) => {
                let direct = (element, len as u64, *their_element, u64::from(*their_len));
                self.array(place, ours, annotation, theirs, direct);
            }
            _ => self.leaf(place, ours, annotation, theirs),
        }
    }

    /// Two arrays, dimension by dimension; arrays of the same elements in other dimensions are equal.
    fn array(
        &mut self,
        place: &Place,
        ours: &Layout<'_>,
        annotation: Annotation,
        theirs: TypeUse,
        direct: (&Layout<'_>, u64, TypeUse, u64),
    ) {
        let (our_innermost, our_total) = leaf::our_elements(ours);
        let (their_innermost, their_total) = leaf::their_elements(self.table, theirs);
        let flat = (our_innermost, our_total, their_innermost, their_total);
        let same_size = |(ours, _, theirs, _): &(&Layout<'_>, u64, TypeUse, u64)| {
            ours.size as u64 == self.table.get(theirs.index).size
        };
        let are_structs = matches!(our_innermost.unwrapped().kind, Kind::Struct { .. })
            && member::is_composite(self.table, their_innermost.index);
        let is_array = matches!(direct.0.unwrapped().kind, Kind::Array { .. } | Kind::Text | Kind::Address);
        let both_are_nested = is_array == matches!(self.table.get(direct.2.index).shape, Shape::Array { .. });
        let candidates = if both_are_nested { [direct, flat] } else { [flat, direct] };
        let Some((element, count, their_element, their_count)) =
            candidates.into_iter().find(|elements| same_size(elements) || are_structs)
        else {
            return self.leaf(place, ours, annotation, theirs);
        };
        if count != their_count {
            let plural = if count == 1 { "" } else { "s" };
            let text = format!("{count} element{plural} here, {their_count} there");
            self.report(place, ours, theirs, Finding::mismatch(DifferenceKind::Resized, text));
        }
        if are_structs {
            let place = Place {
                ours: format!("{}[]", place.ours),
                theirs: format!("{}[]", place.theirs),
                in_array: true,
                ..place.clone()
            };
            self.pair(&place, element, Annotation::None, their_element);
        } else {
            self.pair(place, element, annotation, their_element);
        }
    }

    fn leaf(&mut self, place: &Place, ours: &Layout<'_>, annotation: Annotation, theirs: TypeUse) {
        for finding in leaf::findings(self.table, ours, annotation, theirs) {
            self.report(place, ours, theirs, finding);
        }
    }

    /// A field that stands where the counterpart's flexible array begins.
    fn flexible(&mut self, place: &Place, ours: &Layout<'_>, element: TypeUse) {
        let (our_element, _) = leaf::our_elements(ours);
        if self.table.get(element.index).size == our_element.size as u64
            || member::is_composite(self.table, element.index)
        {
            self.pair(place, our_element, Annotation::None, element);
        } else if self.table.get(element.index).size == 1 {
            let text = "a flexible array of bytes there, which the key continues";
            self.report(place, ours, element, Finding::note(DifferenceKind::Retyped, text));
        } else {
            let text = "a flexible array of other elements there: continue it with elements of its type";
            self.report(place, ours, element, Finding::mismatch(DifferenceKind::Retyped, text));
        }
    }

    /// A finding about two types in their places.
    pub(super) fn report(&mut self, place: &Place, ours: &Layout<'_>, theirs: TypeUse, finding: Finding) {
        let ours = spell_ours(ours, place.offset);
        let size = self.table.get(theirs.index).size;
        let theirs = spell_theirs(&self.table.spell(theirs), place.bit_offset, size.saturating_mul(8));
        self.push(finding, &place.ours, Some(&place.theirs), Some(ours), Some(theirs));
    }

    pub(super) fn push(
        &mut self,
        finding: Finding,
        field: &str,
        member: Option<&str>,
        ours: Option<String>,
        theirs: Option<String>,
    ) {
        let Finding { kind, mismatch, text } = finding;
        let member = member.map(ToOwned::to_owned);
        let difference = Difference { kind, field: field.to_owned(), member, ours, theirs, text };
        if mismatch { self.differences.push(difference) } else { self.notes.push(difference) }
    }

    /// Bytes of one side behind the other's end.
    fn tail(&mut self, ours: &Layout<'_>, theirs: TypeUse) {
        let (our_size, their_size) = (ours.size as u64, self.table.get(theirs.index).size);
        if our_size == their_size {
            return;
        }
        let flexible = member::flexible_array(self.table, theirs.index);
        if flexible.is_some_and(|array| our_size >= array.bit_offset / 8) && !self.is_whole {
            return;
        }
        let text = if our_size > their_size {
            format!("the key has {} behind the counterpart's end", bytes(our_size - their_size))
        } else {
            let first = nameable(self.table, theirs.index).into_iter().find(|found| found.bit_offset / 8 >= our_size);
            let first = first.map_or_else(String::new, |found| format!(", from `{}` on", found.path));
            format!("the counterpart has {} behind the key's end{first}", bytes(their_size - our_size))
        };
        let finding = if self.is_whole {
            Finding::mismatch(DifferenceKind::Tail, format!("{text}; a map compares all bytes of a key"))
        } else if our_size < their_size && ours.claim.prefix {
            Finding::note(DifferenceKind::Tail, text)
        } else if our_size < their_size {
            Finding::mismatch(
                DifferenceKind::Tail,
                format!("{text}; if the key is meant to mirror only the beginning, say `#[mapkey(prefix)]`"),
            )
        } else {
            Finding::mismatch(DifferenceKind::Tail, text)
        };
        self.push(finding, "", None, Some(bytes(our_size)), Some(bytes(their_size)));
    }
}

/// `Be<u16>, 8..10`.
pub(super) fn spell_ours(ours: &Layout<'_>, offset: usize) -> String {
    format!("{} at {}..{}", ours.spelling(), offset, offset + ours.size)
}

/// `__be16, 8..10`; for what does not start or end with a byte, in bits.
pub(super) fn spell_theirs(name: &str, bit_offset: u64, bits: u64) -> String {
    let end = bit_offset.saturating_add(bits);
    if bit_offset.is_multiple_of(8) && end.is_multiple_of(8) {
        format!("{name} at {}..{}", bit_offset / 8, end / 8)
    } else {
        format!("{name}:{bits} at bits {bit_offset}..{end}")
    }
}
