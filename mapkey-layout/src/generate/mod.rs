//! The Rust key for a type that a source has.

mod fields;
mod names;
mod types;

use std::collections::HashSet;
use std::fmt::Write;

use crate::Counterpart;
use crate::types::{Shape, TypeIndex, TypeTable};

use fields::{Line, lines};
use names::type_name;

/// Where a generated key's counterpart is, which its attribute says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The kernel: `#[mapkey(kernel = "...")]`.
    Kernel,
    /// An object or a BTF file: `#[mapkey(btf = "...")]`.
    Object,
}

/// A type that no key can mirror.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotGeneratable {
    /// It is no struct and no union.
    #[error("{counterpart} is no struct: use the Rust type of its size as the key")]
    NoStruct {
        /// The type as one writes it in C.
        counterpart: String,
    },
    /// It has no bytes that could be compared.
    #[error("{counterpart} has no bytes, and a key needs at least one")]
    NoBytes {
        /// The type as one writes it in C.
        counterpart: String,
    },
}

/// Writes the Rust key that mirrors each of `theirs`, and before it a key for each struct in it. No two are called alike.
///
/// `path` is the name under which a source has the type, `bpf_sock_tuple.ipv4`. Every byte has a field:
/// bit-fields, unions and what Rust has no key type for are raw storage, holes are `Padding`. The
/// text needs `use mapkey_runtime::prelude::*;` or the same from `mapkey_ebpf`.
///
/// # Errors
///
/// [`NotGeneratable`] if a type is no struct or union, or has no bytes.
pub(crate) fn generate(theirs: &[Counterpart<'_>], path: &str, origin: Origin) -> Result<Vec<String>, NotGeneratable> {
    let mut taken = HashSet::new();
    theirs.iter().map(|theirs| generate_one(theirs, path, origin, &mut taken)).collect()
}

/// `taken` are the names of the types before.
fn generate_one(
    theirs: &Counterpart<'_>,
    path: &str,
    origin: Origin,
    taken: &mut HashSet<String>,
) -> Result<String, NotGeneratable> {
    let counterpart = theirs.name().to_owned();
    let (table, ty) = theirs.parts();
    if !matches!(table.get(ty.index).shape, Shape::Struct(_) | Shape::Union(_)) {
        return Err(NotGeneratable::NoStruct { counterpart });
    }
    if theirs.size() == 0 {
        return Err(NotGeneratable::NoBytes { counterpart });
    }
    let mut writer = Writer { table, taken, written: Vec::new(), text: String::new() };
    let attribute = match origin {
        Origin::Kernel => format!("#[mapkey(kernel = \"{path}\")]\n"),
        Origin::Object => format!("#[mapkey(btf = \"{path}\")]\n"),
    };
    let doc = format!("/// Mirrors `{counterpart}`.\n");
    let name = writer.unused(&type_name(&path.replace('.', "_")));
    writer.key(ty.index, &name, &doc, &attribute);
    Ok(writer.text)
}

/// The keys that are written so far.
struct Writer<'t> {
    table: &'t TypeTable<'t>,
    taken: &'t mut HashSet<String>,
    written: Vec<Written>,
    text: String,
}

/// A struct that has its key.
struct Written {
    index: TypeIndex,
    name: String,
    /// The alignment that Rust gives to the key, which can be less than C's: raw storage has none.
    align: u64,
}

impl Writer<'_> {
    /// A name that no type has yet.
    fn unused(&mut self, wish: &str) -> String {
        names::unused(self.taken, wish)
    }

    /// The Rust name and alignment of a nested struct, which is written first.
    fn nested(&mut self, index: TypeIndex, hint: &str) -> (String, u64) {
        if let Some(written) = self.written.iter().find(|written| written.index == index) {
            return (written.name.clone(), written.align);
        }
        let ty = self.table.get(index);
        let (name, doc) = match ty.name {
            "" => (type_name(hint), format!("/// The type of `{hint}`, which has no name.\n")),
            own => (type_name(own), format!("/// Mirrors `struct {own}`.\n")),
        };
        let name = self.unused(&name);
        let align = self.key(index, &name, &doc, "");
        (name, align)
    }

    /// Writes a key and gives its alignment.
    fn key(&mut self, index: TypeIndex, name: &str, doc: &str, attribute: &str) -> u64 {
        // Before its fields' types are written, which must not take its name.
        let place = self.written.len();
        self.written.push(Written { index, name: name.to_owned(), align: 1 });
        let lines = lines(self, index);
        let is_natural = types::is_natural(&lines, self.table.get(index).size);
        let (repr, align) = if is_natural { ("C", types::align(&lines)) } else { ("C, packed", 1) };
        self.written[place].align = align;
        let gap = if self.text.is_empty() { "" } else { "\n" };
        let _ = write!(
            self.text,
            "{gap}{doc}#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, MapKey)]\n#[repr({repr})]\n{attribute}pub struct {name} {{\n"
        );
        for line in &lines {
            match line {
                Line::Comment(comment) => {
                    let _ = writeln!(self.text, "    // {comment}");
                }
                Line::Field(field) => {
                    let _ = writeln!(self.text, "    /// {}: {}.", field.place(), field.origin);
                    if let Some(attribute) = &field.attribute {
                        let _ = writeln!(self.text, "    #[mapkey({attribute})]");
                    }
                    let _ = writeln!(self.text, "    pub {}: {},", field.name, field.ty.spelling);
                }
            }
        }
        self.text.push_str("}\n");
        align
    }
}
