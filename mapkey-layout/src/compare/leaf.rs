//! What counts as equal, one value against another.

use super::enumerators;
use super::finding::Finding;
use crate::layout::{Kind, Layout};
use crate::report::DifferenceKind;
use crate::types::{Encoding, Shape, TypeTable, TypeUse};
use crate::{Annotation, ByteOrder};

/// Everything in which a value of ours differs from theirs, where ours is no struct and no array of
/// structs.
pub(super) fn findings(
    table: &TypeTable<'_>,
    ours: &Layout<'_>,
    annotation: Annotation,
    theirs: TypeUse,
) -> Vec<Finding> {
    let theirs = match unwrap(table, ours, theirs) {
        Unwrapped::Same => return Vec::new(),
        Unwrapped::Content(content) => content,
    };
    let mut findings = relation(table, ours, annotation, theirs);
    let their_size = table.get(theirs.index).size;
    let is_retyped = findings.iter().any(|finding| finding.mismatch && finding.kind == DifferenceKind::Retyped);
    if their_size != ours.size as u64 && !is_retyped {
        findings.push(Finding::resized(ours.size as u64, their_size));
    }
    findings
}

enum Unwrapped {
    /// The same Rust type, by its name: nothing left to compare.
    Same,
    Content(TypeUse),
}

/// Their type behind wrappers with one member, `struct in_addr` and what a Rust object has for
/// `Be<u32>`.
fn unwrap(table: &TypeTable<'_>, ours: &Layout<'_>, mut theirs: TypeUse) -> Unwrapped {
    loop {
        let ty = table.get(theirs.index);
        let Shape::Struct(_) = ty.shape else { return Unwrapped::Content(theirs) };
        let same_size = ty.size == ours.size as u64;
        let is_address = ours.kind == Kind::Address && ty.name == "in6_addr";
        if same_size && (is_address || ty.name == mangled(ours)) {
            return Unwrapped::Same;
        }
        let Some(content) = wrapped(table, theirs) else { return Unwrapped::Content(theirs) };
        theirs = content;
    }
}

/// The type of a struct's only member, where the struct is nothing but that member.
pub(super) fn wrapped(table: &TypeTable<'_>, theirs: TypeUse) -> Option<TypeUse> {
    let ty = table.get(theirs.index);
    let (Shape::Struct(_), [member]) = (&ty.shape, table.members(theirs.index)) else { return None };
    if member.bit_size.is_some() || table.get(member.ty.index).size != ty.size {
        return None;
    }
    let order = match member.ty.order {
        ByteOrder::Native if ty.name.starts_with("Be_3C_") => ByteOrder::Big,
        ByteOrder::Native if ty.name.starts_with("Le_3C_") => ByteOrder::Little,
        order => order,
    };
    Some(TypeUse { order, ..member.ty })
}

/// A Rust type's name as bpf-linker writes it into BTF, where a name has letters, digits and `_`
/// only: `Be<u32>` is `Be_3C_u32_3E_`.
fn mangled(layout: &Layout<'_>) -> String {
    let mut name = String::new();
    for c in layout.spelling().to_string().chars() {
        if c.is_ascii_alphanumeric() || c == '_' {
            name.push(c);
        } else {
            name.push_str(&format!("_{:X}_", u32::from(c)));
        }
    }
    name
}

fn relation(table: &TypeTable<'_>, ours: &Layout<'_>, annotation: Annotation, theirs: TypeUse) -> Vec<Finding> {
    let shape = &table.get(theirs.index).shape;
    let is_byte = table.get(theirs.index).size == 1;
    match (ours.kind, shape) {
        (Kind::Padding | Kind::Pointer, Shape::Pointer) | (Kind::Padding, _) => Vec::new(),
        (Kind::Int { .. }, Shape::Pointer) if annotation == Annotation::Pointer => Vec::new(),
        (Kind::Pointer, _) => vec![retyped("no pointer there: use an integer of its size")],
        _ if annotation == Annotation::Pointer => vec![retyped("no pointer there: remove `pointer`")],
        (Kind::Int { signed, order }, Shape::Int(encoding)) => {
            let mut findings: Vec<_> = signedness(signed, *encoding, is_byte).into_iter().collect();
            findings.extend(byte_order(ours, order, annotation, theirs.order));
            findings
        }
        (Kind::Int { order, .. }, Shape::Enum { .. }) => {
            let enumeration = noted("an enum there, whose values the key does not check");
            [Some(enumeration), byte_order(ours, order, annotation, theirs.order)].into_iter().flatten().collect()
        }
        (Kind::Bool, Shape::Int(Encoding::Bool)) => Vec::new(),
        (Kind::Bool, Shape::Int(_)) if is_byte => {
            vec![noted("an integer there: a key with another value than 0 and 1 cannot be read back")]
        }
        (Kind::Enum { variants, .. }, Shape::Enum { .. }) => {
            enumerators::findings(ours.size, variants, table.enumerators(theirs.index))
        }
        (Kind::Enum { .. }, Shape::Int(_)) => {
            let integer = noted("an integer there: a key with a value that no variant has cannot be read back");
            [Some(integer), byte_order(ours, ByteOrder::Native, annotation, theirs.order)]
                .into_iter()
                .flatten()
                .collect()
        }
        (Kind::Text, Shape::Array { .. }) => text(table, theirs),
        (Kind::Address, Shape::Int(_) | Shape::Array { .. }) => address(table, ours, theirs),
        _ => vec![retyped(instead(shape))],
    }
}

