//! Faults are collected, so that one run of the compiler shows all of them.

use std::fmt::Display;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::Error;

/// All faults of one key, each at its own token.
#[derive(Default)]
pub(crate) struct Faults {
    errors: Vec<Error>,
}

impl Faults {
    /// Adds a fault at all of `tokens`.
    pub(crate) fn at(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.errors.push(Error::new_spanned(tokens, message));
    }

    /// Adds a fault at one token.
    pub(crate) fn at_span(&mut self, span: Span, message: impl Display) {
        self.errors.push(Error::new(span, message));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    /// The code that reports the faults.
    pub(crate) fn into_compile_errors(self) -> TokenStream {
        self.errors.iter().map(Error::to_compile_error).collect()
    }
}
