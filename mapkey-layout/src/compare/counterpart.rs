//! The type on the other side.

use super::NEAREST_COUNT;
use super::found::find;
use super::nearest;
use crate::types::{Shape, TypeTable, TypeUse};
use crate::{TypeLayout, did_you_mean};

/// The type on the other side, in the table that has it.
#[derive(Clone)]
pub struct Counterpart<'t> {
    pub(super) table: &'t TypeTable<'t>,
    pub(super) ty: TypeUse,
    pub(super) name: String,
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
        match find(self.table.types(), self.ty.index, path) {
            Some(found) => Ok(Self { table: self.table, ty: found.ty, name: format!("{}.{path}", self.name) }),
            None => Err(NoSuchMember {
                container: self.name.clone(),
                wanted: path.to_owned(),
                nearest: nearest::members(self.table.types(), self.ty.index, path, NEAREST_COUNT),
            }),
        }
    }

    /// The type and the table that has it.
    pub(crate) fn parts(&self) -> (&'t TypeTable<'t>, TypeUse) {
        (self.table, self.ty)
    }

    /// Bytes that a value takes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.table.get(self.ty.index).size
    }

    /// Whether the source has bytes for the type and no members.
    #[must_use]
    pub fn is_opaque(&self) -> bool {
        self.table.types().is_composite(self.ty.index)
            && self.table.members(self.ty.index).is_empty()
            && self.size() > 0
    }

    /// Whether no value can have the type.
    pub(crate) fn has_no_bytes(&self) -> bool {
        self.table.get(self.ty.index).shape == Shape::Unsized
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