/// What is there, and what a field for it looks like.
fn instead(shape: &Shape) -> &'static str {
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

fn retyped(what: &str) -> Finding {
    Finding::mismatch(DifferenceKind::Retyped, what)
}

fn noted(what: &str) -> Finding {
    Finding::note(DifferenceKind::Retyped, what)
}

fn signedness(signed: bool, theirs: Encoding, is_byte: bool) -> Option<Finding> {
    let what = match theirs {
        Encoding::Bool => return Some(noted("a truth value there")),
        Encoding::Char if is_byte => "a plain `char` there",
        Encoding::Signed if !signed => "signed there",
        Encoding::Unsigned if signed => "unsigned there",
        _ => return None,
    };
    Some(Finding::note(DifferenceKind::Signedness, what))
}

fn byte_order(ours: &Layout<'_>, order: ByteOrder, annotation: Annotation, theirs: ByteOrder) -> Option<Finding> {
    let order = if annotation == Annotation::NetworkOrder { ByteOrder::Big } else { order };
    let spelling = ours.spelling();
    let text = match (order, theirs) {
        _ if ours.size == 1 || order == theirs => return None,
        (_, ByteOrder::Native) => {
            let text = format!("a plain integer there: nothing says whether its bytes are in {} order", name(order));
            return Some(Finding::note(DifferenceKind::ByteOrder, text));
        }
        (ByteOrder::Native, _) if matches!(ours.kind, Kind::Enum { .. }) => {
            format!(
                "in {} order there, and an enum is in this machine's: use an integer type of that order",
                name(theirs)
            )
        }
        (ByteOrder::Native, ByteOrder::Big) => format!(
            "in network order there, in this machine's order here: make it a `Be<{spelling}>`, or annotate it with `#[mapkey(network_order)]` if you convert by hand"
        ),
        (ByteOrder::Native, _) => {
            format!("in little-endian order there, whatever the machine: make it a `Le<{spelling}>`")
        }
        (order, theirs) => format!("in {} order there, in {} order here", name(theirs), name(order)),
    };
    Some(Finding::mismatch(DifferenceKind::ByteOrder, text))
}

fn name(order: ByteOrder) -> &'static str {
    match order {
        ByteOrder::Native => "this machine's",
        ByteOrder::Big => "network (big-endian)",
        ByteOrder::Little => "little-endian",
    }
}

fn text(table: &TypeTable<'_>, theirs: TypeUse) -> Vec<Finding> {
    let (element, _) = their_elements(table, theirs);
    match table.get(element.index).shape {
        Shape::Int(Encoding::Char) => Vec::new(),
        Shape::Int(Encoding::Signed | Encoding::Unsigned) if table.get(element.index).size == 1 => {
            vec![noted("bytes there, not characters: nothing says that they are text with zeros behind it")]
        }
        _ => vec![retyped("no text there: use an array of the elements that are there")],
    }
}

/// An address has its bytes in the order of the wire: an array of bytes, of integers in network
/// order, or one such integer.
fn address(table: &TypeTable<'_>, ours: &Layout<'_>, theirs: TypeUse) -> Vec<Finding> {
    let (element, _) = their_elements(table, theirs);
    let ty = table.get(element.index);
    if !matches!(ty.shape, Shape::Int(_)) {
        return vec![retyped(instead(&ty.shape))];
    }
    if ty.size == 1 {
        return Vec::new();
    }
    byte_order(ours, ByteOrder::Big, Annotation::None, element.order).into_iter().collect()
}

/// The element of an array of ours, through all its dimensions, and how many there are.
pub(super) fn our_elements<'k>(ours: &'k Layout<'k>) -> (&'k Layout<'k>, u64) {
    let (mut layout, mut count) = (ours, 1);
    while let Kind::Array { element, len } = layout.kind {
        (layout, count) = (element, count * len as u64);
    }
    (layout, count)
}

/// The same for theirs. A type that is no array is one element.
pub(super) fn their_elements(table: &TypeTable<'_>, theirs: TypeUse) -> (TypeUse, u64) {
    let (mut ty, mut count) = (theirs, 1u64);
    while let Shape::Array { element, len } = table.get(ty.index).shape {
        (ty, count) = (element, count.saturating_mul(len.into()));
    }
    (ty, count)
}
