//! The names of a source that come nearest to one that isn't there.

use super::kinds::KindSet;
use super::{BtfError, Index};
use crate::nearest::{MAX_LEN, can_be_alike, nearest};

impl<'d> Index<'d> {
    /// The names of structs, unions, enums and typedefs that are most like `name`, at most `count`, the best first.
    #[must_use]
    pub fn nearest_names(&self, name: &str, count: usize) -> Vec<&'d str> {
        if name.len() > MAX_LEN {
            return Vec::new();
        }
        let named = [Some(self), self.base()].into_iter().flatten().flat_map(|index| index.named(KindSet::DEFINED));
        let alike = named.flatten().filter(|(_, bytes)| can_be_alike(name, bytes));
        let others = alike.filter_map(|(record, _)| self.strings.get(record.name_off, || record.offset).ok());
        nearest(name, others, count)
    }

    /// The names of all variables, those of an object's map definitions among them; not those of the base.
    ///
    /// # Errors
    ///
    /// Where a name is no text.
    pub fn variable_names(&self) -> impl Iterator<Item = Result<&'d str, BtfError>> {
        self.named(KindSet::VARIABLES).map(|found| {
            let (record, _) = found?;
            self.strings.get(record.name_off, || record.offset)
        })
    }
}
