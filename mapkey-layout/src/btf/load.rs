//! From records to a [`TypeTable`], whose promises are kept here.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};

use super::kinds;
use super::raw::Record;
use super::{BtfError, Index};
use crate::ByteOrder;
use crate::types::{
    Encoding, Enumerator, MAX_DEPTH, MAX_FLATTENED, Member, Shape, Slice, Type, TypeIndex, TypeTable, TypeUse,
};

/// The largest array: its size in bits is still a `u64`.
const MAX_SIZE: u64 = u64::MAX >> 3;

/// How many types to have room for from the start: about as many as a large struct of the kernel's contains.
const USUAL: usize = 400;

pub(super) fn load<'i>(index: &'i Index<'_>, ids: &[u32]) -> Result<(TypeTable<'i>, Vec<TypeUse>), BtfError> {
    let table = TypeTable {
        types: Vec::with_capacity(USUAL),
        members: Vec::with_capacity(3 * USUAL),
        enumerators: Vec::new(),
        source: index,
    };
    let memo = HashMap::with_capacity_and_hasher(USUAL, Seed(RandomState::new().hash_one(0)));
    let mut loader = Loader { index, table, sums: Vec::with_capacity(USUAL), memo, around: Vec::new() };
    let uses = ids.iter().map(|&id| loader.use_of(id)).collect::<Result<_, _>>()?;
    Ok((loader.table, uses))
}

const VOID: Type<'static> = Type { name: "void", id: 0, size: 0, align: 1, shape: Shape::Unsized };

struct Loader<'i, 'd> {
    index: &'i Index<'d>,
    table: TypeTable<'i>,
    /// By type.
    sums: Vec<Sum>,
    /// By id, of all types that have been loaded.
    memo: HashMap<u32, (TypeIndex, ByteOrder), Seed>,
    /// The ids of the types that are being loaded, each inside of the one before.
    around: Vec<u32>,
}

/// What the types around a type must know of it.
#[derive(Clone, Copy, Default)]
struct Sum {
    /// How many types deep it is; 0 where it contains none.
    height: u32,
    /// Its members and theirs.
    members: u32,
    /// An integer that does not fill its bytes, which is how BTF wrote bit-fields before `kind_flag`.
    bits: Option<LegacyBits>,
}

#[derive(Clone, Copy)]
struct LegacyBits {
    offset: u8,
    size: u8,
}

