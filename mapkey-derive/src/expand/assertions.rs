//! What depends on sizes: assertions that the compiler evaluates, each at its own token.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};

use super::Expansion;
use crate::ast::{Shape, Struct};
use crate::repr::StructRepr;

impl Expansion<'_> {
    /// Free `const _` items, which `cargo check` evaluates too.
    pub(super) fn assertions(&self) -> TokenStream {
        if self.key.is_generic() {
            return TokenStream::new();
        }
        let copy = (!self.key.copy_is_doubtful()).then(|| self.is_copy());
        let (output, size_is_settled) = match &self.key.shape {
            Shape::Struct(data) => {
                (self.of_fields(data), data.repr.is_some() && data.fields.iter().all(|field| field.refused.is_none()))
            }
            Shape::Enum(data) => (TokenStream::new(), data.repr.is_some() && data.is_fieldless()),
            Shape::Union => return TokenStream::new(),
        };
        let size = self.key.attributes.size.as_ref().filter(|_| size_is_settled).map(|pin| {
            let bytes = pin.bytes;
            self.assertion("size", Place::at(pin.span), &quote!(#bytes))
        });
        quote!(#copy #output #size)
    }

    /// The inherent constant is there for what is `Copy` and goes before the trait's.
    fn is_copy(&self) -> TokenStream {
        let private = &self.private;
        let ident = &self.key.input.ident;
        let probe = quote!({
            use #private::check::NotCopy;
            #private::check::CopyProbe::<#ident>::IS_COPY
        });
        self.assertion("copy", Place::at(ident.span()), &probe)
    }

    fn of_fields(&self, data: &Struct<'_>) -> TokenStream {
        let mut output = TokenStream::new();
        let first_refused = data.fields.iter().position(|field| field.refused.is_some());
        for (index, field) in data.fields.iter().enumerate() {
            if field.refused.is_some() {
                continue;
            }
            let place = Place::of(field.place());
            output.extend(self.assertion("not_empty", place, &quote!(#index)));
            // What a gap is measured against moves when a refused field gets its right type.
            let gap_is_settled = match (data.repr, data.fields.get(index + 1)) {
                (Some(StructRepr::C), Some(next)) => next.refused.is_none(),
                (Some(StructRepr::C), None) => first_refused.is_none(),
                _ => false,
            };
            if gap_is_settled {
                let visibility = field.visibility.to_token_stream().to_string();
                let tuple = data.tuple;
                output.extend(self.assertion("no_gap", place, &quote!(#index, #visibility, #tuple)));
            }
            if let (Some((_, span)), false) = (field.attributes.annotation, field.is_padding) {
                output.extend(self.assertion("annotation", Place::at(span), &quote!(#index)));
            }
            if let Some(pin) = &field.attributes.offset {
                let bytes = pin.bytes;
                if data.repr.is_some() && first_refused.is_none_or(|refused| refused > index) {
                    output.extend(self.assertion("offset", Place::at(pin.span), &quote!(#index, #bytes)));
                }
            }
            if self.key.attributes.aya_pod.is_some() {
                output.extend(self.assertion("any_bit_pattern", place, &quote!(#index)));
            }
        }
        output
    }

    fn assertion(&self, function: &str, place: Place, arguments: &TokenStream) -> TokenStream {
        let Self { private, levels, .. } = self;
        let ident = &self.key.input.ident;
        let function = syn::Ident::new(function, Span::call_site());
        let path = respanned(quote!(#private::check::#function), place.start);
        let arguments = quote!(&#ident::__MAPKEY_LAYOUT, #arguments);
        let mut arguments = Group::new(Delimiter::Parenthesis, arguments);
        arguments.set_span(place.end);
        quote! {
            #levels
            const _: () = #path #arguments;
        }
    }
}

/// Where a call seems to stand, so that its panic is shown there.
#[derive(Clone, Copy)]
struct Place {
    start: Span,
    end: Span,
}

impl Place {
    fn at(span: Span) -> Self {
        Self { start: span, end: span }
    }

    fn of(tokens: TokenStream) -> Self {
        let mut spans = tokens.into_iter().map(|token| token.span());
        let start = spans.next().unwrap_or_else(Span::call_site);
        Self { start, end: spans.last().unwrap_or(start) }
    }
}

fn respanned(tokens: TokenStream, span: Span) -> TokenStream {
    tokens
        .into_iter()
        .map(|mut token| {
            if let TokenTree::Group(group) = &token {
                token = TokenTree::Group(Group::new(group.delimiter(), respanned(group.stream(), span)));
            }
            token.set_span(span);
            token
        })
        .collect()
}
