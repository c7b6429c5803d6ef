//! The text in Rust: the key that mirrors a struct, with every byte's owner where C's rules put it.

use std::fmt::Write;

use crate::layout::Place;
use crate::model::{Composite, Enum, Member, Order, Pack, Type};

/// A key, and what it says about its counterpart.
pub(crate) struct Key {
    pub(crate) text: String,
    /// The key itself first.
    pub(crate) levels: Vec<Level>,
}

/// A derived struct: the key or one nested in it.
pub(crate) struct Level {
    /// The tag of the C type.
    pub(crate) tag: String,
    /// The path of the field that has this type, from the key; `hops[]` for elements.
    pub(crate) ours: String,
    /// The same of the member.
    pub(crate) theirs: String,
    /// Bytes.
    pub(crate) size: u64,
    pub(crate) fields: Vec<Field>,
}

pub(crate) struct Field {
    pub(crate) name: String,
    /// Where C has it, a path of members from the level's type; empty for bytes without one name.
    pub(crate) member: String,
    pub(crate) has_rename: bool,
    /// Bytes.
    pub(crate) start: u64,
    pub(crate) size: u64,
    pub(crate) ours: Ours,
    /// The lengths of the array that it is.
    pub(crate) dimensions: Vec<u64>,
    ty: String,
    align: u64,
    attributes: Vec<String>,
}

/// What a field is, or the elements of an array.
#[derive(Clone, Debug)]
pub(crate) enum Ours {
    Int {
        size: u64,
        signed: bool,
        order: Order,
    },
    Bool,
    Enum(Enum),
    Text(u64),
    Pointer,
    /// Padding without a member, or C's own.
    Padding,
    Nested,
    Raw,
}

/// Writes the module with the key for `root`, which is called `Key`.
pub(crate) fn key(root: &Composite) -> Key {
    let mut builder = Builder { text: String::new(), levels: Vec::new(), count: 0 };
    builder.level(root, "Key", "", "");
    builder.levels.reverse();
    Key { text: builder.text, levels: builder.levels }
}

struct Builder {
    text: String,
    levels: Vec<Level>,
    count: usize,
}

/// Where a member is met on the way through types that have no key of their own.
#[derive(Clone)]
struct Scope {
    base: u64,
    prefix: String,
    /// The member must be named by its path.
    by_path: bool,
    ours: String,
    theirs: String,
}

impl Builder {
    /// Writes a derived struct and returns its alignment.
    fn level(&mut self, composite: &Composite, name: &str, ours: &str, theirs: &str) -> u64 {
        let size = composite.layout().size;
        let scope =
            Scope { base: 0, prefix: String::new(), by_path: false, ours: ours.to_owned(), theirs: theirs.to_owned() };
        let mut parts = Vec::new();
        self.members(composite, &scope, &mut parts);
        let fields = with_padding(joined(parts), size);
        let (repr, align) = repr(composite, &fields, size);
        let btf = if ours.is_empty() { format!("#[mapkey(btf = \"{}\")]\n", composite.tag) } else { String::new() };
        let _ = write!(self.text, "#[derive(Clone, Copy, MapKey)]\n#[repr({repr})]\n{btf}pub struct {name} {{\n");
        for field in &fields {
            if !field.attributes.is_empty() {
                let _ = writeln!(self.text, "    #[mapkey({})]", field.attributes.join(", "));
            }
            let raw = if ["type", "match"].contains(&&*field.name) { "r#" } else { "" };
            let _ = writeln!(self.text, "    pub {raw}{}: {},", field.name, field.ty);
        }
        self.text.push_str("}\n");
        let (tag, ours, theirs) = (composite.tag.clone(), ours.to_owned(), theirs.to_owned());
        self.levels.push(Level { tag, ours, theirs, size, fields });
        align
    }

    fn members(&mut self, composite: &Composite, scope: &Scope, parts: &mut Vec<Part>) {
        for (member, place) in composite.members.iter().zip(composite.layout().places) {
            let place = Place { start: scope.base + place.start, bits: place.bits };
            self.member(member, place, scope, parts);
        }
    }

    fn member(&mut self, member: &Member, place: Place, scope: &Scope, parts: &mut Vec<Part>) {
        if member.bits.is_some() {
            if member.has_bytes() && place.bits > 0 {
                let name = format!("bits_{}", self.number());
                parts.push(Part { place, is_bits: true, field: Field::raw(name, place) });
            }
            return;
        }
        let inner = match &member.ty {
            Type::Composite(inner) => Some(inner),
            _ => None,
        };
        let style = member.mirror.style;
        let path = if member.name.is_empty() { scope.prefix.clone() } else { join(&scope.prefix, &member.name) };
        let below = Scope { base: place.start, prefix: path, by_path: true, ..scope.clone() };
        match inner {
            Some(inner) if inner.is_union => {
                let picked = pick(inner, member.mirror.pick).filter(|_| style % 2 == 1);
                let Some((picked, inside)) = picked else { return self.whole(member, place, scope, parts) };
                let place = Place { start: place.start + inside.start, bits: inside.bits };
                self.member(picked, place, &below, parts);
            }
            Some(inner) if member.name.is_empty() => {
                self.members(inner, &Scope { base: place.start, ..scope.clone() }, parts);
            }
            Some(inner) if style == 1 => self.members(inner, &below, parts),
            _ => self.whole(member, place, scope, parts),
        }
    }

