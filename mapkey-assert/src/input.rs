//! What the user wrote.

use proc_macro2::{Span, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Ident, Token, Type};

use crate::path::Text;

/// `FlowKey, file = "flow.bpf.o", map = "flows"`, or several keys, `file = "...", FlowKey: map = "flows", ...`.
pub(crate) struct Input {
    /// `$crate` of the macro that the user called.
    pub(crate) krate: TokenTree,
    pub(crate) file: Text,
    pub(crate) keys: Vec<Key>,
}

/// A key and its counterpart.
pub(crate) struct Key {
    pub(crate) ty: Type,
    pub(crate) counterpart: Counterpart,
}

/// What a key is held against.
pub(crate) enum Counterpart {
    /// The key of the map that the object declares under this name.
    Map(Text),
    /// The type of this name.
    Btf(Text),
}

const USAGE: &str = "expected `FlowKey, file = \"flow.bpf.o\", map = \"flows\"`, or `file = \"flow.bpf.o\", FlowKey: map = \
                     \"flows\", OtherKey: btf = \"other_key\"`";

impl Parse for Input {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let krate = input.parse()?;
        input.parse::<Token![,]>()?;
        if input.is_empty() {
            return Err(syn::Error::new(Span::call_site(), USAGE));
        }
        let is_name_of_file = input.peek(Ident) && input.peek2(Token![=]);
        let (file, keys) = if is_name_of_file { several(input)? } else { one(input)? };
        Ok(Self { krate, file, keys })
    }
}

/// `file = "flow.bpf.o", FlowKey: map = "flows", OtherKey: btf = "other_key"`.
fn several(input: ParseStream<'_>) -> syn::Result<(Text, Vec<Key>)> {
    let file = match Argument::parse(input)? {
        Argument::File(file) => file,
        Argument::Counterpart(name, _) => return Err(syn::Error::new(name.span(), USAGE)),
    };
    let mut keys = Vec::new();
    while comma(input)? {
        let ty = input.parse()?;
        if !input.peek(Token![:]) {
            return Err(input.error("expected `:`, and `map = \"...\"` or `btf = \"...\"` behind it"));
        }
        input.parse::<Token![:]>()?;
        match Argument::parse(input)? {
            Argument::Counterpart(_, counterpart) => keys.push(Key { ty, counterpart }),
            Argument::File(file) => return Err(file.error("one call reads one file, which stands before all keys")),
        }
    }
    if keys.is_empty() { Err(file.error("which keys? add `FlowKey: map = \"flows\"`")) } else { Ok((file, keys)) }
}

/// `FlowKey, file = "flow.bpf.o", map = "flows"`.
fn one(input: ParseStream<'_>) -> syn::Result<(Text, Vec<Key>)> {
    let ty: Type = input.parse()?;
    let (mut file, mut counterpart) = (None, None);
    while comma(input)? {
        match Argument::parse(input)? {
            Argument::File(again) if file.is_some() => return Err(again.error("`file` is given twice")),
            Argument::Counterpart(name, _) if counterpart.is_some() => {
                return Err(syn::Error::new(name.span(), "a key has one counterpart: remove `map` or `btf`"));
            }
            Argument::File(name) => file = Some(name),
            Argument::Counterpart(_, given) => counterpart = Some(given),
        }
    }
    let Some(file) = file else {
        let message = "in which file? add `file = \"flow.bpf.o\"`, a path from this package's folder";
        return Err(syn::Error::new_spanned(ty, message));
    };
    let Some(counterpart) = counterpart else {
        let message = "held against what? add `map = \"...\"`, or `btf = \"...\"` for a type by its name";
        return Err(syn::Error::new_spanned(ty, message));
    };
    Ok((file, vec![Key { ty, counterpart }]))
}

/// Whether something follows behind a comma.
fn comma(input: ParseStream<'_>) -> syn::Result<bool> {
    if input.is_empty() {
        return Ok(false);
    }
    input.parse::<Token![,]>()?;
    Ok(!input.is_empty())
}

enum Argument {
    File(Text),
    Counterpart(Ident, Counterpart),
}

impl Parse for Argument {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = input.call(Ident::parse_any)?;
        let is = |expected| name == expected;
        if !(is("file") || is("map") || is("btf")) {
            let message = format!("unknown argument `{name}`, expected `file`, `map` or `btf`");
            return Err(syn::Error::new(name.span(), message));
        }
        input.parse::<Token![=]>()?;
        if is("file") {
            return Ok(Self::File(input.parse()?));
        }
        let text = input.parse()?;
        let counterpart = if is("map") { Counterpart::Map(text) } else { Counterpart::Btf(text) };
        Ok(Self::Counterpart(name, counterpart))
    }
}
