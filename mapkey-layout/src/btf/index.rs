//! Records by id and by name.

use std::collections::BTreeSet;

use super::kinds::{self, KindSet};
use super::raw::{Record, Records};
use super::strings::Strings;
use super::walk::{self, Hit, STRIDE, Walk, Wanted};
use super::{BtfError, load};
use crate::types::{TypeTable, TypeUse};

/// Typedefs, qualifiers and tags in a row. The kernel's verifier of BTF gives up at 32.
pub(super) const MAX_CHAIN: u32 = 64;

/// BTF after the [walk](super::Btf::index): records are found by their id, and by the names that were wanted.
pub struct Index<'d> {
    pub(super) records: Records<'d>,
    pub(super) strings: Strings<'d>,
    wanted: Wanted,
    walk: Walk,
    /// What this BTF continues.
    base: Option<Box<Index<'d>>>,
    /// The highest id of the base.
    first: u32,
}

/// The records for a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Candidates {
    /// Their ids: structs, unions, enums, integers and floats in the order of their ids, then the typedefs that lead to
    /// none of these.
    pub ids: Vec<u32>,
    /// No record has the name itself: these are CO-RE flavours of it, `name___suffix`.
    pub flavours: bool,
    /// There is no record, and a forward declaration: the name is known here and defined elsewhere.
    pub forward_only: bool,
}

impl<'d> Index<'d> {
    pub(super) fn new(
        records: Records<'d>,
        strings: Strings<'d>,
        base: Option<Self>,
        wanted: &[&str],
    ) -> Result<Self, BtfError> {
        let wanted = Wanted::new(wanted);
        let first = base.as_ref().map_or(0, Self::type_count);
        let walk = walk::walk(&records, strings, &wanted, first)?;
        if first.checked_add(walk.count).is_none() {
            return Err(BtfError::IdOutOfRange { found: u32::MAX, max: first });
        }
        Ok(Self { records, strings, wanted, walk, base: base.map(Box::new), first })
    }

    /// How many records there are, the base's counted; the highest id. `void`, which has the id 0, has no record.
    #[must_use]
    pub fn type_count(&self) -> u32 {
        self.first + self.walk.count
    }

    /// How many records this BTF has of its own, those of the base not counted.
    #[must_use]
    pub fn own_type_count(&self) -> u32 {
        self.walk.count
    }

    /// The records for `name`: those that have this name, and only where there are none, its flavours. Records of the
    /// base count only where this BTF has none of its own.
    ///
    /// A name that was not wanted when the index was made costs a walk of its own.
    #[must_use]
    pub fn candidates(&self, name: &str) -> Candidates {
        let own = self.own_candidates(name);
        match &self.base {
            Some(base) if own.ids.is_empty() => {
                let inherited = base.candidates(name);
                let forward_only = inherited.ids.is_empty() && (inherited.forward_only || own.forward_only);
                Candidates { forward_only, ..inherited }
            }
            _ => own,
        }
    }

    fn own_candidates(&self, name: &str) -> Candidates {
        if let Some(position) = self.wanted.position(name) {
            return self.select(self.walk.hits.iter().filter(|hit| hit.wanted == position));
        }
        // The first walk over these records found no fault but in names, which it did not look at if none was wanted.
        match walk::walk(&self.records, self.strings, &Wanted::new(&[name]), self.first) {
            Ok(walk) => self.select(walk.hits.iter()),
            Err(_) => Candidates::default(),
        }
    }

