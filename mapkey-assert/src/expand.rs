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
fn assertion(input: &Input, key: &Key, theirs: &TokenStream) -> TokenStream {
    let names = names(input, key, theirs);
    let check = quote_spanned! { key.ty.span()=> __mapkey::matches::<ROOM>(&KEY, &THEIRS) };
    // The lint means endless loops. A key of hundreds of fields takes seconds.
    quote! {
        #[allow(long_running_const_eval)]
        const _: () = { #names #check };
    }
}

/// What the expressions behind it need.
fn names(input: &Input, Key { ty, .. }: &Key, theirs: &TokenStream) -> TokenStream {
    let krate = &input.krate;
    let layout = quote_spanned! { ty.span()=> __mapkey::layout::<#ty>() };
    quote! {
        use #krate::__build as __mapkey;
        const KEY: __mapkey::Layout = #layout;
        const ROOM: ::core::primitive::usize = __mapkey::room(&KEY);
        const THEIRS: __mapkey::Theirs<'static> = #theirs;
    }
}

/// The verdict on the first key as an expression: `Ok(First)`, or `Err` with why there is none.
pub(crate) fn verdict(input: &Input) -> syn::Result<TokenStream> {
    let (path, content) = input.file.read()?;
    let tracked = tracked(input, &path);
    let theirs = counterparts(input, &content).into_iter().next();
    Ok(match theirs.zip(input.keys.first()) {
        Some((Ok(theirs), key)) => {
            let names = names(input, key, &theirs.parse()?);
            quote! {{
                #tracked
                #names
                const FIRST: __mapkey::First = __mapkey::first::<ROOM>(&KEY, &THEIRS);
                ::core::result::Result::<__mapkey::First, &'static str>::Ok(FIRST)
            }}
        }
        Some((Err(error), _)) => {
            let (krate, message) = (&input.krate, error.to_string());
            quote! { ::core::result::Result::<#krate::__build::First, &'static str>::Err(#message) }
        }
        None => return Err(input.file.error("no key")),
    })
}
