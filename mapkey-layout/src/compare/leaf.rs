//! What counts as equal, one value against another.

use super::coverage::starts_with;
use super::enumerators::Enumeration;
use super::finding::{Finding, Meaning};
use super::mangled::is_mangled;
use super::place::Place;
use super::walk::Walk;
use crate::layout::{Kind, Layout};
use crate::message::same;
use crate::report::DifferenceKind;
use crate::types::{Encoding, Shape, TypeUse, Types};
use crate::{Annotation, ByteOrder};

/// Everything in which a value of ours differs from theirs, where ours is no struct and no array of
/// structs.
pub(super) const fn compare<'a>(
    walk: &mut Walk<'_, 'a>,
    place: &Place<'a>,
    ours: &'a Layout<'a>,
    annotation: Annotation,
    theirs: TypeUse,
) {
    let Some(content) = unwrap(walk.types, ours, theirs) else { return };
    let value = Value { place, ours, annotation, theirs, content };
    let is_retyped = value.relation(walk);
    let their_size = walk.types.size(content);
    if their_size != ours.size as u64 && !is_retyped {
        value.report(walk, Finding::resized(ours.size as u64, their_size));
    }
}

/// Their type behind wrappers with one member, `struct in_addr` and what a Rust object has for
/// `Be<u32>`. `None` where both are the same Rust type, by its name: there is nothing left to compare then.
const fn unwrap(types: Types<'_>, ours: &Layout<'_>, mut theirs: TypeUse) -> Option<TypeUse> {
    loop {
        let ty = types.get(theirs.index);
        let Shape::Struct(_) = ty.shape else { return Some(theirs) };
        if ty.size == ours.size as u64 {
            let is_address = matches!(ours.kind, Kind::Address) && same(ty.name.as_bytes(), b"in6_addr");
            if is_address || is_mangled(ty.name.as_bytes(), ours) {
                return None;
            }
        }
        let Some(content) = wrapped(types, theirs) else { return Some(theirs) };
        theirs = content;
    }
}

/// The type of a struct's only member, where the struct is nothing but that member.
pub(super) const fn wrapped(types: Types<'_>, theirs: TypeUse) -> Option<TypeUse> {
    let ty = types.get(theirs.index);
    let (Shape::Struct(_), [member]) = (&ty.shape, types.members(theirs.index)) else { return None };
    if member.bit_size.is_some() || types.size(member.ty) != ty.size {
        return None;
    }
    let order = match member.ty.order {
        ByteOrder::Native if starts_with(ty.name.as_bytes(), b"Be_3C_") => ByteOrder::Big,
        ByteOrder::Native if starts_with(ty.name.as_bytes(), b"Le_3C_") => ByteOrder::Little,
        order => order,
    };
    Some(TypeUse { order, ..member.ty })
}

struct Value<'p, 'a> {
    place: &'p Place<'a>,
    ours: &'a Layout<'a>,
    annotation: Annotation,
    theirs: TypeUse,
    /// Their type without wrappers.
    content: TypeUse,
}

