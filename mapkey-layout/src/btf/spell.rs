//! Types as one writes them in C.

use super::Index;
use super::kinds;
use super::raw::Record;
use crate::types::TypeNames;

/// The most records that one spelling looks at, and the most bytes that it has: parameters of functions have types
/// with parameters in turn.
const MAX_RECORDS: u32 = 64;
const MAX_LEN: usize = 256;

impl TypeNames for Index<'_> {
    fn type_name(&self, id: u32) -> String {
        let mut speller = Speller { index: self, left: MAX_RECORDS };
        let mut name = speller.spell(id);
        if name.len() > MAX_LEN {
            let end = (0..=MAX_LEN).rev().find(|&end| name.is_char_boundary(end)).unwrap_or(0);
            name.truncate(end);
            name.push_str("...");
        }
        name
    }
}

struct Speller<'i, 'd> {
    index: &'i Index<'d>,
    left: u32,
}

impl Speller<'_, '_> {
    /// What cannot be spelled is `...`, or `?` where its record is broken.
    fn spell(&mut self, id: u32) -> String {
        // C's declarators grow from the inside out: `*`, `(*)[3]`.
        let mut declarator = String::new();
        let mut qualifiers = String::new();
        let mut at = id;
        loop {
            let Some(left) = self.left.checked_sub(1) else { return "...".to_owned() };
            self.left = left;
            if at == 0 {
                return join(&qualifiers, "void", &declarator);
            }
            let Ok(record) = self.index.record(at) else { return "?".to_owned() };
            at = record.size_or_type;
            match record.kind() {
                kinds::PTR => {
                    let space = if qualifiers.is_empty() || declarator.is_empty() { "" } else { " " };
                    declarator = format!("*{}{space}{declarator}", qualifiers.trim_end());
                    qualifiers.clear();
                }
                kinds::CONST => qualifiers.push_str("const "),
                kinds::VOLATILE => qualifiers.push_str("volatile "),
                kinds::RESTRICT => qualifiers.push_str("restrict "),
                kinds::TYPE_TAG => {}
                kinds::ARRAY => {
                    let Ok([element, _, len]) = record.words() else { return "?".to_owned() };
                    parenthesise(&mut declarator);
                    declarator += &if len == 0 { "[]".to_owned() } else { format!("[{len}]") };
                    at = element;
                }
                kinds::FUNC_PROTO => {
                    parenthesise(&mut declarator);
                    declarator += &self.parameters(&record);
                }
                _ => return join(&qualifiers, &self.named(&record), &declarator),
            }
            if declarator.len() > MAX_LEN {
                return "...".to_owned();
            }
        }
    }

    fn parameters(&mut self, function: &Record<'_>) -> String {
        let mut list = String::new();
        let rows = function.rows();
        let count = rows.len();
        for (row, [name, ty]) in rows.enumerate() {
            if row > 0 {
                list.push_str(", ");
            }
            let variadic = row + 1 == count && name == 0 && ty == 0;
            if variadic || list.len() > MAX_LEN || self.left == 0 {
                list.push_str("...");
                break;
            }
            list.push_str(&self.spell(ty));
        }
        if list.is_empty() { "(void)".to_owned() } else { format!("({list})") }
    }

    fn named(&self, record: &Record<'_>) -> String {
        let keyword = match record.kind() {
            kinds::STRUCT => "struct",
            kinds::FWD if !record.kind_flag() => "struct",
            kinds::UNION | kinds::FWD => "union",
            kinds::ENUM | kinds::ENUM64 => "enum",
            _ => "",
        };
        let name = self.index.strings.get(record.name_off, || record.offset).unwrap_or("?");
        match (keyword, name) {
            ("", "") => "?".to_owned(),
            ("", name) => name.to_owned(),
            (keyword, "") => keyword.to_owned(),
            (keyword, name) => format!("{keyword} {name}"),
        }
    }
}

/// A pointer binds weaker than an array's or a function's brackets.
fn parenthesise(declarator: &mut String) {
    if declarator.starts_with('*') {
        *declarator = format!("({declarator})");
    }
}

fn join(qualifiers: &str, base: &str, declarator: &str) -> String {
    let space = if declarator.is_empty() || declarator.starts_with('[') { "" } else { " " };
    format!("{qualifiers}{base}{space}{declarator}")
}