    /// One field for one member.
    fn whole(&mut self, member: &Member, place: Place, scope: &Scope, parts: &mut Vec<Part>) {
        if member.name.is_empty() {
            let name = format!("anonymous_{}", self.number());
            return parts.push(Part { place, is_bits: false, field: Field::raw(name, place) });
        }
        let path = join(&scope.prefix, &member.name);
        let is_no_name = ["self", "crate"].contains(&&*member.name);
        let is_renamed = member.mirror.is_renamed || is_no_name;
        let name = if is_renamed { format!("{}_in_rust", member.name) } else { member.name.clone() };
        let (ty, align, ours, annotation) = self.rust_type(member, &name, scope);
        let mut attributes: Vec<String> = annotation.map(str::to_owned).into_iter().collect();
        let has_rename = is_renamed || scope.by_path;
        if has_rename {
            attributes.push(format!("rename = \"{path}\""));
        }
        let (start, size) = (place.start / 8, place.bits / 8);
        let dimensions = member.ty.element().1;
        let field = Field { name, member: path, has_rename, start, size, ours, dimensions, ty, align, attributes };
        parts.push(Part { place, is_bits: false, field });
    }

    fn rust_type(&mut self, member: &Member, name: &str, scope: &Scope) -> (String, u64, Ours, Option<&'static str>) {
        let style = member.mirror.style;
        let (element, mut dimensions) = member.ty.element();
        let is_array = !dimensions.is_empty();
        let total = member.ty.size();
        let raw = || (format!("[u8; {total}]"), 1, Ours::Raw, Some("bytes"));
        let (ty, align, ours, annotation) = match element {
            Type::Int { size: 1, signed: false, .. } if dimensions.len() == 1 && style == 3 => {
                return (format!("Padding<{total}>"), 1, Ours::Padding, None);
            }
            Type::Int { size, signed, order, .. } if *order == Order::Native && style == 4 => {
                let wrapper = format!("W{}", self.number());
                let int = integer(*size, *signed);
                let _ = write!(
                    self.text,
                    "#[derive(Clone, Copy, MapKey)]\n#[repr(transparent)]\npub struct {wrapper}(pub {int});\n"
                );
                (wrapper, *size, Ours::Int { size: *size, signed: *signed, order: Order::Native }, None)
            }
            Type::Int { size, signed, order, .. } => {
                let int = integer(*size, *signed);
                let ours = Ours::Int { size: *size, signed: *signed, order: order.clone() };
                match order {
                    Order::Native => (int, *size, ours, None),
                    Order::Big if style == 6 && !is_array => (int, *size, ours, Some("network_order")),
                    Order::Big => (format!("Be<{int}>"), *size, ours, None),
                    Order::Little => (format!("Le<{int}>"), *size, ours, None),
                }
            }
            Type::Char if is_array && style > 1 => {
                let len = dimensions.pop().unwrap_or(1);
                (format!("FixedStr<{len}>"), 1, Ours::Text(len), None)
            }
            Type::Char => {
                let signed = style.is_multiple_of(2);
                (integer(1, signed), 1, Ours::Int { size: 1, signed, order: Order::Native }, None)
            }
            Type::Bool => ("bool".to_owned(), 1, Ours::Bool, None),
            Type::Float(_) | Type::Int128 | Type::Array(..) => return raw(),
            Type::Enum(own) => {
                let (size, signed) = own.size();
                // Older compilers write the values of an enum of 64 bits into 32.
                if style.is_multiple_of(2) && size <= 4 {
                    let name = self.enumeration(own);
                    (name, size, Ours::Enum(own.clone()), None)
                } else {
                    (integer(size, signed), size, Ours::Int { size, signed, order: Order::Native }, None)
                }
            }
            Type::Pointer(_) if style % 2 == 1 && !is_array => ("u64".to_owned(), 8, Ours::Pointer, Some("pointer")),
            Type::Pointer(_) => ("KernelPtr".to_owned(), 8, Ours::Pointer, None),
            Type::Composite(inner) if inner.is_union || style == 0 => return raw(),
            Type::Composite(inner) => {
                let rust = format!("T{}", self.number());
                let elements = "[]".repeat(dimensions.len());
                let ours = join(&scope.ours, name) + &elements;
                let theirs = join(&scope.theirs, &join(&scope.prefix, &member.name)) + &elements;
                let align = self.level(inner, &rust, &ours, &theirs);
                (rust, align, Ours::Nested, None)
            }
        };
        let ty = dimensions.iter().rev().fold(ty, |ty, len| format!("[{ty}; {len}]"));
        (ty, align, ours, annotation)
    }

