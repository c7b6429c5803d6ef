//! `assert_object!`: keys held against a compiled object, or any other file with BTF, while the program is built.
//!
//! Use it through `mapkey_runtime`, which re-exports it. A crate of its own, for it reads files and knows BTF: whoever does
//! without it builds neither.

mod counterpart;
mod expand;
mod input;
mod path;

use proc_macro::TokenStream;
use syn::parse_macro_input;

use crate::input::Input;

/// What `mapkey_runtime::assert_object!` expands to: `$crate`, a comma, and what the user wrote.
#[doc(hidden)]
#[proc_macro]
pub fn assert_object(input: TokenStream) -> TokenStream {
    expand::expand(&parse_macro_input!(input as Input)).into()
}

/// The verdict of `assert_object!` as an expression, for this project's tests, which hold it against `compare`'s.
#[doc(hidden)]
#[proc_macro]
pub fn verdict(input: TokenStream) -> TokenStream {
    expand::verdict(&parse_macro_input!(input as Input)).unwrap_or_else(syn::Error::into_compile_error).into()
}
