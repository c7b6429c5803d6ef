//! A key's layout held against its counterpart.

mod coverage;
mod enumerators;
pub(crate) mod leaf;
pub(crate) mod member;

use crate::report::{Difference, DifferenceKind, Mark, Other, Report, Row, Sides, Verdict, rows};
use crate::types::{Shape, TypeIndex, TypeTable, TypeUse};
use crate::{Annotation, Field, Kind, Layout, TypeLayout};

use leaf::{Finding, bytes};
use member::{Found, find, join, nameable};

/// The type on the other side, in the table that has it.
#[derive(Clone)]
pub struct Counterpart<'t> {
    table: &'t TypeTable<'t>,
    ty: TypeUse,
    name: String,
}

/// A path that leads to no member.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{container} has no member `{wanted}`{}", did_you_mean(nearest))]
#[non_exhaustive]
pub struct NoSuchMember {
    /// The type as one writes it in C.
    pub container: String,
    /// The path.
    pub wanted: String,
    /// The members that look most like it, best first.
    pub nearest: Vec<String>,
}

/// `; did you mean `a` or `b`?`, or nothing.
pub(crate) fn did_you_mean(nearest: &[String]) -> String {
    if nearest.is_empty() {
        return String::new();
    }
    let quoted: Vec<_> = nearest.iter().map(|name| format!("`{name}`")).collect();
    format!("; did you mean {}?", quoted.join(" or "))
}

impl<'t> Counterpart<'t> {
    /// The type `ty` of `table`.
    #[must_use]
    pub fn new(table: &'t TypeTable<'t>, ty: TypeUse) -> Self {
        Self { table, ty, name: table.spell(ty) }
    }

    /// The type of the member that `path` names: `ipv4` of `struct bpf_sock_tuple`.
    ///
    /// # Errors
    ///
    /// [`NoSuchMember`] with the nearest names.
    pub fn member(&self, path: &str) -> Result<Self, NoSuchMember> {
        match find(self.table, self.ty.index, path) {
            Some(found) => Ok(Self { table: self.table, ty: found.ty, name: format!("{}.{path}", self.name) }),
            None => Err(NoSuchMember {
                container: self.name.clone(),
                wanted: path.to_owned(),
                nearest: member::nearest(self.table, self.ty.index, path, NEAREST_COUNT),
            }),
        }
    }

    /// The type's layout as data.
    #[must_use]
    pub fn layout(&self) -> TypeLayout {
        TypeLayout::of(self.table, self.ty)
    }

    /// The type as one writes it in C, with the member's path behind it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

const NEAREST_COUNT: usize = 2;

/// Holds `ours` against the one of `theirs` that fits best, `source` being what a person calls the
/// place that they were read from. A source can have several types of one name: a match with any is
/// a match, and the report names the others.
///
/// `None` if `theirs` is empty.
#[must_use]
pub fn compare_any(ours: &Layout, theirs: &[Counterpart<'_>], source: &str) -> Option<Report> {
    let reports: Vec<_> = theirs.iter().map(|theirs| compare(ours, theirs, source)).collect();
    let best = (0..reports.len()).min_by_key(|&index| (reports[index].differences.len(), index))?;
    let others = (0..reports.len())
        .filter(|&index| index != best)
        .map(|index| Other {
            name: theirs[index].name.clone(),
            id: theirs[index].ty.id,
            size: reports[index].size.theirs,
            differences: reports[index].differences.len(),
        })
        .collect();
    let mut report = reports.into_iter().nth(best)?;
    report.others = others;
    Some(report)
}

/// Holds `ours` against `theirs` and finds everything in which they differ.
#[must_use]
pub fn compare(ours: &Layout, theirs: &Counterpart<'_>, source: &str) -> Report {
    let mut comparison = Comparison::new(theirs.table);
    comparison.pair(&Place::default(), ours, Annotation::None, theirs.ty);
    comparison.tail(ours, theirs.ty);
    let rows = rows::rows(ours, theirs.table, theirs.ty, &comparison.trails);
    let Comparison { differences, notes, .. } = comparison;
    let ty = theirs.table.get(theirs.ty.index);
    Report {
        key: ours.spelling().to_string(),
        counterpart: theirs.name.clone(),
        source: source.to_owned(),
        verdict: if differences.is_empty() { Verdict::Match } else { Verdict::Mismatch },
        size: Sides { ours: ours.size as u64, theirs: ty.size },
        align: Sides { ours: ours.align as u64, theirs: ty.align },
        rows: marked(rows, &differences, &notes),
        differences,
        notes,
        others: Vec::new(),
    }
}

fn marked(mut rows: Vec<Row>, differences: &[Difference], notes: &[Difference]) -> Vec<Row> {
    let touches = |row: &Row, difference: &Difference| {
        let is = |side: &Option<crate::Side>, path: &str| {
            side.as_ref().and_then(|side| side.path.as_deref()).is_some_and(|own| !path.is_empty() && own == path)
        };
        let member = difference.member.as_deref().unwrap_or(if difference.ours.is_none() { &difference.field } else { "" });
        is(&row.theirs, member) || difference.ours.is_some() && is(&row.ours, &difference.field)
    };
    for row in &mut rows {
        if differences.iter().any(|difference| touches(row, difference)) {
            row.mark = Mark::Mismatch;
        } else if notes.iter().any(|note| touches(row, note)) {
            row.mark = Mark::Note;
        }
    }
    rows
}

/// Where both sides of a pair stand: from the start of the key and of the counterpart.
#[derive(Clone, Default)]
struct Place {
    ours: String,
    theirs: String,
    offset: usize,
    bit_offset: u64,
    trail: Vec<u32>,
    /// Inside an array, where one element stands for all: it has no row of its own.
    in_array: bool,
}

struct Comparison<'t> {
    table: &'t TypeTable<'t>,
    differences: Vec<Difference>,
    notes: Vec<Difference>,
    /// The trails of all members that a field was held against, from the counterpart's start.
    trails: Vec<Vec<u32>>,
}

impl<'t> Comparison<'t> {
    fn new(table: &'t TypeTable<'t>) -> Self {
        Self { table, differences: Vec::new(), notes: Vec::new(), trails: Vec::new() }
    }

