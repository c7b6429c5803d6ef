//! `#[mapkey(...)]`: its syntax, and which name belongs where.
//!
//! An attribute is taken apart at its commas before anything in it is parsed, so that a fault in
//! one item does not hide the faults of the next.

mod container;
mod field;
mod value;

use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Ident, MacroDelimiter, Meta, Token};

pub(crate) use container::ContainerAttributes;
pub(crate) use field::{Annotation, FieldAttributes, VariantAttributes};

use crate::errors::Faults;
use crate::nearest::nearest;

/// What an attribute stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Struct,
    Enum,
    Field,
    Variant,
}

impl Place {
    const fn with_article(self) -> &'static str {
        match self {
            Self::Struct => "a struct",
            Self::Enum => "an enum",
            Self::Field => "a field",
            Self::Variant => "a variant",
        }
    }

    /// The names that are known here.
    const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Struct => &["kernel", "module", "btf", "prefix", "size", "crate", "skip", "aya_pod"],
            Self::Enum => &["kernel", "module", "btf", "size", "crate", "skip"],
            Self::Field => &["rename", "bytes", "pointer", "offset", "network_order"],
            Self::Variant => &["rename"],
        }
    }
}

/// One item between the commas: `prefix`, `size = 16`, `skip(new)`.
struct Item {
    name: Ident,
    value: Value,
}

enum Value {
    None,
    /// What follows `=`.
    Assigned(TokenStream),
    /// What is in the parentheses.
    List(TokenStream),
}

/// Every item of all `#[mapkey(...)]` among `attributes` whose name is known at `place` and was not
/// there before. The others are faults.
fn items(attributes: &[Attribute], place: Place, faults: &mut Faults) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("mapkey")) {
        for tokens in pieces(attribute, place, faults) {
            let item = match parse_item.parse2(tokens) {
                Ok(item) => item,
                Err(error) => {
                    faults.at_span(error.span(), error);
                    continue;
                }
            };
            let name = item.name.to_string();
            if !place.names().contains(&&*name) {
                faults.at(&item.name, unknown(&name, place));
            } else if items.iter().any(|earlier| earlier.name == item.name) {
                faults.at(&item.name, format_args!("`{name}` is given twice, remove one of them"));
            } else {
                items.push(item);
            }
        }
    }
    items
}

/// What stands between the commas of one attribute.
fn pieces(attribute: &Attribute, place: Place, faults: &mut Faults) -> Vec<TokenStream> {
    let tokens = match &attribute.meta {
        Meta::List(list) if matches!(list.delimiter, MacroDelimiter::Paren(_)) => list.tokens.clone(),
        meta => {
            faults.at(meta, format_args!("expected `#[mapkey(...)]`, with {}", any_of(place.names())));
            return Vec::new();
        }
    };
    if tokens.is_empty() {
        faults.at(
            &attribute.meta,
            format_args!("`#[mapkey()]` says nothing: remove it, or give {}", any_of(place.names())),
        );
        return Vec::new();
    }
    split_at_commas(tokens, faults)
}

fn split_at_commas(tokens: TokenStream, faults: &mut Faults) -> Vec<TokenStream> {
    let mut pieces = Vec::new();
    let mut piece = TokenStream::new();
    for token in tokens {
        match &token {
            TokenTree::Punct(comma) if comma.as_char() == ',' => {
                if piece.is_empty() {
                    faults.at(comma, "nothing stands before this comma, remove it");
                } else {
                    pieces.push(std::mem::take(&mut piece));
                }
            }
            _ => piece.extend([token]),
        }
    }
    if !piece.is_empty() {
        pieces.push(piece);
    }
    pieces
}

fn parse_item(input: ParseStream<'_>) -> syn::Result<Item> {
    if !input.peek(Ident::peek_any) {
        return Err(input.error("expected an attribute's name, such as `kernel` or `rename`"));
    }
    let name = input.call(Ident::parse_any)?;
    let value = if input.is_empty() {
        Value::None
    } else if input.peek(Token![=]) {
        let equals: Token![=] = input.parse()?;
        if input.is_empty() {
            return Err(syn::Error::new_spanned(equals, format_args!("`{name} =` lacks its value")));
        }
        Value::Assigned(input.parse()?)
    } else if input.peek(syn::token::Paren) {
        let list;
        syn::parenthesized!(list in input);
        Value::List(list.parse()?)
    } else {
        return Err(input.error(format_args!("expected `,`, `=` or `(` behind `{name}`")));
    };
    if input.is_empty() { Ok(Item { name, value }) } else { Err(input.error("expected `,`")) }
}

fn unknown(name: &str, place: Place) -> String {
    let elsewhere = [Place::Struct, Place::Enum, Place::Field, Place::Variant]
        .into_iter()
        .find(|elsewhere| elsewhere.names().contains(&name));
    match elsewhere {
        Some(elsewhere) => format!(
            "`{name}` belongs on {}, not on {1}; {1} takes {2}",
            elsewhere.with_article(),
            place.with_article(),
            any_of(place.names()),
        ),
        None => match nearest(name, place.names().iter().copied()) {
            Some(nearest) => format!("unknown attribute `{name}`, did you mean `{nearest}`?"),
            None => format!("unknown attribute `{name}`, expected {}", any_of(place.names())),
        },
    }
}

/// `a`, `b` or `c`.
fn any_of(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}
