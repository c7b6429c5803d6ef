//! C's names in Rust.

use std::collections::HashSet;

/// `flow_key` is `FlowKey`; a name that Rust cannot have gets a `T` in front.
pub(super) fn type_name(name: &str) -> String {
    let mut rust = String::new();
    let mut starts_word = true;
    for c in name.chars() {
        if c == '_' {
            starts_word = true;
        } else if c.is_ascii_alphanumeric() {
            rust.push(if starts_word { c.to_ascii_uppercase() } else { c });
            starts_word = false;
        }
    }
    let is_name = rust.starts_with(|c: char| c.is_ascii_alphabetic()) && rust != "Self" && !PRELUDE.contains(&&*rust);
    if is_name { rust } else { format!("T{rust}") }
}

/// Names that the generated text itself refers to, and names by which the derive knows types that
/// cannot be part of a key.
const PRELUDE: [&str; 31] = [
    "Be",
    "Le",
    "Padding",
    "FixedStr",
    "KernelPtr",
    "MapKey",
    "LpmKey",
    "Ipv4",
    "Ipv6",
    "Mac",
    "Source",
    "Report",
    "Matched",
    "Validate",
    "Clone",
    "Copy",
    "Debug",
    "PartialEq",
    "Eq",
    "Hash",
    "Option",
    "Vec",
    "String",
    "Box",
    "Rc",
    "Arc",
    "Cell",
    "RefCell",
    "NonZero",
    "PhantomData",
    "Result",
];

/// The names of one struct's fields, no two alike.
pub(super) struct FieldNames {
    taken: HashSet<String>,
}

impl FieldNames {
    /// For a struct with these members, of which each that can keeps its name.
    pub(super) fn new<'a>(members: impl Iterator<Item = &'a str>) -> Self {
        let kept = members.map(field_name).filter(|(_, rename)| rename.is_none());
        Self { taken: kept.map(|(name, _)| name).collect() }
    }

    /// A member's name in Rust, and the rename that it needs then.
    pub(super) fn of_member<'m>(&mut self, name: &'m str) -> (String, Option<&'m str>) {
        match field_name(name) {
            (wish, Some(rename)) => (self.unused(&wish), Some(rename)),
            kept => kept,
        }
    }

    pub(super) fn unused(&mut self, wish: &str) -> String {
        unused(&mut self.taken, wish)
    }
}

/// The name wished for, with a number behind it if it is taken; it is from now on.
pub(super) fn unused(taken: &mut HashSet<String>, wish: &str) -> String {
    let numbered = (2..).map(|number| format!("{wish}{number}"));
    let mut names = std::iter::once(wish.to_owned()).chain(numbered);
    let name = names.find(|name| !taken.contains(name)).unwrap_or_default();
    taken.insert(name.clone());
    name
}

/// A field's name in Rust, and the rename that it needs then.
fn field_name(name: &str) -> (String, Option<&str>) {
    let starts_well = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let is_plain = starts_well && name != "_" && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !is_plain || NEVER_RAW.contains(&name) {
        let safe: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        return (format!("{safe}_"), Some(name));
    }
    if KEYWORDS.contains(&name) { (format!("r#{name}"), None) } else { (name.to_owned(), None) }
}

/// Keywords that are none with `r#` either.
const NEVER_RAW: [&str; 4] = ["self", "Self", "super", "crate"];

const KEYWORDS: [&str; 49] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum",
    "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move",
    "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield", "union",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types() {
        assert_eq!(type_name("flow_key"), "FlowKey");
        assert_eq!(type_name("__sk_buff"), "SkBuff");
        assert_eq!(type_name("ipv4"), "TIpv4");
        assert_eq!(type_name("self"), "TSelf");
        assert_eq!(type_name("_"), "T");
    }

    #[test]
    fn fields() {
        assert_eq!(field_name("saddr"), ("saddr".to_owned(), None));
        assert_eq!(field_name("type"), ("r#type".to_owned(), None));
        assert_eq!(field_name("self"), ("self_".to_owned(), Some("self")));
    }

    #[test]
    fn no_two_fields_are_called_alike() {
        let members = ["self_", "self", "_", "__", "bits_0"];
        let mut names = FieldNames::new(members.into_iter());
        let rust: Vec<String> = members.into_iter().map(|member| names.of_member(member).0).collect();
        assert_eq!(rust, ["self_", "self_2", "__2", "__", "bits_0"]);
        assert_eq!([names.unused("bits_0"), names.unused("_pad"), names.unused("_pad")], ["bits_02", "_pad", "_pad2"]);
    }
}
