//! C's layout, by the rules of the System V ABI as clang has them for bpf. Independent of both
//! compilers: what they say is held against it, and against each other.

use crate::model::{Composite, Member, Pack, Type};

/// Where a member is, in bits from the start of its struct.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) start: u64,
    pub(crate) bits: u64,
}

impl Place {
    pub(crate) fn end(self) -> u64 {
        self.start + self.bits
    }
}

pub(crate) struct Layout {
    /// Bytes.
    pub(crate) size: u64,
    /// Bytes.
    pub(crate) align: u64,
    pub(crate) places: Vec<Place>,
}

impl Type {
    pub(crate) fn size(&self) -> u64 {
        self.size_and_align().0
    }

    fn size_and_align(&self) -> (u64, u64) {
        match self {
            Self::Int { size, .. } | Self::Float(size) => (*size, *size),
            Self::Char | Self::Bool => (1, 1),
            Self::Int128 => (16, 16),
            Self::Enum(own) => (own.size().0, own.size().0),
            Self::Pointer(_) => (8, 8),
            Self::Array(element, len) => {
                let (size, align) = element.size_and_align();
                (size * len, align)
            }
            Self::Composite(composite) => {
                let layout = composite.layout();
                (layout.size, layout.align)
            }
        }
    }
}

impl Composite {
    pub(crate) fn layout(&self) -> Layout {
        let mut end = 0; // the first free bit
        let mut largest = 0;
        let mut align = self.align.unwrap_or(1);
        let mut places = Vec::new();
        for member in &self.members {
            let member_align = self.align_of(member);
            let start = if self.is_union { 0 } else { end };
            let place = self.place(member, start, member_align);
            // A bit-field without a name asks for no alignment.
            if member.bits.is_none() || !member.name.is_empty() {
                align = align.max(member_align);
            }
            end = place.end();
            largest = largest.max(place.end());
            places.push(place);
        }
        if let Some(flexible) = &self.flexible {
            let flexible = Member::plain("", Type::Array(Box::new(flexible.clone()), 0));
            let member_align = self.align_of(&flexible);
            let place = self.place(&flexible, end, member_align);
            align = align.max(member_align);
            largest = largest.max(place.end());
        }
        Layout { size: largest.div_ceil(8).next_multiple_of(align), align, places }
    }

    /// Bytes.
    fn align_of(&self, member: &Member) -> u64 {
        let natural = member.ty.size_and_align().1;
        match self.pack {
            Pack::No => natural.max(member.align.unwrap_or(1)),
            Pack::Packed => member.align.unwrap_or(1),
            Pack::Pragma(most) => natural.max(member.align.unwrap_or(1)).min(most),
        }
    }

    fn place(&self, member: &Member, end: u64, align: u64) -> Place {
        let align = align * 8;
        match member.bits {
            None => Place { start: end.next_multiple_of(8).next_multiple_of(align), bits: member.ty.size() * 8 },
            // No packing moves this one.
            Some(0) => Place { start: end.next_multiple_of(member.ty.size() * 8), bits: 0 },
            Some(bits) => {
                // Unless it is packed, a bit-field does not cross the bounds of its type.
                let unit = member.ty.size() * 8;
                let crosses = self.pack == Pack::No && end % align + bits > unit;
                Place { start: if crosses { end.next_multiple_of(align) } else { end }, bits }
            }
        }
    }
}