impl<'i> Loader<'i, '_> {
    /// The type with this id, behind everything that can be stripped.
    fn use_of(&mut self, id: u32) -> Result<TypeUse, BtfError> {
        if let Some(&(index, order)) = self.memo.get(&id) {
            return Ok(TypeUse { index, order, id });
        }
        let strings = self.index.strings;
        let mut order = ByteOrder::Native;
        let base = self.index.strip(id, |typedef| {
            if order == ByteOrder::Native {
                order = order_of(strings.from(typedef.name_off, || typedef.offset)?);
            }
            Ok(())
        })?;
        let base_id = base.map_or(0, |record| record.id);
        let index = match self.memo.get(&base_id) {
            Some(&(index, _)) => index,
            None => {
                let index = match base {
                    None => self.push(VOID, Sum::default())?,
                    Some(record) => self.load(&record)?,
                };
                self.memo.insert(base_id, (index, ByteOrder::Native));
                index
            }
        };
        if base_id != id {
            self.memo.insert(id, (index, order));
        }
        Ok(TypeUse { index, order, id })
    }

    fn load(&mut self, record: &Record<'_>) -> Result<TypeIndex, BtfError> {
        let id = record.id;
        let name = self.index.strings.get(record.name_off, || record.offset)?;
        let size = u64::from(record.size_or_type);
        let leaf = |size, shape| Type { name, id, size, align: natural_align(size), shape };
        let none = Sum::default();
        match record.kind() {
            kinds::INT => {
                let [int] = record.words()?;
                // `BTF_INT_ENCODING`, `BTF_INT_OFFSET` and `BTF_INT_BITS`.
                let [flags, offset, _, size_in_bits] = int.to_be_bytes();
                let bits = LegacyBits { offset, size: size_in_bits };
                let full = bits.offset == 0 && u64::from(bits.size) == size * 8;
                let sum = Sum { bits: (!full).then_some(bits), ..none };
                self.push(leaf(size, Shape::Int(encoding(flags, name, size))), sum)
            }
            kinds::FLOAT => self.push(leaf(size, Shape::Float), none),
            kinds::PTR => self.push(leaf(8, Shape::Pointer), none),
            kinds::ENUM | kinds::ENUM64 => {
                let shape = Shape::Enum { signed: record.kind_flag(), enumerators: self.enumerators(record)? };
                self.push(leaf(size, shape), none)
            }
            kinds::ARRAY => self.array(record, name),
            kinds::STRUCT | kinds::UNION => self.composite(record, name),
            kinds::FWD | kinds::FUNC_PROTO => self.push(leaf(0, Shape::Unsized), none),
            kind @ (kinds::FUNC | kinds::VAR | kinds::DATASEC | kinds::DECL_TAG) => {
                Err(BtfError::NotAType { kind, id, offset: record.offset })
            }
            kind => Err(BtfError::UnknownKind { kind, id, offset: record.offset }),
        }
    }

    fn push(&mut self, ty: Type<'i>, sum: Sum) -> Result<TypeIndex, BtfError> {
        let (id, offset) = (ty.id, || self.offset(ty.id));
        if sum.height > MAX_DEPTH {
            return Err(BtfError::TooDeep { id, offset: offset(), limit: MAX_DEPTH });
        }
        let members = u64::from(sum.members);
        if members > MAX_FLATTENED {
            return Err(BtfError::TooComplex { id, offset: offset(), found: members, limit: MAX_FLATTENED });
        }
        let index = TypeIndex(as_u32(self.table.types.len()));
        self.table.types.push(ty);
        self.sums.push(sum);
        Ok(index)
    }

    fn enumerators(&mut self, record: &Record<'_>) -> Result<Slice, BtfError> {
        let strings = self.index.strings;
        let start = self.table.enumerators.len();
        let signed = record.kind_flag();
        if record.kind() == kinds::ENUM {
            for (row, [name_off, value]) in record.rows().enumerate() {
                let name = strings.get(name_off, || record.row_offset::<2>(row))?;
                let value = if signed { value.cast_signed().into() } else { value.into() };
                self.table.enumerators.push(Enumerator { name, value });
            }
        } else {
            for (row, [name_off, low, high]) in record.rows().enumerate() {
                let name = strings.get(name_off, || record.row_offset::<3>(row))?;
                let value = u64::from(high) << 32 | u64::from(low);
                let value = if signed { value.cast_signed().into() } else { value.into() };
                self.table.enumerators.push(Enumerator { name, value });
            }
        }
        Ok(Slice { start: as_u32(start), len: as_u32(self.table.enumerators.len() - start) })
    }

    fn array(&mut self, record: &Record<'_>, name: &'i str) -> Result<TypeIndex, BtfError> {
        let (id, offset) = (record.id, record.offset);
        let [element, _, len] = record.words()?;
        self.enter(record)?;
        let element = self.use_of(element)?;
        self.around.pop();
        let (ty, sum) = (self.table.get(element.index), self.sum(element));
        let (element_size, align) = (ty.size, ty.align);
        let size = element_size.checked_mul(len.into()).filter(|&size| size <= MAX_SIZE);
        let size = size.ok_or(BtfError::ArraySize { id, offset, len, element: element_size })?;
        let sum = Sum { height: sum.height + 1, members: sum.members, bits: None };
        self.push(Type { name, id, size, align, shape: Shape::Array { element, len } }, sum)
    }

    fn composite(&mut self, record: &Record<'_>, name: &'i str) -> Result<TypeIndex, BtfError> {
        let strings = self.index.strings;
        self.enter(record)?;
        let start = self.table.members.len();
        // All members first: those of the types that they contain go behind them.
        for (row, [name_off, id, offset]) in record.rows().enumerate() {
            let name = strings.get(name_off, || record.row_offset::<3>(row))?;
            let (bit_offset, bit_size) = if record.kind_flag() {
                (offset & 0x00ff_ffff, Some(offset >> 24).filter(|&size| size != 0))
            } else {
                (offset, None)
            };
            let ty = TypeUse { index: TypeIndex(0), order: ByteOrder::Native, id };
            self.table.members.push(Member { name, ty, bit_offset: bit_offset.into(), bit_size });
        }
        let end = self.table.members.len();

        let size = u64::from(record.size_or_type);
        let mut total = Sum { members: as_u32(end - start), ..Sum::default() };
        let (mut align, mut packed) = (1, false);
        for place in start..end {
            let mut member = self.table.members[place];
            member.ty = self.use_of(member.ty.id)?;
            let (ty, sum) = (self.table.get(member.ty.index), self.sum(member.ty));
            finish_member(&mut member, ty, sum, record, place - start)?;
            packed |= member.bit_size.is_none() && !member.bit_offset.is_multiple_of(8 * ty.align);
            align = align.max(ty.align);
            total.height = total.height.max(sum.height + 1);
            total.members = total.members.saturating_add(sum.members);
            self.table.members[place] = member;
        }
        self.around.pop();
        // As libbpf's `btf__align_of`: a member or an end at an unnatural place can only be a packed struct's.
        let align = if packed || !size.is_multiple_of(align) { 1 } else { align };
        let members = Slice { start: as_u32(start), len: as_u32(end - start) };
        let shape = if record.kind() == kinds::STRUCT { Shape::Struct(members) } else { Shape::Union(members) };
        self.push(Type { name, id: record.id, size, align, shape }, total)
    }

    /// Goes into a type that contains others. Who leaves it pops it.
    fn enter(&mut self, record: &Record<'_>) -> Result<(), BtfError> {
        let (id, offset) = (record.id, record.offset);
        if self.around.contains(&id) {
            return Err(BtfError::Cycle { id, offset });
        }
        if self.around.len() >= MAX_DEPTH as usize {
            return Err(BtfError::TooDeep { id, offset, limit: MAX_DEPTH });
        }
        self.around.push(id);
        Ok(())
    }

    fn sum(&self, ty: TypeUse) -> Sum {
        self.sums[ty.index.0 as usize]
    }

    /// Where a record starts in the data, for errors.
    fn offset(&self, id: u32) -> usize {
        self.index.record(id).map_or(0, |record| record.offset)
    }
}

