//! The values that attributes take.

use std::fmt::Display;

use proc_macro2::{Span, TokenStream};
use syn::{Lit, LitInt, LitStr, Path};

use super::{Item, Value};
use crate::errors::Faults;

/// A size or an offset that the user expects.
pub(crate) struct Pin {
    pub(crate) bytes: usize,
    /// Where the literal stands.
    pub(crate) span: Span,
}

impl Item {
    /// The item stands alone.
    pub(super) fn flag(&self, faults: &mut Faults) -> bool {
        let (Value::Assigned(tokens) | Value::List(tokens)) = &self.value else { return true };
        let name = &self.name;
        let message = format_args!("`{name}` stands alone, it takes no value");
        if tokens.is_empty() {
            faults.at(name, message)
        } else {
            faults.at(tokens, message)
        }
        false
    }

    /// `name = "text"`.
    pub(super) fn string(&self, example: &str, faults: &mut Faults) -> Option<LitStr> {
        self.literal(format_args!("a string: `{} = \"{example}\"`", self.name), faults)
    }

    /// `name = 16`.
    pub(super) fn pin(&self, faults: &mut Faults) -> Option<Pin> {
        let literal: LitInt =
            self.literal(format_args!("a number of bytes as an integer literal: `{} = 16`", self.name), faults)?;
        if !matches!(literal.suffix(), "" | "usize") {
            faults.at(
                &literal,
                format_args!("write it without the suffix: `{} = {}`", self.name, literal.base10_digits()),
            );
            return None;
        }
        match literal.base10_parse() {
            Ok(bytes) => Some(Pin { bytes, span: literal.span() }),
            Err(_) => {
                faults.at(&literal, "no key is that large");
                None
            }
        }
    }

    /// `name = "path::to::module"`.
    pub(super) fn path(&self, example: &str, faults: &mut Faults) -> Option<Path> {
        let literal = self.string(example, faults)?;
        match literal.parse_with(Path::parse_mod_style) {
            Ok(path) => Some(path),
            Err(_) => {
                faults.at(&literal, format_args!("`{}` is no path, expected one like `{example}`", literal.value()));
                None
            }
        }
    }

    fn literal<L: FromLiteral>(&self, expected: impl Display, faults: &mut Faults) -> Option<L> {
        let name = &self.name;
        let tokens = match &self.value {
            Value::Assigned(tokens) => tokens,
            Value::List(tokens) if !tokens.is_empty() => tokens,
            Value::None | Value::List(_) => {
                faults.at(name, format_args!("`{name}` takes {expected}"));
                return None;
            }
        };
        let literal = match &self.value {
            Value::Assigned(tokens) => L::from_tokens(tokens),
            _ => None,
        };
        if literal.is_none() {
            faults.at(tokens, format_args!("`{name}` takes {expected}"));
        }
        literal
    }
}

trait FromLiteral: Sized {
    fn from_tokens(tokens: &TokenStream) -> Option<Self>;
}

impl FromLiteral for LitStr {
    fn from_tokens(tokens: &TokenStream) -> Option<Self> {
        match syn::parse2(tokens.clone()) {
            Ok(Lit::Str(literal)) if literal.suffix().is_empty() => Some(literal),
            _ => None,
        }
    }
}

impl FromLiteral for LitInt {
    fn from_tokens(tokens: &TokenStream) -> Option<Self> {
        match syn::parse2(tokens.clone()) {
            // `-1` parses as a literal too.
            Ok(Lit::Int(literal)) if !literal.base10_digits().starts_with('-') => Some(literal),
            _ => None,
        }
    }
}

/// The literal holds names as C has them, joined by dots where `path` allows it.
pub(super) fn check_c_name(literal: &LitStr, path: bool, faults: &mut Faults) {
    let text = literal.value();
    if text.is_empty() {
        faults.at(literal, "this name is empty");
        return;
    }
    for keyword in ["struct ", "union ", "enum "] {
        if let Some(name) = text.strip_prefix(keyword) {
            faults
                .at(literal, format_args!("BTF names have no `{}` before them: write \"{name}\"", keyword.trim_end()));
            return;
        }
    }
    if !path && text.contains('.') {
        faults.at(literal, format_args!("`{text}` is a path, and this takes one name"));
    } else if let Some(part) = text.split('.').find(|part| !is_c_identifier(part)) {
        let is_whole = part.len() == text.len();
        let within = if is_whole { String::new() } else { format!(" in `{text}`") };
        faults
            .at(literal, format_args!("`{part}`{within} is no name in C: letters, digits and `_`, and no digit first"));
    }
}

fn is_c_identifier(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && text.starts_with(|c: char| !c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::is_c_identifier;

    #[test]
    fn c_identifiers() {
        for name in ["a", "_", "bpf_sock_tuple", "u6_addr32", "sock___v512"] {
            assert!(is_c_identifier(name), "{name}");
        }
        for name in ["", "6addr", "a b", "a-b", "a[0]", "größe", "a::b"] {
            assert!(!is_c_identifier(name), "{name}");
        }
    }
}