    /// Two types that should be the same.
    fn pair(&mut self, place: &Place, ours: &Layout, annotation: Annotation, theirs: TypeUse) {
        let ours = ours.unwrapped();
        let is_composite = member::is_composite(self.table, theirs.index);
        let shape = &self.table.get(theirs.index).shape;
        match (ours.kind, shape) {
            (_, Shape::Array { element, len: 0 }) => self.flexible(place, ours, *element),
            (Kind::Struct { fields, .. }, _) if is_composite => {
                Level::new(self, place.clone(), fields, ours.size, theirs.index).compare();
                let their_size = self.table.get(theirs.index).size;
                if !place.ours.is_empty() && their_size != ours.size as u64 {
                    let text = format!("the key has {} here, the counterpart {}", bytes(ours.size as u64), bytes(their_size));
                    self.report(place, ours, theirs, Finding::mismatch(DifferenceKind::Resized, text));
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
        ours: &Layout,
        annotation: Annotation,
        theirs: TypeUse,
        direct: (&Layout, u64, TypeUse, u64),
    ) {
        let (our_innermost, our_total) = leaf::our_elements(ours);
        let (their_innermost, their_total) = leaf::their_elements(self.table, theirs);
        let flat = (our_innermost, our_total, their_innermost, their_total);
        let same_size = |(ours, _, theirs, _): &(&Layout, u64, TypeUse, u64)| {
            ours.size as u64 == self.table.get(theirs.index).size
        };
        let are_structs = matches!(our_innermost.kind, Kind::Struct { .. })
            && member::is_composite(self.table, their_innermost.index);
        let Some((element, count, their_element, their_count)) =
            [direct, flat].into_iter().find(|elements| same_size(elements) || are_structs)
        else {
            return self.leaf(place, ours, annotation, theirs);
        };
        if count != their_count {
            let text = format!("{count} elements here, {their_count} there");
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

    fn leaf(&mut self, place: &Place, ours: &Layout, annotation: Annotation, theirs: TypeUse) {
        for finding in leaf::findings(self.table, ours, annotation, theirs) {
            self.report(place, ours, theirs, finding);
        }
    }

    /// A field that stands where the counterpart's flexible array begins.
    fn flexible(&mut self, place: &Place, ours: &Layout, element: TypeUse) {
        let (our_element, _) = leaf::our_elements(ours);
        if self.table.get(element.index).size == our_element.size as u64 || member::is_composite(self.table, element.index) {
            self.pair(place, our_element, Annotation::None, element);
        } else if self.table.get(element.index).size == 1 {
            let text = "a flexible array of bytes there, which the key continues";
            self.report(place, ours, element, Finding::note(DifferenceKind::Retyped, text));
        } else {
            let text = "a flexible array of other elements there";
            self.report(place, ours, element, Finding::mismatch(DifferenceKind::Retyped, text));
        }
    }

    /// A finding about two types in their places.
    fn report(&mut self, place: &Place, ours: &Layout, theirs: TypeUse, finding: Finding) {
        let ours = spell_ours(ours, place.offset);
        let size = self.table.get(theirs.index).size;
        let theirs = spell_theirs(&self.table.spell(theirs), place.bit_offset, size.saturating_mul(8));
        self.push(finding, &place.ours, Some(&place.theirs), Some(ours), Some(theirs));
    }

    fn push(
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
    fn tail(&mut self, ours: &Layout, theirs: TypeUse) {
        let (our_size, their_size) = (ours.size as u64, self.table.get(theirs.index).size);
        let is_struct = matches!(ours.unwrapped().kind, Kind::Struct { .. }) && member::is_composite(self.table, theirs.index);
        if !is_struct || our_size == their_size {
            return;
        }
        let flexible = member::flexible_array(self.table, theirs.index);
        if flexible.is_some_and(|array| our_size >= array.bit_offset / 8) {
            return;
        }
        let text = if our_size > their_size {
            format!("the key has {} behind the counterpart's end", bytes(our_size - their_size))
        } else {
            let first = nameable(self.table, theirs.index).into_iter().find(|found| found.bit_offset / 8 >= our_size);
            let first = first.map_or_else(String::new, |found| format!(", from `{}` on", found.path));
            format!("the counterpart has {} behind the key's end{first}", bytes(their_size - our_size))
        };
        let finding = if our_size < their_size && ours.claim.prefix {
            Finding::note(DifferenceKind::Tail, text)
        } else if our_size < their_size {
            Finding::mismatch(DifferenceKind::Tail, format!("{text}; if the key is meant to mirror only the beginning, say `#[mapkey(prefix)]`"))
        } else {
            Finding::mismatch(DifferenceKind::Tail, text)
        };
        self.push(finding, "", None, Some(bytes(our_size)), Some(bytes(their_size)));
    }
}

/// `Be<u16>, 8..10`.
fn spell_ours(ours: &Layout, offset: usize) -> String {
    format!("{} at {}..{}", ours.spelling(), offset, offset + ours.size)
}

/// `__be16, 8..10`; for what does not start or end with a byte, in bits.
fn spell_theirs(name: &str, bit_offset: u64, bits: u64) -> String {
    let end = bit_offset.saturating_add(bits);
    if bit_offset % 8 == 0 && end % 8 == 0 {
        format!("{name} at {}..{}", bit_offset / 8, end / 8)
    } else {
        format!("{name}:{bits} at bits {bit_offset}..{end}")
    }
}

/// A struct of ours and a struct or union of theirs.
struct Level<'c, 't> {
    comparison: &'c mut Comparison<'t>,
    place: Place,
    fields: &'static [Field],
    size: usize,
    theirs: TypeIndex,
    members: Vec<Found>,
    coverage: coverage::Coverage,
}

impl<'c, 't> Level<'c, 't> {
    fn new(
        comparison: &'c mut Comparison<'t>,
        place: Place,
        fields: &'static [Field],
        size: usize,
        theirs: TypeIndex,
    ) -> Self {
        let members = nameable(comparison.table, theirs);
        Self { comparison, place, fields, size, theirs, members, coverage: coverage::Coverage::default() }
    }

    fn compare(mut self) {
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
    }

    /// The member that a field names; for a field of a tuple struct the one in its place.
    fn look_up(&self, field: &Field) -> Option<Found> {
        let is_unnamed = field.name.starts_with(|c: char| c.is_ascii_digit());
        match field.rename {
            Some(path) => find(self.comparison.table, self.theirs, path),
            None if is_unnamed => self.members.iter().find(|member| member.bit_offset == bits(field.offset)).cloned(),
            None => self.members.iter().find(|member| member.path == field.name).cloned(),
        }
    }

    fn found(&mut self, field: &Field, found: &Found, is_padding: bool) {
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
            let instead = self.members.iter().find(|member| member.bit_offset == bits(field.offset) && member.bits(table) > 0);
            let instead = instead.map_or_else(String::new, |member| format!("; at offset {} the counterpart has `{}`", field.offset, member.path));
            let text = format!("at offset {} here, at {} there{instead}", field.offset, spell_offset(found.bit_offset));
            self.report(&place, field, found, Finding::mismatch(DifferenceKind::Moved, text));
        }
        if let Some(bits) = found.bit_size {
            let text = format!("a bit-field of {bits} bits there: take the bytes of all bit-fields together as raw storage by `#[mapkey(bytes)]`");
            self.report(&place, field, found, Finding::mismatch(DifferenceKind::Retyped, text));
        } else if is_padding {
            if found.bits(table) != bits(field.layout.size) {
                let text = format!("{} of padding here, {} there", bytes(field.layout.size as u64), bytes(found.bits(table) / 8));
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
    fn raw(&mut self, field: &'static Field, found: Option<&Found>) {
        let table = self.comparison.table;
        match found {
            Some(found) => {
                let inside = found.bit_offset >= bits(field.offset) && found.bit_end(table) <= bits(field.end());
                if !inside {
                    let place = self.place_of(field, found);
                    let text = format!("the member does not lie within the bytes {}..{} of the field", field.offset, field.end());
                    let moved = found.bit_offset < bits(field.offset) || found.bit_offset >= bits(field.end());
                    let kind = if moved { DifferenceKind::Moved } else { DifferenceKind::Resized };
                    self.report(&place, field, found, Finding::mismatch(kind, text));
                    self.claim(found);
                }
            }
            None if field.rename.is_some() => self.missing(field),
            None => {}
        }
        self.coverage.raw(field);
    }

    fn not_found(&mut self, field: &Field, lookups: &[Option<Found>]) {
        let table = self.comparison.table;
        if let Some(array) = self.flexible_before(field) {
            let place = self.place_of(field, &array);
            let text = format!("continues the flexible array `{}`", array.path);
            return self.report(&place, field, &array, Finding::note(DifferenceKind::Renamed, text));
        }
        let is_taken = |member: &Found| lookups.iter().flatten().any(|other| other.trail == member.trail);
        let namesake = self.members.iter().find(|member| {
            member.bit_offset == bits(field.offset) && member.bit_size.is_none() && !is_taken(member) && {
                let mut trial = Comparison::new(table);
                trial.pair(&Place::default(), field.layout, field.annotation, member.ty);
                trial.differences.is_empty()
            }
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

    fn flexible_before(&self, field: &Field) -> Option<Found> {
        let table = self.comparison.table;
        let array = member::flexible_array(table, self.theirs)?;
        let (element, _) = leaf::their_elements(table, array.ty);
        let continues = bits(field.offset) >= array.bit_offset && table.get(element.index).size == 1;
        (continues && field.rename.is_none()).then_some(array)
    }

    fn missing(&mut self, field: &Field) {
        let table = self.comparison.table;
        let wanted = field.rename.unwrap_or(field.name);
        let nearest = member::nearest(table, self.theirs, wanted, NEAREST_COUNT);
        let nearest = did_you_mean(&nearest);
        let instead = self.members.iter().find(|member| member.bit_offset == bits(field.offset) && member.bits(table) > 0);
        let instead = instead.map_or_else(String::new, |member| format!("; at offset {} it has `{}`", field.offset, member.path));
        let text = format!("the counterpart has no member `{wanted}`{nearest}{instead}");
        let offset = self.place.offset + field.offset;
        let path = join(&self.place.ours, field.name);
        let finding = Finding::mismatch(DifferenceKind::Missing, text);
        self.comparison.push(finding, &path, None, Some(spell_ours(field.layout, offset)), None);
    }

    fn gap(&mut self, gap: &coverage::Gap) {
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

    fn place_of(&self, field: &Field, found: &Found) -> Place {
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
    fn report(&mut self, place: &Place, field: &Field, found: &Found, finding: Finding) {
        let table = self.comparison.table;
        let ours = spell_ours(field.layout, place.offset);
        let theirs = spell_theirs(&table.spell(found.ty), place.bit_offset, found.bits(table));
        self.comparison.push(finding, &place.ours, Some(&place.theirs), Some(ours), Some(theirs));
    }
}

fn bits(bytes: usize) -> u64 {
    bytes as u64 * 8
}

fn spell_offset(bit_offset: u64) -> String {
    if bit_offset % 8 == 0 { (bit_offset / 8).to_string() } else { format!("bit {bit_offset}") }
}
