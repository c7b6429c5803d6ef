//! The text in C.

use std::fmt::Write;

use crate::model::{Composite, Enum, Member, Order, Pack, Type};

/// What all texts begin with.
pub(crate) const PREAMBLE: &str = "\
typedef unsigned char __u8;
typedef signed char __s8;
typedef unsigned short __u16;
typedef short __s16;
typedef unsigned int __u32;
typedef int __s32;
typedef unsigned long long __u64;
typedef long long __s64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u64 __be64;
typedef __u16 __le16;
typedef __u32 __le32;
typedef __u64 __le64;
typedef __u32 u32;
typedef u32 hash_t;
struct elsewhere;
";

/// The definitions of a struct and of all that it needs, and a variable, for compilers emit only the
/// types that something uses.
pub(crate) fn definition(root: &Composite) -> String {
    let mut writer = Writer { text: String::new(), typedefs: 0, tag: root.tag.clone() };
    writer.define(root);
    let _ = writeln!(writer.text, "struct {0} v{0} __attribute__((used, section(\".data\")));", root.tag);
    writer.text
}

struct Writer {
    text: String,
    typedefs: usize,
    tag: String,
}

impl Writer {
    fn define(&mut self, composite: &Composite) {
        let body = self.composite(composite);
        let _ = match composite.pack {
            Pack::Pragma(most) => {
                writeln!(self.text, "#pragma pack(push, {most})\n{body};\n#pragma pack(pop)")
            }
            _ => writeln!(self.text, "{body};"),
        };
    }

    /// The specifier with the members.
    fn composite(&mut self, composite: &Composite) -> String {
        let keyword = if composite.is_union { "union" } else { "struct" };
        let mut attributes = Vec::new();
        if composite.pack == Pack::Packed {
            attributes.push("packed".to_owned());
        }
        if let Some(align) = composite.align {
            attributes.push(format!("aligned({align})"));
        }
        let attributes = match attributes.as_slice() {
            [] => String::new(),
            all => format!(" __attribute__(({}))", all.join(", ")),
        };
        let mut lines = String::new();
        for member in &composite.members {
            let _ = writeln!(lines, "\t{};", self.member(member).replace('\n', "\n\t"));
        }
        if let Some(flexible) = &composite.flexible {
            let flexible = Member::plain("data", flexible.clone());
            let _ = writeln!(lines, "\t{};", self.declarator(&flexible, "[]"));
        }
        let tag = if composite.tag.is_empty() { String::new() } else { format!(" {}", composite.tag) };
        format!("{keyword}{tag} {{\n{lines}}}{attributes}")
    }

    fn member(&mut self, member: &Member) -> String {
        if let (true, Some(composite)) = (member.is_anonymous(), member.ty.composite()) {
            return self.composite(&Composite { tag: String::new(), ..composite.clone() });
        }
        match member.bits {
            Some(bits) => format!("{} : {bits}", self.declarator(member, "")),
            None => self.declarator(member, "") + &aligned(member),
        }
    }

    /// `const __u32 name[2]`, with `outer` behind the name.
    fn declarator(&mut self, member: &Member, outer: &str) -> String {
        let (element, dimensions) = member.ty.element();
        let mut dimensions: Vec<String> = dimensions.iter().map(|len| format!("[{len}]")).collect();
        let mut base = self.base(element);
        for typedef in 0..member.spelling.typedefs {
            self.typedefs += 1;
            let name = format!("t_{}_{}", self.tag, self.typedefs);
            // The last typedef takes the innermost dimension with it.
            let dimension = if typedef > 0 { dimensions.pop().unwrap_or_default() } else { String::new() };
            let _ = writeln!(self.text, "typedef {}{dimension};", place(&base, &name));
            base = name;
        }
        let qualifiers = [(member.spelling.is_const, "const "), (member.spelling.is_volatile, "volatile ")];
        let qualifiers: String = qualifiers.iter().filter(|(is, _)| *is).map(|(_, word)| *word).collect();
        format!("{qualifiers}{}", place(&base, &format!("{}{outer}{}", member.name, dimensions.concat())))
    }

    /// The type's name, with `@` where a declared name goes if that is not the end.
    fn base(&mut self, ty: &Type) -> String {
        match ty {
            Type::Int { size, signed, order, spelling } => integer(*size, *signed, order, *spelling).to_owned(),
            Type::Char => "char".to_owned(),
            Type::Bool => "_Bool".to_owned(),
            Type::Float(4) => "float".to_owned(),
            Type::Float(_) => "double".to_owned(),
            Type::Int128 => "unsigned __int128".to_owned(),
            Type::Pointer(which) => {
                let pointers = [
                    "void *@",
                    "struct elsewhere *@",
                    "const char *const @",
                    "int (*@)(void)",
                    "__be32 **@",
                    "int (*@)[4]",
                ];
                pointers[usize::from(*which) % pointers.len()].to_owned()
            }
            Type::Enum(own) => {
                self.enumeration(own);
                format!("enum {}", own.tag)
            }
            Type::Composite(composite) => {
                self.define(composite);
                format!("{} {}", if composite.is_union { "union" } else { "struct" }, composite.tag)
            }
            Type::Array(element, _) => self.base(element),
        }
    }

    fn enumeration(&mut self, own: &Enum) {
        let packed = if own.packed { " __attribute__((packed))" } else { "" };
        let _ = writeln!(self.text, "enum {} {{ {} }}{packed};", own.tag, enumerators(own).join(", "));
    }
}

fn enumerators(own: &Enum) -> Vec<String> {
    let tag = own.tag.to_uppercase();
    (0..).zip(&own.values).map(|(ordinal, value)| format!("{tag}_V{ordinal} = {value}")).collect()
}

fn place(base: &str, name: &str) -> String {
    if base.contains('@') { base.replacen('@', name, 1) } else { format!("{base} {name}") }
}

fn aligned(member: &Member) -> String {
    member.align.map_or_else(String::new, |align| format!(" __attribute__((aligned({align})))"))
}

fn integer(size: u64, signed: bool, order: &Order, spelling: u8) -> &'static str {
    let names: [&str; 4] = match (size, signed, order) {
        (2, _, Order::Big) => ["__be16"; 4],
        (4, _, Order::Big) => ["__be32"; 4],
        (_, _, Order::Big) => ["__be64"; 4],
        (2, _, Order::Little) => ["__le16"; 4],
        (4, _, Order::Little) => ["__le32"; 4],
        (_, _, Order::Little) => ["__le64"; 4],
        (1, false, _) => ["__u8", "unsigned char", "__u8", "unsigned char"],
        (1, true, _) => ["__s8", "signed char", "__s8", "signed char"],
        (2, false, _) => ["__u16", "unsigned short", "__u16", "unsigned short"],
        (2, true, _) => ["__s16", "short", "__s16", "short int"],
        (4, false, _) => ["__u32", "unsigned int", "u32", "hash_t"],
        (4, true, _) => ["__s32", "int", "__s32", "signed"],
        (_, false, _) => ["__u64", "unsigned long", "unsigned long long", "__u64"],
        (_, true, _) => ["__s64", "long", "long long", "__s64"],
    };
    names[usize::from(spelling) % names.len()]
}
