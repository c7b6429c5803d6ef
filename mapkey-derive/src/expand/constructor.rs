//! The constructor.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::Member;

use super::Expansion;
use crate::ast::{Field, Shape};

impl Expansion<'_> {
    pub(super) fn constructor(&self) -> Option<TokenStream> {
        let Shape::Struct(data) = &self.key.shape else { return None };
        if self.key.attributes.skip.new || data.fields.is_empty() {
            return None;
        }
        let levels = &self.levels;
        let visibility = &self.key.input.vis;
        let ident = &self.key.input.ident;
        let (generics, arguments, bounds) = self.key.input.generics.split_for_impl();

        let parameters: Vec<_> = data
            .fields
            .iter()
            .filter(|field| !field.is_padding)
            .map(|field| {
                let (parameter, ty) = (parameter(field), field.ty);
                quote!(#parameter: #ty)
            })
            .collect();
        // More than clippy's default allows; nowhere else, because a crate may forbid the lint.
        let allow_many = (parameters.len() > 7).then(|| quote!(#[allow(clippy::too_many_arguments)]));
        let values = data.fields.iter().map(|field| {
            let (member, ty) = (&field.member, field.ty);
            if field.is_padding {
                quote!(#member: <#ty>::ZERO)
            } else {
                let parameter = parameter(field);
                quote!(#member: #parameter)
            }
        });
        let pads = data.fields.iter().any(|field| field.is_padding);
        let doc =
            format!("Makes a `{}` from its fields{}.", self.key.name(), if pads { "; padding is zero" } else { "" });
        // A function of bpf has five arguments in registers and none elsewhere, so that a longer
        // constructor has to be inlined, and each of them is only a few stores.
        Some(quote! {
            #levels
            impl #generics #ident #arguments #bounds {
                #[doc = #doc]
                #[inline(always)]
                #[must_use]
                #allow_many
                #visibility const fn new(#(#parameters),*) -> Self {
                    Self { #(#values),* }
                }
            }
        })
    }
}

/// The parameter's name: the field's, without the place where the user wrote it, so that lints about
/// the field are not repeated.
fn parameter(field: &Field<'_>) -> Ident {
    match &field.member {
        Member::Named(ident) => {
            let mut parameter = ident.clone();
            parameter.set_span(ident.span().resolved_at(Span::call_site()));
            parameter
        }
        Member::Unnamed(index) => format_ident!("field{}", index.index, span = Span::call_site()),
    }
}
