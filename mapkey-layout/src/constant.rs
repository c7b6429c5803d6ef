//! A source's types as constants, and the verdict on a key while compiling. Only `assert_object!` writes and calls these.

use std::collections::{BTreeMap, BTreeSet};

use crate::btf::Btf;
use crate::compare::verdict;
use crate::resolve::{self, with_counterparts};
use crate::types::{TypeIndex, TypeTable, Types};
use crate::{Counterpart, NotCheckable};

pub use crate::compare::room;
pub use crate::compare::verdict::{Candidate, First};
pub use crate::types::{Encoding, Enumerator, Member, Shape, Slice, Type, TypeUse};
pub use crate::{ByteOrder, Layout};

/// What a key is held against.
#[derive(Clone, Copy)]
pub struct Theirs<'t>(verdict::Theirs<'t>);

impl<'t> Theirs<'t> {
    /// The types of a source that have the name, or the key of a map.
    #[must_use]
    pub const fn new(candidates: &'t [Candidate<'t>], source: &'t str, is_whole: bool) -> Self {
        Self(verdict::Theirs { candidates, source, is_whole })
    }
}

impl<'t> Candidate<'t> {
    /// A type of a table: its name, how it is drawn, and how the types in it are written by their ids.
    #[must_use]
    pub const fn new(
        types: &'t [Type<'t>],
        members: &'t [Member<'t>],
        enumerators: &'t [Enumerator<'t>],
        ty: TypeUse,
        (name, drawing): (&'t str, &'t str),
        names: &'t [(u32, &'t str)],
    ) -> Self {
        Self { types: Types { types, members, enumerators }, ty, name, drawing, names }
    }
}

/// A run of members or enumerators.
#[must_use]
pub const fn slice(start: u32, len: u32) -> Slice {
    Slice { start, len }
}

/// A type where it is used.
#[must_use]
pub const fn used(index: u32, order: ByteOrder, id: u32) -> TypeUse {
    TypeUse { index: TypeIndex(index), order, id }
}

/// The key matches. `ROOM` is [`room`] of it.
///
/// # Panics
///
/// Where it does not, with the differences and both sides.
#[track_caller]
pub const fn matches<const ROOM: usize>(ours: &'static Layout, theirs: &Theirs<'static>) {
    verdict::require::<ROOM>(ours, &theirs.0);
}

/// The same verdict as data, for tests to hold against [`compare`](crate::compare())'s.
#[must_use]
pub const fn first<const ROOM: usize>(ours: &'static Layout, theirs: &Theirs<'static>) -> First {
    verdict::first::<ROOM>(ours, &theirs.0)
}

/// What a caller wants to hold a key against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The types of this name; behind a dot a member of them.
    Name(String),
    /// The type of a map's keys, by its id.
    Key(u32),
}

/// Writes what each of `wanted` leads to as an expression of type [`Theirs`], which names this module `__mapkey`. A
/// person calls the place as the second part of each pair says.
///
/// One walk over the source's records serves all.
#[must_use]
pub fn written(wanted: &[(Wanted, String)], btf: &Btf<'_>) -> Vec<Result<String, NotCheckable>> {
    let named = |(wanted, _): &(Wanted, String)| match wanted {
        Wanted::Name(name) => resolve::wanted_name(name),
        Wanted::Key(_) => Vec::new(),
    };
    let names: Vec<_> = wanted.iter().map(named).collect();
    let index = btf.index(&names.iter().flatten().map(|wanted| wanted.name.as_str()).collect::<Vec<_>>());
    let unreadable = |error, source: &String| NotCheckable::Unreadable { found_in: source.clone(), error };
    let one = |((wanted, source), name): (&(Wanted, String), Vec<resolve::Wanted>)| {
        let index = index.as_ref().map_err(|error| unreadable(error.clone(), source))?;
        let theirs = match (wanted, name) {
            (Wanted::Key(id), _) => resolve::with_type_of(index, *id, source, |theirs| {
                resolve::has_members(theirs, source)?;
                Ok(vec![candidate(theirs)])
            })?,
            (_, name) => with_counterparts(&name, index, source, |theirs| {
                let comparable: Vec<_> = theirs.iter().filter(|theirs| !theirs.is_opaque()).map(candidate).collect();
                if comparable.is_empty() { Err(resolve::no_members(theirs, source)) } else { Ok(comparable) }
            })?,
        }?;
        let is_whole = matches!(wanted, Wanted::Key(_));
        Ok(format!("__mapkey::Theirs::new(&[{}], {source:?}, {is_whole})", theirs.join(", ")))
    };
    wanted.iter().zip(names).map(one).collect()
}