    fn enumeration(&mut self, own: &Enum) -> String {
        let (size, signed) = own.size();
        let name = own.tag.to_uppercase().replace('_', "X");
        let variants: Vec<String> =
            (0..).zip(&own.values).map(|(ordinal, value)| format!("V{ordinal} = {value}")).collect();
        let _ = write!(
            self.text,
            "#[derive(Clone, Copy, MapKey)]\n#[repr({})]\npub enum {name} {{ {} }}\n",
            integer(size, signed),
            variants.join(", ")
        );
        name
    }

    fn number(&mut self) -> usize {
        self.count += 1;
        self.count
    }
}

/// The member of a union that a key can name, from number `wanted` on.
fn pick(union: &Composite, wanted: u8) -> Option<(&Member, Place)> {
    let members: Vec<_> = union.members.iter().zip(union.layout().places).collect();
    let first = usize::from(wanted) % members.len();
    members[first..].iter().chain(&members[..first]).find(|(member, _)| can_be_named(member)).copied()
}

/// Whether the member, or one in it, gets a field that names it.
fn can_be_named(member: &Member) -> bool {
    let style = member.mirror.style;
    match &member.ty {
        _ if member.bits.is_some() => false,
        Type::Composite(inner) if inner.is_union => style % 2 == 1 && pick(inner, member.mirror.pick).is_some(),
        Type::Composite(inner) if member.name.is_empty() || style == 1 => inner.members.iter().any(can_be_named),
        ty => match ty.element().0 {
            Type::Composite(inner) => !inner.is_union && style != 0,
            Type::Float(_) | Type::Int128 => false,
            _ => true,
        },
    }
}

struct Part {
    place: Place,
    is_bits: bool,
    field: Field,
}

/// Bit-fields that follow each other are one field.
fn joined(parts: Vec<Part>) -> Vec<Field> {
    let mut joined: Vec<Part> = Vec::new();
    for part in parts {
        match joined.last_mut() {
            Some(last) if last.is_bits && part.is_bits && part.place.start <= last.place.end().next_multiple_of(8) => {
                last.place.bits = last.place.end().max(part.place.end()) - last.place.start;
                last.field = Field::raw(last.field.name.clone(), last.place);
            }
            _ => joined.push(part),
        }
    }
    joined.into_iter().map(|part| part.field).collect()
}

fn with_padding(fields: Vec<Field>, size: u64) -> Vec<Field> {
    let mut all: Vec<Field> = Vec::new();
    let mut end = 0;
    for field in fields {
        if end < field.start {
            all.push(Field::padding(end, field.start));
        }
        end = field.start + field.size;
        all.push(field);
    }
    if end < size {
        all.push(Field::padding(end, size));
    }
    all
}

impl Field {
    /// Bytes for whatever is at `place`.
    fn raw(name: String, place: Place) -> Self {
        let (start, end) = (place.start / 8, place.end().div_ceil(8));
        Self {
            name,
            member: String::new(),
            has_rename: false,
            start,
            size: end - start,
            ours: Ours::Raw,
            dimensions: Vec::new(),
            ty: format!("[u8; {}]", end - start),
            align: 1,
            attributes: vec!["bytes".to_owned()],
        }
    }

    fn padding(start: u64, end: u64) -> Self {
        let place = Place { start: start * 8, bits: (end - start) * 8 };
        let ty = format!("Padding<{}>", end - start);
        Self { ours: Ours::Padding, ty, attributes: Vec::new(), ..Self::raw(format!("_pad_{start}"), place) }
    }

    pub(crate) fn end(&self) -> u64 {
        self.start + self.size
    }
}

/// The first of the representations that put every field where it is to be, and its alignment.
fn repr(composite: &Composite, fields: &[Field], size: u64) -> (String, u64) {
    let align = |most: u64| fields.iter().map(|field| field.align.min(most)).max().unwrap_or(1);
    let is_natural = |most: u64| {
        size.is_multiple_of(align(most)) && fields.iter().all(|field| field.start.is_multiple_of(field.align.min(most)))
    };
    match composite.pack {
        Pack::Pragma(most) if is_natural(most) => (format!("C, packed({most})"), align(most)),
        Pack::No if is_natural(16) => ("C".to_owned(), align(16)),
        _ => ("C, packed".to_owned(), 1),
    }
}

fn integer(size: u64, signed: bool) -> String {
    format!("{}{}", if signed { 'i' } else { 'u' }, size * 8)
}

pub(crate) fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") }
}