impl<'a> Value<'_, 'a> {
    const fn report(&self, walk: &mut Walk<'_, 'a>, finding: Finding<'a>) {
        walk.report(self.place, self.ours, self.theirs, finding);
    }

    /// Reports what differs but the size. Whether the kinds differ: then the sizes are none of anybody's business.
    const fn relation(&self, walk: &mut Walk<'_, 'a>) -> bool {
        let Self { ours, annotation, content: theirs, .. } = *self;
        let is_byte = walk.types.size(theirs) == 1;
        let is_pointer = matches!(annotation, Annotation::Pointer);
        let finding = match (ours.kind, &walk.types.get(theirs.index).shape) {
            (Kind::Padding, _) | (Kind::Pointer, Shape::Pointer) => return false,
            (Kind::Int { .. }, Shape::Pointer) if is_pointer => return false,
            (Kind::Pointer, _) => Finding::retyped("no pointer there: use an integer of its size"),
            _ if is_pointer => Finding::retyped("no pointer there: remove `pointer`"),
            (Kind::Int { signed, order }, Shape::Int(encoding)) => {
                self.signedness(walk, signed, *encoding, is_byte);
                self.byte_order(walk, order, annotation, theirs.order);
                return false;
            }
            (Kind::Int { order, .. }, Shape::Enum { .. }) => {
                self.report(walk, Finding::noted("an enum there, whose values the key does not check"));
                self.byte_order(walk, order, annotation, theirs.order);
                return false;
            }
            (Kind::Bool, Shape::Int(Encoding::Bool)) => return false,
            (Kind::Bool, Shape::Int(_)) if is_byte => {
                Finding::noted("an integer there: a key with another value than 0 and 1 cannot be read back")
            }
            (Kind::Enum { variants, .. }, Shape::Enum { .. }) => {
                let theirs = Enumeration::of(walk.types, theirs.index, ours.size);
                self.enumeration(walk, &theirs, variants);
                return false;
            }
            (Kind::Enum { .. }, Shape::Int(_)) => {
                let what = "an integer there: a key with a value that no variant has cannot be read back";
                self.report(walk, Finding::noted(what));
                self.byte_order(walk, ByteOrder::Native, annotation, theirs.order);
                return false;
            }
            (Kind::Text, Shape::Array { .. }) => match text(walk.types, theirs) {
                Some(finding) => finding,
                None => return false,
            },
            (Kind::Address, Shape::Int(_) | Shape::Array { .. }) => {
                let (element, _) = their_elements(walk.types, theirs);
                let ty = walk.types.get(element.index);
                if matches!(ty.shape, Shape::Int(_)) {
                    // An address has its bytes in the order of the wire: an array of bytes, of integers in network
                    // order, or one such integer.
                    if ty.size != 1 {
                        self.byte_order(walk, ByteOrder::Big, Annotation::None, element.order);
                    }
                    return false;
                }
                Finding::retyped(instead(&ty.shape))
            }
            // No annotation can stand at a key that has no fields.
            (_, Shape::Struct(_)) if self.place.ours.is_empty() => Finding::retyped(
                "a struct there: mirror it by a `#[repr(C)]` struct with its members that derives `MapKey`",
            ),
            (_, shape) => Finding::retyped(instead(shape)),
        };
        self.report(walk, finding);
        finding.mismatch
    }

    const fn enumeration(
        &self,
        walk: &mut Walk<'_, 'a>,
        theirs: &Enumeration<'a>,
        variants: &'a [crate::layout::Variant<'a>],
    ) {
        let mut i = 0;
        while i < variants.len() {
            if let Some(finding) = theirs.mismatch(&variants[i]) {
                self.report(walk, finding);
            }
            i += 1;
        }
        if let Some(finding) = theirs.unlisted(variants) {
            self.report(walk, finding);
        }
    }

    const fn signedness(&self, walk: &mut Walk<'_, 'a>, signed: bool, theirs: Encoding, is_byte: bool) {
        let what = match theirs {
            Encoding::Bool => return self.report(walk, Finding::noted("a truth value there")),
            Encoding::Char if is_byte => "a plain `char` there",
            Encoding::Signed if !signed => "signed there",
            Encoding::Unsigned if signed => "unsigned there",
            _ => return,
        };
        self.report(walk, Finding::note(DifferenceKind::Signedness, Meaning::Plain(what)));
    }

    const fn byte_order(&self, walk: &mut Walk<'_, 'a>, order: ByteOrder, annotation: Annotation, theirs: ByteOrder) {
        let order = if matches!(annotation, Annotation::NetworkOrder) { ByteOrder::Big } else { order };
        let ours = self.ours;
        let meaning = match (order, theirs) {
            _ if ours.size == 1 => return,
            (ByteOrder::Native, ByteOrder::Native)
            | (ByteOrder::Big, ByteOrder::Big)
            | (ByteOrder::Little, ByteOrder::Little) => return,
            (order, ByteOrder::Native) => {
                let finding = Finding::note(DifferenceKind::ByteOrder, Meaning::PlainIntegerThere { order });
                return self.report(walk, finding);
            }
            (ByteOrder::Native, theirs) if matches!(ours.kind, Kind::Enum { .. }) => Meaning::EnumInOrder { theirs },
            (ByteOrder::Native, ByteOrder::Big) => Meaning::MakeItBe { ours },
            (ByteOrder::Native, _) => Meaning::MakeItLe { ours },
            (ours, theirs) => Meaning::Orders { ours, theirs },
        };
        self.report(walk, Finding::mismatch(DifferenceKind::ByteOrder, meaning));
    }
}

/// What is there, and what a field for it looks like.
const fn instead(shape: &Shape) -> &'static str {
    match shape {
        Shape::Pointer => "a pointer there: annotate the field with `#[mapkey(pointer)]`, or use `KernelPtr`",
        Shape::Struct(_) => {
            "a struct there: mirror it by a nested key, name one of its members by `#[mapkey(rename = \"...\")]`, or take \
             it as raw storage by `#[mapkey(bytes)]`"
        }
        Shape::Union(_) => {
            "a union there: name one of its members by `#[mapkey(rename = \"...\")]`, or take it as raw storage by \
             `#[mapkey(bytes)]`"
        }
        Shape::Array { .. } => {
            "an array of other elements there: use an array of these, or take it as raw storage by `#[mapkey(bytes)]`"
        }
        Shape::Int(_) => "an integer there: use one of its size, or take it as raw storage by `#[mapkey(bytes)]`",
        Shape::Enum { .. } => "an enum there: use an integer or an enum of its size",
        Shape::Float => "a floating point number there: take it as raw storage by `#[mapkey(bytes)]`",
        Shape::Unsized => "a type without size there: no key can mirror it",
    }
}

const fn text(types: Types<'_>, theirs: TypeUse) -> Option<Finding<'static>> {
    let (element, _) = their_elements(types, theirs);
    match types.get(element.index).shape {
        Shape::Int(Encoding::Char) => None,
        Shape::Int(Encoding::Signed | Encoding::Unsigned) if types.size(element) == 1 => {
            Some(Finding::noted("bytes there, not characters: nothing says that they are text with zeros behind it"))
        }
        _ => Some(Finding::retyped("no text there: use an array of the elements that are there")),
    }
}

/// The element of an array of ours, through all its dimensions, and how many there are.
pub(super) const fn our_elements<'k>(ours: &'k Layout<'k>) -> (&'k Layout<'k>, u64) {
    let (mut layout, mut count) = (ours, 1u64);
    while let Kind::Array { element, len } = layout.kind {
        (layout, count) = (element, count.saturating_mul(len as u64));
    }
    (layout, count)
}

/// The same for theirs. A type that is no array is one element.
pub(super) const fn their_elements(types: Types<'_>, theirs: TypeUse) -> (TypeUse, u64) {
    let (mut ty, mut count) = (theirs, 1u64);
    while let Shape::Array { element, len } = types.get(ty.index).shape {
        (ty, count) = (element, count.saturating_mul(len as u64));
    }
    (ty, count)
}
