//! Text, and the file that it names: expressions that the compiler would evaluate later than they are needed, so that
//! they are evaluated here.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use mapkey_layout::{did_you_mean, nearest};
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Expr, ExprLit, Lit, LitStr, Macro, Token};

/// How many names a message offers.
const NEAREST_COUNT: usize = 2;

/// Text as the user wrote it, and what that evaluates to.
pub(crate) struct Text {
    tokens: TokenStream,
    text: String,
    /// One literal, rather than put together.
    is_plain: bool,
    /// The variables of the environment that it depends on.
    pub(crate) variables: Vec<String>,
}

impl Parse for Text {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let expression: Expr = input.parse()?;
        let mut variables = Vec::new();
        let text = evaluate(&expression, &mut variables)?;
        let is_plain = !matches!(expression, Expr::Macro(_));
        let text = Self { tokens: expression.into_token_stream(), text, is_plain, variables };
        if text.text.is_empty() { Err(text.error("the name is empty")) } else { Ok(text) }
    }
}

impl Text {
    /// The content of the file of this name, from the package's folder where it is relative, and where it is.
    pub(crate) fn read(&self) -> syn::Result<(PathBuf, Vec<u8>)> {
        let folder = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
        let path = folder.join(&self.text);
        match fs::read(&path) {
            Ok(content) => Ok((path, content)),
            Err(error) => Err(self.error(unreadable(&path, &error))),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The file as messages call it: as the user wrote it, or the last part of a path that was put together.
    pub(crate) fn file_name(&self) -> &str {
        let last = || Path::new(&self.text).file_name()?.to_str();
        if self.is_plain { &self.text } else { last().unwrap_or(&self.text) }
    }

    pub(crate) fn error(&self, message: impl std::fmt::Display) -> syn::Error {
        syn::Error::new_spanned(&self.tokens, message)
    }
}

/// What to say about a file that cannot be read.
fn unreadable(path: &Path, error: &io::Error) -> String {
    let (folder, name) = (path.parent().unwrap_or(Path::new("")), path.file_name().unwrap_or_default().display());
    if error.kind() != io::ErrorKind::NotFound {
        return format!("{} cannot be read: {error}", path.display());
    }
    let gone = path.ancestors().skip(1).take_while(|folder| !folder.exists()).last();
    if let Some(gone) = gone {
        return format!("there is no folder {}{}", gone.display(), did_you_mean(&neighbours(gone)));
    }
    let nearest = neighbours(path);
    let hint = if nearest.is_empty() { "; does something build it before?".to_owned() } else { did_you_mean(&nearest) };
    format!("there is no `{name}` in {}{hint}", folder.display())
}

/// The entries of the path's folder that are called most like it.
fn neighbours(path: &Path) -> Vec<String> {
    let (Some(folder), Some(wanted)) = (path.parent(), path.file_name()) else { return Vec::new() };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let names: Vec<_> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    let nearest = nearest(&wanted.to_string_lossy(), names.iter().map(String::as_str), NEAREST_COUNT);
    nearest.into_iter().map(str::to_owned).collect()
}

/// The text of a literal, `concat!`, `env!` or `stringify!`, in each other.
fn evaluate(expression: &Expr, variables: &mut Vec<String>) -> syn::Result<String> {
    match expression {
        Expr::Lit(ExprLit { lit, .. }) => literal(lit),
        // What a `macro_rules!` macro passes on is in a group that nobody sees.
        Expr::Group(group) => evaluate(&group.expr, variables),
        Expr::Paren(paren) => evaluate(&paren.expr, variables),
        Expr::Macro(call) if is(&call.mac, "concat") => {
            let parts = call.mac.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated)?;
            parts.iter().map(|part| evaluate(part, variables)).collect()
        }
        Expr::Macro(call) if is(&call.mac, "stringify") => Ok(call.mac.tokens.to_string()),
        Expr::Macro(call) if is(&call.mac, "env") => {
            let arguments = call.mac.parse_body_with(Punctuated::<LitStr, Token![,]>::parse_terminated)?;
            let Some(name) = arguments.first() else {
                return Err(syn::Error::new_spanned(expression, "`env!` of which variable?"));
            };
            variable(name, variables)
        }
        other => Err(syn::Error::new_spanned(other, "expected a string, `concat!(...)` or `env!(...)`")),
    }
}

fn is(call: &Macro, name: &str) -> bool {
    call.path.segments.last().is_some_and(|segment| segment.ident == name)
}

fn literal(literal: &Lit) -> syn::Result<String> {
    Ok(match literal {
        Lit::Str(text) => text.value(),
        Lit::Char(c) => c.value().to_string(),
        Lit::Int(number) => number.base10_digits().to_owned(),
        Lit::Bool(truth) => truth.value().to_string(),
        other => return Err(syn::Error::new_spanned(other, "expected a string")),
    })
}

fn variable(name: &LitStr, variables: &mut Vec<String>) -> syn::Result<String> {
    let variable = name.value();
    let value = env::var(&variable).map_err(|_| {
        let hint = if variable == "OUT_DIR" { ": it is there where the package has a build script" } else { "" };
        syn::Error::new(name.span(), format!("the environment has no variable `{variable}`{hint}"))
    })?;
    variables.push(variable);
    Ok(value)
}
