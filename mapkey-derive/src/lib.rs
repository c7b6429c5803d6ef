//! `#[derive(MapKey)]`: eBPF map keys in which every byte belongs to a field.
//!
//! Use it through `mapkey_ebpf` or `mapkey_runtime`, which re-export it beside the trait.

mod ast;
mod attr;
mod errors;
mod expand;
mod field_type;
mod nearest;
mod repr;
mod rules;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

use crate::ast::Key;
use crate::errors::Faults;

#[doc = include_str!("map_key.md")]
#[proc_macro_derive(MapKey, attributes(mapkey))]
pub fn derive_map_key(input: TokenStream) -> TokenStream {
    derive(&parse_macro_input!(input), "::mapkey_ebpf").into()
}

/// `MapKey` for a crate that depends on `mapkey_runtime` alone, which re-exports it by that name.
#[doc(hidden)]
#[proc_macro_derive(MapKeyViaRuntime, attributes(mapkey))]
pub fn derive_map_key_via_runtime(input: TokenStream) -> TokenStream {
    derive(&parse_macro_input!(input), "::mapkey_runtime").into()
}

/// `default_crate` is where the written code finds what it refers to.
fn derive(input: &DeriveInput, default_crate: &str) -> proc_macro2::TokenStream {
    let mut faults = Faults::default();
    let key = Key::read(input, &mut faults);
    rules::check(&key, &mut faults);
    let has_faults = !faults.is_empty();
    let mut output = faults.into_compile_errors();
    output.extend(expand::expand(&key, default_crate));
    if !has_faults {
        output.extend(expand::note(&key, default_crate));
    }
    output
}
