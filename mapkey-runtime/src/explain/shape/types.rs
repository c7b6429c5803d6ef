//! A key's type as BTF has it.

use std::collections::HashMap;
use std::sync::Arc;

use mapkey_layout::ByteOrder;
use mapkey_layout::types::{Encoding, Shape, TypeIndex, TypeTable, TypeUse};

use super::ShapeError;
use super::part::{Content, Member, Part};

/// Reads `ty` and everything that it contains.
pub(super) fn read(table: &TypeTable<'_>, ty: TypeUse) -> Result<Part, ShapeError> {
    Reader { table, enums: HashMap::new() }.part(ty)
}

struct Reader<'t, 'd> {
    table: &'t TypeTable<'d>,
    /// An enum may be used by many members.
    enums: HashMap<TypeIndex, Arc<[(String, i128)]>>,
}

impl Reader<'_, '_> {
    fn part(&mut self, ty: TypeUse) -> Result<Part, ShapeError> {
        let table = self.table;
        let read = table.get(ty.index);
        let type_name = table.spell(ty);
        let size = usize::try_from(read.size).map_err(|_| ShapeError::TooLarge { size: read.size })?;
        let align = usize::try_from(read.align).unwrap_or(1).max(1);
        let content = match &read.shape {
            Shape::Int(_) if size > 8 => Content::Bytes,
            Shape::Int(Encoding::Unsigned | Encoding::Char) => Content::Unsigned,
            Shape::Int(Encoding::Signed) => Content::Signed,
            Shape::Int(Encoding::Bool) => Content::Bool,
            Shape::Enum { signed, .. } => Content::Enum { signed: *signed, values: self.values(ty.index) },
            Shape::Pointer => Content::Pointer,
            Shape::Float | Shape::Unsized => Content::Bytes,
            Shape::Array { element, len } => self.array(*element, *len as usize)?,
            Shape::Struct(_) | Shape::Union(_) => return self.composite(ty, type_name, size, align),
        };
        Ok(Part { type_name, size, align, order: ty.order, content })
    }

    fn values(&mut self, index: TypeIndex) -> Arc<[(String, i128)]> {
        let read = || self.table.enumerators(index).iter().map(|value| (value.name.to_owned(), value.value)).collect();
        Arc::clone(self.enums.entry(index).or_insert_with(read))
    }

    fn array(&mut self, element: TypeUse, len: usize) -> Result<Content, ShapeError> {
        let read = self.table.get(element.index);
        Ok(match read.shape {
            Shape::Int(Encoding::Char) => Content::Text,
            Shape::Int(Encoding::Unsigned | Encoding::Signed) if read.size == 1 => Content::Bytes,
            _ => Content::Array { element: Box::new(self.part(element)?), len },
        })
    }

    fn composite(&mut self, ty: TypeUse, type_name: String, size: usize, align: usize) -> Result<Part, ShapeError> {
        let table = self.table;
        let members = table.members(ty.index);
        let made = |content, order| Part { type_name: type_name.clone(), size, align, order, content };
        match (table.get(ty.index).name, size) {
            ("in_addr", 4) | ("in6_addr", 16) | ("Ipv4", 4) | ("Ipv6", 16) | ("Mac", 6) => {
                return Ok(made(Content::Address, ByteOrder::Big));
            }
            (name, _) if name.starts_with("FixedStr_3C_") => return Ok(made(Content::Text, ByteOrder::Native)),
            (name, _) if name.starts_with("Padding_3C_") => return Ok(made(Content::Padding, ByteOrder::Native)),
            _ => {}
        }
        // A wrapper of Rust's is its one field under another name.
        if let [only] = members
            && only.name == "__0"
            && table.get(only.ty.index).size == table.get(ty.index).size
        {
            let mut inner = self.part(only.ty)?;
            match table.get(ty.index).name {
                name if name.starts_with("Be_3C_") => inner.order = ByteOrder::Big,
                name if name.starts_with("Le_3C_") => inner.order = ByteOrder::Little,
                _ => {}
            }
            return Ok(Part { type_name, ..inner });
        }
        if members.is_empty() {
            return Ok(made(Content::Bytes, ByteOrder::Native));
        }
        let mut read = Vec::with_capacity(members.len());
        for member in members {
            let part = self.part(member.ty)?;
            let whole = (part.size * 8) as u64;
            read.push(Member {
                name: member.name.to_owned(),
                bit_offset: usize::try_from(member.bit_offset)
                    .map_err(|_| ShapeError::TooLarge { size: size as u64 })?,
                bits: member.bit_size.filter(|&bits| u64::from(bits) != whole || !member.bit_offset.is_multiple_of(8)),
                part,
            });
        }
        let is_union = matches!(table.get(ty.index).shape, Shape::Union(_));
        Ok(made(if is_union { Content::Union(read) } else { Content::Struct(read) }, ByteOrder::Native))
    }
}
