//! The layout, from `offset_of!` and the layouts of the fields' types.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{LitStr, Type};

use super::Expansion;
use crate::ast::{Enum, Field, Shape, Struct};
use crate::attr::Annotation;
use crate::field_type::bare;
use crate::repr::StructRepr;

impl Expansion<'_> {
    pub(super) fn layout(&self) -> TokenStream {
        let private = &self.private;
        let name = self.key.name();
        let kind = match &self.key.shape {
            // Parameters have no layout, and a union has no one layout.
            _ if self.key.is_generic() => self.empty_struct(),
            Shape::Union => self.empty_struct(),
            Shape::Struct(data) => self.struct_kind(data),
            Shape::Enum(data) => self.enum_kind(data),
        };
        let claim = self.claim();
        quote!(#private::Layout::of::<Self>(#name, #kind) #claim)
    }

    fn empty_struct(&self) -> TokenStream {
        let private = &self.private;
        quote!(#private::Kind::Struct { fields: &[], transparent: false })
    }

    fn struct_kind(&self, data: &Struct<'_>) -> TokenStream {
        let private = &self.private;
        let fields = data.fields.iter().map(|field| self.field(field));
        let transparent = data.repr == Some(StructRepr::Transparent);
        quote!(#private::Kind::Struct { fields: &[#(#fields),*], transparent: #transparent })
    }

    fn field(&self, field: &Field<'_>) -> TokenStream {
        let private = &self.private;
        let name = field.name();
        let (offset, layout) = if field.refused.is_some() {
            // It may have no size, and has no layout; nothing is asserted about it.
            (quote!(0), quote!(&<#private::core::primitive::u8 as #private::Part>::LAYOUT))
        } else {
            let member = &field.member;
            (quote!(#private::core::mem::offset_of!(Self, #member)), self.type_layout(field.ty))
        };
        let renamed = field.attributes.rename.as_ref().map(|path| quote!(.renamed(#path)));
        let annotated = field.attributes.annotation.map(|(annotation, _)| {
            let annotation = match annotation {
                Annotation::Bytes => quote!(Bytes),
                Annotation::Pointer => quote!(Pointer),
                Annotation::NetworkOrder => quote!(NetworkOrder),
            };
            quote!(.annotated(#private::Annotation::#annotation))
        });
        quote!(#private::Field::new(#name, #offset, #layout) #renamed #annotated)
    }

    /// A reference to a type's layout. An array's is put together here: `[T; N]` is a key by itself
    /// only where bytemuck knows `T`, and an array of keys inside a key is as good as its elements.
    fn type_layout(&self, ty: &Type) -> TokenStream {
        let private = &self.private;
        let Type::Array(array) = bare(ty) else { return quote!(&<#ty as #private::Part>::LAYOUT) };
        let element = self.type_layout(&array.elem);
        quote! {
            &#private::Layout::of::<#ty>(
                "",
                #private::Kind::Array { element: #element, len: <#ty as #private::check::Array>::LEN },
            )
        }
    }

    fn enum_kind(&self, data: &Enum<'_>) -> TokenStream {
        let private = &self.private;
        let signed = data.repr.is_some_and(|repr| repr.signed);
        // The variants of another enum do not become integers.
        let variants = data.is_fieldless().then_some(&data.variants).into_iter().flatten().map(|variant| {
            let ident = variant.ident;
            let name = variant.name();
            let rename = self.option(variant.attributes.rename.as_ref());
            quote! {
                #private::Variant { name: #name, rename: #rename, value: Self::#ident as #private::core::primitive::i128 }
            }
        });
        quote!(#private::Kind::Enum { signed: #signed, variants: &[#(#variants),*] })
    }

    fn claim(&self) -> Option<TokenStream> {
        let private = &self.private;
        let attributes = &self.key.attributes;
        if attributes.kernel.is_empty() && attributes.btf.is_none() && !attributes.prefix && attributes.module.is_none()
        {
            return None;
        }
        let kernel = &attributes.kernel;
        let module = self.option(attributes.module.as_ref());
        let btf = self.option(attributes.btf.as_ref());
        let prefix = attributes.prefix;
        Some(
            quote!(.claiming(#private::Claim { kernel: &[#(#kernel),*], module: #module, btf: #btf, prefix: #prefix })),
        )
    }

    fn option(&self, literal: Option<&LitStr>) -> TokenStream {
        let private = &self.private;
        match literal {
            Some(literal) => quote!(#private::core::option::Option::Some(#literal)),
            None => quote!(#private::core::option::Option::None),
        }
    }
}
