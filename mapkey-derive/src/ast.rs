//! What the user wrote, with every part that its faults leave usable.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Attribute, Data, DeriveInput, Fields, Ident, Index, Member, Type, Visibility};

use crate::attr::{ContainerAttributes, FieldAttributes, Place, VariantAttributes};
use crate::errors::Faults;
use crate::field_type::{self, is_padding};
use crate::repr::{EnumRepr, StructRepr};

/// A type that derives `MapKey`.
pub(crate) struct Key<'a> {
    pub(crate) input: &'a DeriveInput,
    pub(crate) attributes: ContainerAttributes,
    pub(crate) shape: Shape<'a>,
}

pub(crate) enum Shape<'a> {
    Struct(Struct<'a>),
    Enum(Enum<'a>),
    Union,
}

pub(crate) struct Struct<'a> {
    /// Nothing where the repr is refused.
    pub(crate) repr: Option<StructRepr>,
    pub(crate) tuple: bool,
    pub(crate) fields: Vec<Field<'a>>,
}

pub(crate) struct Field<'a> {
    pub(crate) member: Member,
    pub(crate) visibility: &'a Visibility,
    /// Without parentheses and invisible groups.
    pub(crate) ty: &'a Type,
    pub(crate) is_padding: bool,
    /// Why the type is refused by its spelling, and which part of it.
    pub(crate) refused: Option<field_type::Refused<'a>>,
    pub(crate) deprecated: bool,
    pub(crate) attributes: FieldAttributes,
}

pub(crate) struct Enum<'a> {
    /// Nothing where the repr is refused.
    pub(crate) repr: Option<EnumRepr>,
    pub(crate) variants: Vec<Variant<'a>>,
}

pub(crate) struct Variant<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) fields: &'a Fields,
    pub(crate) deprecated: bool,
    pub(crate) attributes: VariantAttributes,
}

impl<'a> Key<'a> {
    pub(crate) fn read(input: &'a DeriveInput, faults: &mut Faults) -> Self {
        let place = if matches!(input.data, Data::Enum(_)) { Place::Enum } else { Place::Struct };
        let attributes = ContainerAttributes::read(&input.attrs, place, faults);
        let shape = match &input.data {
            Data::Struct(data) => Shape::Struct(Struct {
                repr: StructRepr::read(&input.attrs, &input.ident, faults),
                tuple: matches!(data.fields, Fields::Unnamed(_)),
                fields: data
                    .fields
                    .members()
                    .zip(&data.fields)
                    .map(|(m, field)| Field::read(m, field, faults))
                    .collect(),
            }),
            Data::Enum(data) => Shape::Enum(Enum {
                repr: if data.variants.is_empty() { None } else { EnumRepr::read(&input.attrs, &input.ident, faults) },
                variants: data.variants.iter().map(|variant| Variant::read(variant, faults)).collect(),
            }),
            Data::Union(_) => Shape::Union,
        };
        Self { input, attributes, shape }
    }

    /// Whether the type has parameters: it is refused, and nothing can be asserted about it.
    pub(crate) fn is_generic(&self) -> bool {
        !self.input.generics.params.is_empty()
    }

    /// Whether the type has no size and so no impl at all. A field that is refused says so.
    pub(crate) fn is_unsized(&self) -> bool {
        let Shape::Struct(data) = &self.shape else { return false };
        data.fields.iter().any(|field| field.refused.as_ref().is_some_and(field_type::Refused::is_unsized))
    }

    /// Whether an error that was shown may well be why the type is not `Copy`.
    pub(crate) fn copy_is_doubtful(&self) -> bool {
        match &self.shape {
            Shape::Struct(data) => data.fields.iter().any(|field| field.refused.is_some()),
            Shape::Enum(data) => !data.is_fieldless(),
            Shape::Union => true,
        }
    }

    /// Whether the type or a part of it is deprecated: naming it must not warn its own author.
    pub(crate) fn is_deprecated(&self) -> bool {
        is_deprecated(&self.input.attrs)
            || match &self.shape {
                Shape::Struct(data) => data.fields.iter().any(|field| field.deprecated),
                Shape::Enum(data) => data.variants.iter().any(|variant| variant.deprecated),
                Shape::Union => false,
            }
    }

    /// The name as the user thinks of it.
    pub(crate) fn name(&self) -> String {
        self.input.ident.unraw().to_string()
    }
}

impl<'a> Field<'a> {
    fn read(member: Member, field: &'a syn::Field, faults: &mut Faults) -> Self {
        let ty = field_type::bare(&field.ty);
        Self {
            member,
            visibility: &field.vis,
            ty,
            is_padding: is_padding(ty),
            refused: field_type::refused(ty),
            deprecated: is_deprecated(&field.attrs),
            attributes: FieldAttributes::read(&field.attrs, faults),
        }
    }

    /// The field's name without `r#`; its index in a tuple struct.
    pub(crate) fn name(&self) -> String {
        match &self.member {
            Member::Named(ident) => ident.unraw().to_string(),
            Member::Unnamed(Index { index, .. }) => index.to_string(),
        }
    }

    /// Where a fault of the field is shown: its name, its type in a tuple struct. The field's first
    /// token would be a doc comment.
    pub(crate) fn place(&self) -> TokenStream {
        match &self.member {
            Member::Named(ident) => ident.to_token_stream(),
            Member::Unnamed(_) => self.ty.to_token_stream(),
        }
    }
}

impl Enum<'_> {
    pub(crate) fn is_fieldless(&self) -> bool {
        self.variants.iter().all(|variant| matches!(variant.fields, Fields::Unit))
    }
}

impl<'a> Variant<'a> {
    /// The variant's name without `r#`.
    pub(crate) fn name(&self) -> String {
        self.ident.unraw().to_string()
    }

    fn read(variant: &'a syn::Variant, faults: &mut Faults) -> Self {
        Self {
            ident: &variant.ident,
            fields: &variant.fields,
            deprecated: is_deprecated(&variant.attrs),
            attributes: VariantAttributes::read(&variant.attrs, faults),
        }
    }
}

fn is_deprecated(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("deprecated"))
}
