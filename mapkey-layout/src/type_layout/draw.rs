//! A type as C declares it, with offsets, holes and padding.

use std::fmt;

use super::{FieldLayout, Hole, TypeKind, TypeLayout};
use crate::compare::finding::bytes;

impl fmt::Display for TypeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Struct => "struct",
            Self::Union => "union",
            Self::Enum => "enum",
            Self::Int => "int",
            Self::Float => "float",
            Self::Pointer => "pointer",
            Self::Array => "array",
            Self::Unsized => "type without size",
        })
    }
}

/// One line of the drawing: what C has, and its bytes.
struct Line {
    depth: usize,
    code: String,
    place: Option<Place>,
}

struct Place {
    offset: String,
    size: String,
    note: &'static str,
}

impl fmt::Display for TypeLayout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, name, id, size, align, .. } = self;
        let sizes = format!("{}, align {align}, id {id}", bytes(*size));
        let name = if name.is_empty() { String::new() } else { format!(" {name}") };
        let has_body = !self.fields.is_empty() || !self.values.is_empty();
        if !has_body {
            return writeln!(f, "{kind}{name};  // {sizes}");
        }
        writeln!(f, "{kind}{name} {{  // {sizes}")?;
        for (name, value) in &self.values {
            writeln!(f, "    {name} = {value},")?;
        }
        let mut drawing = Drawing { holes: &self.holes, lines: Vec::new(), end: *size };
        drawing.fields(&self.fields, 1);
        drawing.holes_before(u64::MAX, 1);
        drawing.write(f)?;
        writeln!(f, "}};")
    }
}

struct Drawing<'a> {
    /// Those that are not drawn yet.
    holes: &'a [Hole],
    lines: Vec<Line>,
    end: u64,
}

impl Drawing<'_> {
    fn fields(&mut self, fields: &[FieldLayout], depth: usize) {
        for field in fields {
            self.holes_before(field.offset, depth);
            let place = Place { offset: offset(field), size: field.size.to_string(), note: "" };
            let inner = if field.name.is_empty() { &field.fields } else { &field.type_fields };
            if inner.is_empty() {
                let width = field.bits.map_or_else(String::new, |bits| format!(":{}", bits.bit_size));
                let code = format!("{}{width};", declare(&field.type_name, &field.name));
                self.lines.push(Line { depth, code, place: Some(place) });
                continue;
            }
            self.lines.push(Line { depth, code: format!("{} {{", field.type_name), place: Some(place) });
            self.fields(inner, depth + 1);
            self.holes_before(field.offset.saturating_add(field.size), depth + 1);
            let code = if field.name.is_empty() { "};".to_owned() } else { format!("}} {};", field.name) };
            self.lines.push(Line { depth, code, place: None });
        }
    }

    /// The holes that start before byte `end` and are not drawn yet.
    fn holes_before(&mut self, end: u64, depth: usize) {
        while let [hole, rest @ ..] = self.holes {
            if hole.offset >= end {
                return;
            }
            self.holes = rest;
            let note = if hole.offset.saturating_add(hole.size) == self.end { "padding" } else { "hole" };
            let place = Place { offset: hole.offset.to_string(), size: hole.size.to_string(), note };
            let code = format!("// {} that no member covers", bytes(hole.size));
            self.lines.push(Line { depth, code, place: Some(place) });
        }
    }

    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = |line: &Line| format!("{:indent$}{}", "", line.code, indent = line.depth * 4);
        let width = self.lines.iter().map(|line| code(line).chars().count()).max().unwrap_or(0).min(MAX_CODE);
        for line in &self.lines {
            match &line.place {
                Some(Place { offset, size, note }) => {
                    let text = format!("{:<width$}  // {offset:>6} {size:>5}  {note}", code(line));
                    writeln!(f, "{}", text.trim_end())?;
                }
                None => writeln!(f, "{}", code(line))?,
            }
        }
        Ok(())
    }
}

/// Longer lines push their own numbers to the right, not everybody's.
const MAX_CODE: usize = 64;

/// Bytes, and bits behind a colon for a bit-field, as pahole has them.
fn offset(field: &FieldLayout) -> String {
    match field.bits {
        Some(bits) => format!("{}:{}", bits.bit_offset / 8, bits.bit_offset % 8),
        None => field.offset.to_string(),
    }
}

/// `char[16]` and `comm` are `char comm[16]` in C, `void (*)(int)` and `func` are
/// `void (*func)(int)`.
pub(crate) fn declare(type_name: &str, name: &str) -> String {
    if let Some(at) = type_name.find("(*") {
        let (before, behind) = type_name.split_at(at + 2);
        return format!("{before}{name}{behind}");
    }
    let (element, dimensions) = type_name.split_at(type_name.find('[').unwrap_or(type_name.len()));
    let space = if name.is_empty() || element.ends_with('*') { "" } else { " " };
    format!("{element}{space}{name}{dimensions}")
}

#[cfg(test)]
mod tests {
    use super::declare;

    #[test]
    fn declarations_as_c_has_them() {
        assert_eq!(declare("char[16]", "comm"), "char comm[16]");
        assert_eq!(declare("struct sock *", "sk"), "struct sock *sk");
        assert_eq!(declare("void (*)(struct work *)", "func"), "void (*func)(struct work *)");
        assert_eq!(declare("unsigned int", ""), "unsigned int");
        assert_eq!(declare("u8[2][3]", "grid"), "u8 grid[2][3]");
    }
}
