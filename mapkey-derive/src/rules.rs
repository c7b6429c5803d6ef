//! What may be a key, as far as tokens tell. What only sizes tell is asserted by the code that
//! [`expand`](crate::expand) writes.

use syn::{Data, Fields, GenericParam, Type};

use crate::ast::{Enum, Key, Shape, Struct};
use crate::attr::Annotation;
use crate::errors::Faults;
use crate::repr;

/// Finds every fault that reading the key did not find.
pub(crate) fn check(key: &Key<'_>, faults: &mut Faults) {
    check_generics(key, faults);
    match &key.shape {
        Shape::Struct(data) => check_struct(key, data, faults),
        Shape::Enum(data) => check_enum(key, data, faults),
        Shape::Union => {
            if let Data::Union(data) = &key.input.data {
                faults.at(
                    data.union_token,
                    "a union has bytes that not every member owns: derive `MapKey` on a `#[repr(C)]` struct with the \
                     one member that the map is keyed by, or with one `[u8; N]` field, marked `#[mapkey(bytes)]`, for all of them",
                );
            }
        }
    }
}

fn check_generics(key: &Key<'_>, faults: &mut Faults) {
    let borrows = matches!(&key.shape, Shape::Struct(data) if data.fields.iter().any(is_reference));
    for parameter in &key.input.generics.params {
        match parameter {
            // The reference is refused, and the lifetime goes with it.
            GenericParam::Lifetime(_) if borrows => {}
            GenericParam::Lifetime(lifetime) => faults.at(
                &lifetime.lifetime,
                "a key borrows nothing, its bytes are copied to the kernel: remove the lifetime",
            ),
            GenericParam::Type(ty) => faults.at(
                &ty.ident,
                format_args!(
                    "a map has one key type and its layout is fixed: write `{0}`'s type out, in one struct for each \
                     that you need (a `macro_rules` macro can write them)",
                    ty.ident,
                ),
            ),
            GenericParam::Const(parameter) => faults.at(
                &parameter.ident,
                format_args!(
                    "a map has one key type and its layout is fixed: write `{0}`'s value out, in one struct for each \
                     that you need (a `macro_rules` macro can write them)",
                    parameter.ident,
                ),
            ),
        }
    }
}

fn is_reference(field: &crate::ast::Field<'_>) -> bool {
    field.refused.as_ref().is_some_and(|refused| matches!(refused.ty, Type::Reference(_)))
}

fn check_struct(key: &Key<'_>, data: &Struct<'_>, faults: &mut Faults) {
    if data.fields.is_empty() {
        faults
            .at(&key.input.ident, format_args!("`{}` has no bytes: a map's key needs at least one field", key.name()));
    }
    for field in &data.fields {
        if let Some(refused) = &field.refused {
            faults.at(refused.ty, &refused.reason);
        }
        if let (true, Some((annotation, span))) = (field.is_padding, field.attributes.annotation) {
            let instead = match annotation {
                Annotation::Bytes => "`[u8; N]`",
                Annotation::Pointer => "`u64` or `KernelPtr`",
                Annotation::NetworkOrder => "an integer",
            };
            faults.at_span(span, format_args!("padding carries no value: for `{}` use {instead}", annotation.name()));
        }
    }
}

fn check_enum(key: &Key<'_>, data: &Enum<'_>, faults: &mut Faults) {
    // With a repr and without variants it is rustc's E0084.
    if data.variants.is_empty() && !repr::is_given(&key.input.attrs) {
        faults.at(&key.input.ident, format_args!("`{}` has no variants, and so no value", key.name()));
    }
    for variant in &data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            faults.at(
                variant.fields,
                format_args!(
                    "`{}` carries data, and other variants leave its bytes without an owner: make the enum fieldless, \
                     and put the data into a struct beside it",
                    variant.ident,
                ),
            );
        }
    }
}
