//! The code that the derive writes.
//!
//! Every path starts at the crate's `__private` module, and tokens carry the derive's own span, so
//! that neither names nor lints of the user's crate reach them. Only what errors should point at
//! has the user's span.

mod assertions;
mod constructor;
mod layout;
mod note;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Meta, Path, WhereClause, parse_quote};

use crate::ast::Key;

/// Writes the impls and the assertions. Where there are faults, as much as can exist beside them:
/// a key without its impl would be a second error at each of its uses.
pub(crate) fn expand(key: &Key<'_>, default_crate: &str) -> TokenStream {
    if key.is_unsized() {
        return TokenStream::new();
    }
    let expansion = Expansion::new(key, default_crate);
    let constructor = expansion.constructor();
    let impls = expansion.impls();
    let layout = expansion.layout_constant();
    let assertions = expansion.assertions();
    quote!(#constructor #layout #impls #assertions)
}

/// Writes the note that carries the layout in a finished binary. Only for a key without faults: any other is not built.
pub(crate) fn note(key: &Key<'_>, default_crate: &str) -> TokenStream {
    Expansion::new(key, default_crate).note()
}

struct Expansion<'k> {
    key: &'k Key<'k>,
    /// The module that holds all that the code refers to.
    private: TokenStream,
    /// Lint levels for each item, only what the user's own type needs: in a crate that forbids a lint
    /// a level of ours would be an error.
    levels: TokenStream,
}

impl<'k> Expansion<'k> {
    fn new(key: &'k Key<'k>, default_crate: &str) -> Self {
        let krate = match &key.attributes.krate {
            Some(path) => quote!(#path),
            // A constant of this crate's, and a path.
            None => default_crate.parse().unwrap_or_default(),
        };
        Self { key, private: quote!(#krate::__private), levels: lint_levels(key) }
    }

    /// The layout as a constant of the type's own, which is there even where `MapKey` is not: the
    /// assertions read it.
    fn layout_constant(&self) -> TokenStream {
        let Self { private, levels, .. } = self;
        let ident = &self.key.input.ident;
        let (generics, arguments, bounds) = self.key.input.generics.split_for_impl();
        let layout = self.layout();
        quote! {
            #levels
            impl #generics #ident #arguments #bounds {
                const __MAPKEY_LAYOUT: #private::Layout = #layout;
            }
        }
    }

    fn impls(&self) -> TokenStream {
        let Self { private, levels, .. } = self;
        let attributes = &self.key.attributes;
        let ident = &self.key.input.ident;
        let (generics, arguments, _) = self.key.input.generics.split_for_impl();
        let bounds = self.where_clause();

        let no_uninit = (!attributes.skip.no_uninit).then(|| {
            quote! {
                #levels
                #[automatically_derived]
                unsafe impl #generics #private::NoUninit for #ident #arguments #bounds {}
            }
        });
        let kernel_key = attributes.is_kernel_key.then(|| {
            quote! {
                #levels
                #[automatically_derived]
                impl #generics #private::KernelKey for #ident #arguments #bounds {}
            }
        });
        let aya_pod = attributes.aya_pod.as_ref().map(|aya| {
            let path: Path = aya.path.clone().unwrap_or_else(|| {
                let aya = syn::Ident::new("aya", aya.span);
                parse_quote!(::#aya)
            });
            quote! {
                #levels
                #[automatically_derived]
                unsafe impl #generics #path::Pod for #ident #arguments #bounds {}
            }
        });
        quote! {
            #levels
            #[automatically_derived]
            unsafe impl #generics #private::MapKey for #ident #arguments #bounds {
                const LAYOUT: #private::Layout = Self::__MAPKEY_LAYOUT;
            }
            #no_uninit
            #kernel_key
            #aya_pod
        }
    }

    /// The user's bounds, and that the type is `Copy`, which every impl needs.
    ///
    /// Without this bound a key that is not `Copy` gets an error of rustc's for each impl. The bound
    /// names a lifetime of its own, because rustc holds any other at once against a type without
    /// parameters; so only our assertion speaks.
    fn where_clause(&self) -> Option<WhereClause> {
        let private = &self.private;
        let ident = &self.key.input.ident;
        let mut generics = self.key.input.generics.clone();
        let (_, arguments, _) = self.key.input.generics.split_for_impl();
        // Shown in the user's documentation, so as short as may be. A generic type is refused, but
        // its own lifetimes may not be shadowed.
        let bound = if self.key.is_generic() {
            parse_quote!(for<'__mapkey> #ident #arguments: #private::core::marker::Copy + 'static)
        } else {
            parse_quote!(for<'a> #ident: #private::core::marker::Copy)
        };
        generics.make_where_clause().predicates.push(bound);
        generics.where_clause
    }
}

/// The levels that stand on the type hold for the code that repeats its fields' types, as they do
/// for rustc's own derives; and nobody is warned of using a deprecated field who declares it.
fn lint_levels(key: &Key<'_>) -> TokenStream {
    let mut levels: TokenStream = key.is_deprecated().then(|| quote!(#[allow(deprecated)])).into_iter().collect();
    for attribute in &key.input.attrs {
        if ["allow", "warn", "deny", "forbid"].iter().any(|level| attribute.path().is_ident(level)) {
            levels.extend(quote!(#attribute));
        } else if let (true, Meta::List(list)) = (attribute.path().is_ident("expect"), &attribute.meta) {
            // What is expected of the type need not happen again.
            let lints = &list.tokens;
            levels.extend(quote!(#[allow(#lints)]));
        }
    }
    levels
}