/// An expression of type [`Candidate`].
fn candidate(theirs: &Counterpart<'_>) -> String {
    let (table, ty) = theirs.parts();
    let mut writer =
        Writer { table, types: Vec::new(), tables: Tables::default(), ids: BTreeSet::new(), places: BTreeMap::new() };
    let root = writer.used(ty);
    let Writer { types, tables, ids, .. } = writer;
    let names: Vec<_> = ids.into_iter().map(|used| format!("({used}, {:?})", table.spell_id(used))).collect();
    format!(
        "__mapkey::Candidate::new(&[{}], &[{}], &[{}], {root}, ({:?}, {:?}), &[{}])",
        types.join(", "),
        tables.members.join(", "),
        tables.enumerators.join(", "),
        theirs.name(),
        theirs.layout().to_string().trim_end(),
        names.join(", ")
    )
}

#[derive(Default)]
struct Tables {
    members: Vec<String>,
    enumerators: Vec<String>,
}

/// Writes the types that one type contains.
struct Writer<'t> {
    table: &'t TypeTable<'t>,
    types: Vec<String>,
    tables: Tables,
    /// The ids of the types as they are used.
    ids: BTreeSet<u32>,
    /// Where the types that are written stand.
    places: BTreeMap<TypeIndex, u32>,
}

impl Writer<'_> {
    fn used(&mut self, ty: TypeUse) -> String {
        self.ids.insert(ty.id);
        let place = match self.places.get(&ty.index) {
            Some(&place) => place,
            None => self.ty(ty.index),
        };
        format!("__mapkey::used({place}, __mapkey::ByteOrder::{:?}, {})", ty.order, ty.id)
    }

    /// Writes a type behind all types that it contains. Gives its place.
    fn ty(&mut self, index: TypeIndex) -> u32 {
        let table = self.table;
        let ty = table.get(index);
        let shape = match &ty.shape {
            Shape::Int(encoding) => format!("Int(__mapkey::Encoding::{encoding:?})"),
            Shape::Float => "Float".to_owned(),
            Shape::Pointer => "Pointer".to_owned(),
            Shape::Unsized => "Unsized".to_owned(),
            Shape::Array { element, len } => format!("Array {{ element: {}, len: {len} }}", self.used(*element)),
            Shape::Struct(_) => format!("Struct({})", self.members(index)),
            Shape::Union(_) => format!("Union({})", self.members(index)),
            Shape::Enum { signed, .. } => {
                let values: Vec<_> = (table.enumerators(index).iter())
                    .map(|value| format!("__mapkey::Enumerator {{ name: {:?}, value: {} }}", value.name, value.value))
                    .collect();
                let run = run(&mut self.tables.enumerators, values);
                format!("Enum {{ signed: {signed}, enumerators: {run} }}")
            }
        };
        let (name, id, size, align) = (ty.name, ty.id, ty.size, ty.align);
        let written = format!(
            "__mapkey::Type {{ name: {name:?}, id: {id}, size: {size}, align: {align}, shape: __mapkey::Shape::{shape} }}"
        );
        let place = u32::try_from(self.types.len()).unwrap_or(u32::MAX);
        self.types.push(written);
        self.places.insert(index, place);
        place
    }

    fn members(&mut self, index: TypeIndex) -> String {
        let members: Vec<_> = (self.table.members(index).iter())
            .map(|member| {
                let bits = match member.bit_size {
                    Some(bits) => format!("Some({bits})"),
                    None => "None".to_owned(),
                };
                format!(
                    "__mapkey::Member {{ name: {:?}, ty: {}, bit_offset: {}, bit_size: ::core::option::Option::{bits} }}",
                    member.name,
                    self.used(member.ty),
                    member.bit_offset
                )
            })
            .collect();
        run(&mut self.tables.members, members)
    }
}

/// Appends a run to all of its kind.
fn run(all: &mut Vec<String>, new: Vec<String>) -> String {
    let run = format!("__mapkey::slice({}, {})", all.len(), new.len());
    all.extend(new);
    run
}
