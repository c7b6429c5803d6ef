//! `#[repr(...)]`: types that can only hold what a key may have.

use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::token::Paren;
use syn::{Attribute, Ident, Token};

use crate::errors::Faults;

/// How a struct that may be a key is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StructRepr {
    /// `repr(C)`, with `packed` or an alignment or without.
    C,
    Transparent,
}

/// The integer that an enum which may be a key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EnumRepr {
    pub(crate) signed: bool,
}

impl StructRepr {
    /// The repr of the struct `name`; nothing where there is a fault, ours or rustc's own.
    pub(crate) fn read(attributes: &[Attribute], name: &Ident, faults: &mut Faults) -> Option<Self> {
        let hints = Hints::read(attributes);
        if hints.find("transparent").is_some() {
            // With anything beside it rustc says E0692, which needs no help of ours.
            return (hints.all.len() == 1 && !hints.malformed).then_some(Self::Transparent);
        }
        if let Some(rust) = hints.find("Rust") {
            faults.at(
                rust,
                "`repr(Rust)` leaves the order of the fields to the compiler, and the two sides of a map are two \
                 compilations: write `repr(C)`",
            );
            return None;
        }
        if hints.find("C").is_some() {
            return (!hints.refused_by_rustc()).then_some(Self::C);
        }
        if let Some(packed) = hints.find("packed") {
            faults.at(packed, "`packed` alone leaves the order of the fields to the compiler: write `repr(C, packed)`");
        } else if let Some(align) = hints.find("align") {
            faults
                .at(align, "`align` alone leaves the order of the fields to the compiler: write `repr(C, align(..))`");
        } else if !hints.has_integer() && !hints.refused_by_rustc() {
            faults.at_span(
                name.span(),
                format_args!(
                    "`{}` has no `repr`, so that the compiler may order its fields anew in every build: write \
                     `#[repr(C)]` above it",
                    name.unraw(),
                ),
            );
        }
        None
    }
}

impl EnumRepr {
    /// The repr of the enum `name`; nothing where there is a fault, ours or rustc's own.
    pub(crate) fn read(attributes: &[Attribute], name: &Ident, faults: &mut Faults) -> Option<Self> {
        let hints = Hints::read(attributes);
        let mut legal = None;
        let mut faulty = hints.refused_by_rustc();
        for hint in &hints.all {
            let fault = match &*hint.name.to_string() {
                "u8" | "u16" | "u32" | "u64" => {
                    legal = Some(Self { signed: false });
                    continue;
                }
                "i8" | "i16" | "i32" | "i64" => {
                    legal = Some(Self { signed: true });
                    continue;
                }
                "C" => "the size of a `repr(C)` enum is the compiler's choice: write the width, as in `repr(u32)`",
                "usize" | "isize" => "the width differs between the two sides of a map: write `u32` or `u64`",
                "u128" | "i128" => "the kernel has no enum of 128 bits: write `u64` or less",
                "align" => "an alignment adds bytes to an enum that nobody owns: remove it",
                "transparent" => "`transparent` says nothing about an enum's width: write it, as in `repr(u32)`",
                "Rust" => "`repr(Rust)` leaves the width to the compiler: write it, as in `repr(u32)`",
                // rustc refuses it by itself.
                _ => {
                    faulty = true;
                    continue;
                }
            };
            faulty = true;
            faults.at(&hint.name, fault);
        }
        if faulty {
            return None;
        }
        if legal.is_none() {
            faults.at_span(
                name.span(),
                format_args!(
                    "`{}` has no `repr`, so that its width is the compiler's choice: write it, as in `#[repr(u32)]` \
                     above it",
                    name.unraw(),
                ),
            );
        }
        legal
    }
}

/// Whether there is any `repr`.
pub(crate) fn is_given(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("repr"))
}

/// One word of a `repr`; `packed(2)` without its number.
struct Hint {
    name: Ident,
}

impl Parse for Hint {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = input.call(Ident::parse_any)?;
        if input.peek(Paren) {
            let number;
            syn::parenthesized!(number in input);
            let _: TokenStream = number.parse()?;
        }
        Ok(Self { name })
    }
}

/// All words of all `repr` of a type.
struct Hints {
    all: Vec<Hint>,
    /// There is something that is no hint at all, which rustc refuses by itself.
    malformed: bool,
}

impl Hints {
    fn read(attributes: &[Attribute]) -> Self {
        let mut read = Self { all: Vec::new(), malformed: false };
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("repr")) {
            let hints = attribute.parse_args_with(Punctuated::<Hint, Token![,]>::parse_terminated);
            match hints {
                Ok(hints) => read.all.extend(hints),
                Err(_) => read.malformed = true,
            }
        }
        read
    }

    fn find(&self, name: &str) -> Option<&Ident> {
        self.all.iter().map(|hint| &hint.name).find(|hint| *hint == name)
    }

    /// Whether there is an integer, which rustc refuses on a struct by itself.
    fn has_integer(&self) -> bool {
        self.all.iter().any(|hint| is_integer(&hint.name))
    }

    /// Whether rustc refuses the repr by itself, for a word that it does not know either.
    fn refused_by_rustc(&self) -> bool {
        const KNOWN: [&str; 5] = ["C", "packed", "align", "transparent", "Rust"];
        self.malformed
            || self.all.iter().any(|hint| !is_integer(&hint.name) && !KNOWN.iter().any(|known| hint.name == known))
    }
}

fn is_integer(hint: &Ident) -> bool {
    const INTEGERS: [&str; 12] =
        ["u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize"];
    INTEGERS.iter().any(|integer| hint == integer)
}
