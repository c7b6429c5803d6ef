//! The kinds of records, and how long each is.
//!
//! After `include/uapi/linux/btf.h` and `Documentation/bpf/btf.rst`. `info` has `vlen` in its bits 0 to 23, the kind
//! in 24 to 30 and `kind_flag` in 31; before Linux 7.1 it was 16 bits of `vlen` and 5 of kind, with zeros where it
//! has grown since.

/// Bytes at the start of every record: name, `info`, size or type.
pub(super) const HEAD: usize = 12;

pub(super) const INT: u8 = 1;
pub(super) const PTR: u8 = 2;
pub(super) const ARRAY: u8 = 3;
pub(super) const STRUCT: u8 = 4;
pub(super) const UNION: u8 = 5;
pub(super) const ENUM: u8 = 6;
pub(super) const FWD: u8 = 7;
pub(super) const TYPEDEF: u8 = 8;
pub(super) const VOLATILE: u8 = 9;
pub(super) const CONST: u8 = 10;
pub(super) const RESTRICT: u8 = 11;
pub(super) const FUNC: u8 = 12;
pub(super) const FUNC_PROTO: u8 = 13;
pub(super) const VAR: u8 = 14;
pub(super) const DATASEC: u8 = 15;
pub(super) const FLOAT: u8 = 16;
pub(super) const DECL_TAG: u8 = 17;
pub(super) const TYPE_TAG: u8 = 18;
pub(super) const ENUM64: u8 = 19;

/// Some kinds, as a set.
#[derive(Clone, Copy)]
pub(super) struct KindSet(u32);

impl KindSet {
    pub(super) const NONE: Self = Self(0);
    /// What a name can be looked up as.
    pub(super) const NAMED: Self = Self::of(&[INT, STRUCT, UNION, ENUM, FWD, TYPEDEF, FLOAT, ENUM64]);
    pub(super) const COMPOSITE: Self = Self::of(&[STRUCT, UNION]);
    pub(super) const VARIABLES: Self = Self::of(&[VAR]);
    pub(super) const SECTIONS: Self = Self::of(&[DATASEC]);
    /// What people name in a program: neither `int` nor a declaration.
    pub(super) const DEFINED: Self = Self::of(&[STRUCT, UNION, ENUM, TYPEDEF, ENUM64]);

    const fn of(kinds: &[u8]) -> Self {
        let mut set = 0;
        let mut i = 0;
        while i < kinds.len() {
            set |= 1 << kinds[i];
            i += 1;
        }
        Self(set)
    }

    #[inline(always)]
    pub(super) const fn contains(self, kind: u8) -> bool {
        kind < 32 && self.0 >> kind & 1 == 1
    }
}

/// How many bytes a record of each kind takes.
#[derive(Clone)]
pub(super) struct Sizes {
    /// By kind: the bytes of a record without elements in the lower half, those of an element in the upper half. Zero
    /// where neither we nor the layout section know the kind.
    table: [u32; 128],
}

impl Sizes {
    /// The kinds that this reader knows.
    pub(super) const fn known() -> Self {
        let mut table = [0; 128];
        let kinds = [
            (INT, 4, 0),
            (PTR, 0, 0),
            (ARRAY, 12, 0),
            (STRUCT, 0, 12),
            (UNION, 0, 12),
            (ENUM, 0, 8),
            (FWD, 0, 0),
            (TYPEDEF, 0, 0),
            (VOLATILE, 0, 0),
            (CONST, 0, 0),
            (RESTRICT, 0, 0),
            (FUNC, 0, 0),
            (FUNC_PROTO, 0, 8),
            (VAR, 4, 0),
            (DATASEC, 0, 12),
            (FLOAT, 0, 0),
            (DECL_TAG, 4, 0),
            (TYPE_TAG, 0, 0),
            (ENUM64, 0, 12),
        ];
        let mut i = 0;
        while i < kinds.len() {
            let (kind, info, element) = kinds[i];
            table[kind as usize] = pack(info, element);
            i += 1;
        }
        Self { table }
    }

    /// Adds the kinds that only the layout section knows. `entries` are `struct btf_layout`: the bytes behind the head,
    /// the bytes of an element, and 16 bits of flags, of which none has a meaning yet. What we know, we know better,
    /// and 0 is no kind.
    pub(super) fn learn(&mut self, entries: &[[u8; 4]]) {
        for (entry, size) in entries.iter().zip(&mut self.table).skip(1) {
            let [info, element, _, _] = entry.map(u32::from);
            if *size == 0 {
                *size = pack(info, element);
            }
        }
    }

    /// Bytes of a record with this `info`; `None` where its kind is not known.
    #[inline(always)]
    pub(super) fn of(&self, info: u32) -> Option<u64> {
        let size = self.table[kind(info) as usize & 0x7f];
        let bytes = u64::from(size & 0xffff) + u64::from(size >> 16) * u64::from(vlen(info));
        (size != 0).then_some(bytes)
    }
}

/// An entry of [`Sizes`]: the bytes behind the head, and of an element.
const fn pack(info: u32, element: u32) -> u32 {
    (12 + info) | (element << 16)
}

const _: () = assert!(HEAD == 12);

#[inline(always)]
#[allow(clippy::cast_possible_truncation)] // seven bits
pub(super) const fn kind(info: u32) -> u8 {
    (info >> 24 & 0x7f) as u8
}

#[inline(always)]
pub(super) const fn vlen(info: u32) -> u32 {
    info & 0x00ff_ffff
}

#[inline(always)]
pub(super) const fn kind_flag(info: u32) -> bool {
    info >> 31 == 1
}