/// Makes a bit-field of a member whose integer does not fill its bytes, and sees that the member is inside.
fn finish_member(
    member: &mut Member<'_>,
    ty: &Type<'_>,
    sum: Sum,
    record: &Record<'_>,
    index: usize,
) -> Result<(), BtfError> {
    let (id, offset) = (record.id, record.offset);
    let declared = member.bit_offset;
    if member.bit_size.is_none() {
        if let Some(bits) = sum.bits {
            member.bit_offset += u64::from(bits.offset);
            member.bit_size = Some(bits.size.into());
        } else if !declared.is_multiple_of(8) {
            let (Shape::Int(_), Ok(size)) = (&ty.shape, u32::try_from(ty.size * 8)) else {
                return Err(BtfError::Unaligned { id, offset, member: index, start: declared });
            };
            member.bit_size = Some(size);
        }
    }
    let (start, size) = (member.bit_offset, u64::from(record.size_or_type));
    let bits = member.bit_size.map_or(ty.size * 8, u64::from);
    if start.saturating_add(bits) > size * 8 {
        return Err(BtfError::MemberOutside { id, offset, member: index, start, bits, size });
    }
    Ok(())
}

/// The order that a typedef promises whose name starts here (`include/uapi/linux/types.h`).
fn order_of(typedef: &[u8]) -> ByteOrder {
    match typedef.first_chunk() {
        Some(b"__be16\0" | b"__be32\0" | b"__be64\0") => ByteOrder::Big,
        Some(b"__le16\0" | b"__le32\0" | b"__le64\0") => ByteOrder::Little,
        _ => ByteOrder::Native,
    }
}

fn encoding(flags: u8, name: &str, size: u64) -> Encoding {
    const SIGNED: u8 = 1;
    const CHAR: u8 = 2;
    const BOOL: u8 = 4;
    match flags {
        _ if flags & BOOL != 0 => Encoding::Bool,
        // Compilers write plain `char` as signed, as unsigned, or without a flag.
        _ if size == 1 && (name == "char" || flags & CHAR != 0) => Encoding::Char,
        _ if flags & SIGNED != 0 => Encoding::Signed,
        _ => Encoding::Unsigned,
    }
}

/// What x86-64 and arm64 align a scalar of this size to.
fn natural_align(size: u64) -> u64 {
    match size {
        0 => 1,
        _ => 1 << size.trailing_zeros().min(4),
    }
}

fn as_u32(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX) // a section's length is a u32, and each row of it has bytes
}

/// A hasher for ids: they come from the input, so what they hash to must not.
#[derive(Clone, Copy)]
struct Seed(u64);

impl BuildHasher for Seed {
    type Hasher = IdHasher;

    fn build_hasher(&self) -> IdHasher {
        IdHasher(self.0)
    }
}

struct IdHasher(u64);

impl Hasher for IdHasher {
    #[allow(clippy::cast_possible_truncation)] // both halves are used
    fn write_u32(&mut self, id: u32) {
        let product = u128::from(self.0 ^ u64::from(id)) * 0x9e37_79b9_7f4a_7c15;
        self.0 = product as u64 ^ (product >> 64) as u64;
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u32(byte.into()));
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
