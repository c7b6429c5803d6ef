//! What the call becomes.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use crate::counterpart::counterparts;
use crate::input::{Input, Key};

/// All errors, and an assertion for every key that has a counterpart.
pub(crate) fn expand(input: &Input) -> TokenStream {
    let (path, content) = match input.file.read() {
        Ok(read) => read,
        Err(error) => return error.into_compile_error(),
    };
    let mut output = tracked(input, &path);
    for (key, counterpart) in input.keys.iter().zip(counterparts(input, &content)) {
        output.extend(match counterpart.and_then(|theirs| Ok((key, theirs.parse::<TokenStream>()?))) {
            Ok((key, theirs)) => assertion(input, key, &theirs),
            Err(error) => error.into_compile_error(),
        });
    }
    output
}

/// What makes cargo build again when the file changes, or a variable that its name depends on. A constant that nobody
/// uses is in no binary.
fn tracked(input: &Input, path: &std::path::Path) -> TokenStream {
    let path = path.to_string_lossy();
    let variables = &input.file.variables;
    quote! {
        const _: &[::core::primitive::u8] = ::core::include_bytes!(#path);
        #(const _: &::core::primitive::str = ::core::env!(#variables);)*
    }
}

/// The type's span is that of the whole assertion, so that the error stands at the key.
fn assertion(input: &Input, Key { ty, .. }: &Key, theirs: &TokenStream) -> TokenStream {
    let krate = &input.krate;
    let check = quote_spanned! { ty.span()=> __mapkey::matches::<ROOM>(&KEY, &THEIRS) };
    quote! {
        const _: () = {
            use #krate::__build as __mapkey;
            const KEY: __mapkey::Layout = <#ty as __mapkey::MapKey>::LAYOUT;
            const ROOM: ::core::primitive::usize = __mapkey::room(&KEY);
            const THEIRS: __mapkey::Theirs<'static> = #theirs;
            #check
        };
    }
}