    fn select<'h>(&self, hits: impl Iterator<Item = &'h Hit>) -> Candidates {
        let (flavours, exact): (Vec<&Hit>, Vec<&Hit>) = hits.partition(|hit| hit.flavour);
        let exact = self.records_of(&exact);
        if !exact.ids.is_empty() {
            return exact;
        }
        let flavours = self.records_of(&flavours);
        Candidates {
            flavours: !flavours.ids.is_empty(),
            forward_only: flavours.ids.is_empty() && (exact.forward_only || flavours.forward_only),
            ids: flavours.ids,
        }
    }

    fn records_of(&self, hits: &[&Hit]) -> Candidates {
        let mut ids: Vec<u32> =
            hits.iter().filter(|hit| !matches!(hit.kind, kinds::TYPEDEF | kinds::FWD)).map(|hit| hit.id).collect();
        let mut forward = hits.iter().any(|hit| hit.kind == kinds::FWD);
        let mut known: BTreeSet<u32> = ids.iter().copied().collect();
        for typedef in hits.iter().filter(|hit| hit.kind == kinds::TYPEDEF) {
            match self.behind(typedef.id) {
                Ok(Some(record)) if record.kind() == kinds::FWD => forward = true,
                Ok(Some(record)) if !known.insert(record.id) => {}
                // A typedef that leads nowhere is a candidate all the same, so that whoever loads it learns why.
                _ => ids.push(typedef.id),
            }
        }
        Candidates { forward_only: forward && ids.is_empty(), ids, flavours: false }
    }

    /// A type's name; empty for an anonymous one.
    ///
    /// # Errors
    ///
    /// Where there is no such type, or its name is no text.
    pub fn name_of(&self, id: u32) -> Result<&'d str, BtfError> {
        if id == 0 {
            return Ok("void");
        }
        let record = self.record(id)?;
        self.strings.get(record.name_off, || record.offset)
    }

    /// What this BTF continues.
    pub(super) fn base(&self) -> Option<&Self> {
        self.base.as_deref()
    }

    /// The ids of all structs and unions that have a name, in their order; not those of the base.
    pub fn named_composites(&self) -> impl Iterator<Item = Result<u32, BtfError>> {
        self.named(KindSet::COMPOSITE).map(|found| found.map(|(record, _)| record.id))
    }

    /// All records of `kinds` that have a name, with the name's bytes; not those of the base.
    pub(super) fn named(&self, kinds: KindSet) -> impl Iterator<Item = Result<(Record<'d>, &'d [u8]), BtfError>> {
        let mut next = 0;
        (1..=self.walk.count)
            .map_while(move |id| {
                // The walk has been here: there is no error, and nothing to be done about one.
                let (record, end) = self.records.at(next, self.first + id).ok()?;
                next = end;
                Some(record)
            })
            .filter(move |record| record.name_off != 0 && kinds.contains(record.kind()))
            .map(|record| Ok((record, self.strings.raw(record.name_off, || record.offset)?)))
            .filter(|found| !matches!(found, Ok((_, []))))
    }

    /// Reads the types `ids` and everything that they contain by value. Gives the table, and each id's place in it in
    /// the order of `ids`.
    ///
    /// # Errors
    ///
    /// Where one of the types breaks what a [`TypeTable`] promises, or is none: there is no table then for the others
    /// either.
    pub fn load<'i>(&'i self, ids: &[u32]) -> Result<(TypeTable<'i>, Vec<TypeUse>), BtfError> {
        load::load(self, ids)
    }

    /// The record with this id, which `void` (0) has not.
    pub(super) fn record(&self, id: u32) -> Result<Record<'d>, BtfError> {
        if id == 0 || id > self.type_count() {
            return Err(BtfError::IdOutOfRange { found: id, max: self.type_count() });
        }
        let own = match (id.checked_sub(self.first), &self.base) {
            (None | Some(0), Some(base)) => return base.record(id),
            (own, _) => own.unwrap_or(id),
        };
        // The last record of the entry before.
        let (mut before, mut at) = (1, 0);
        if let Some(entry) = (own / STRIDE).checked_sub(1) {
            (before, at) = ((entry + 1) * STRIDE - 1, self.walk.offsets[entry as usize] as usize);
        }
        for own in before..own {
            at = self.records.next(at, self.first + own)?;
        }
        Ok(self.records.at(at, id)?.0)
    }

    /// The record behind a chain of typedefs, qualifiers and tags; `None` for `void`.
    pub(super) fn behind(&self, id: u32) -> Result<Option<Record<'d>>, BtfError> {
        self.strip(id, |_| Ok(()))
    }

    /// [`behind`](Self::behind), showing `typedef` every typedef's record on the way.
    pub(super) fn strip(
        &self,
        id: u32,
        mut typedef: impl FnMut(&Record<'d>) -> Result<(), BtfError>,
    ) -> Result<Option<Record<'d>>, BtfError> {
        let mut at = id;
        let mut left = MAX_CHAIN;
        while at != 0 {
            let record = self.record(at)?;
            match record.kind() {
                kinds::TYPEDEF => typedef(&record)?,
                kinds::VOLATILE | kinds::CONST | kinds::RESTRICT | kinds::TYPE_TAG => {}
                _ => return Ok(Some(record)),
            }
            at = record.size_or_type;
            if at == id {
                return Err(BtfError::Cycle { id, offset: record.offset });
            }
            left = left.checked_sub(1).ok_or(BtfError::TooDeep { id, offset: record.offset, limit: MAX_CHAIN })?;
        }
        Ok(None)
    }
}
