//! BTF put together record by record, so that a test shows the format, and a walk over everything that a reader gives.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses its part")]
#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the tests' inputs are small")]

use std::fmt::Write;

use mapkey_layout::btf::{Btf, BtfError, Index};
use mapkey_layout::types::{Shape, TypeTable, TypeUse};

pub const INT: u32 = 1;
pub const PTR: u32 = 2;
pub const ARRAY: u32 = 3;
pub const STRUCT: u32 = 4;
pub const UNION: u32 = 5;
pub const ENUM: u32 = 6;
pub const FWD: u32 = 7;
pub const TYPEDEF: u32 = 8;
pub const VOLATILE: u32 = 9;
pub const CONST: u32 = 10;
pub const RESTRICT: u32 = 11;
pub const FUNC: u32 = 12;
pub const FUNC_PROTO: u32 = 13;
pub const VAR: u32 = 14;
pub const DATASEC: u32 = 15;
pub const FLOAT: u32 = 16;
pub const DECL_TAG: u32 = 17;
pub const TYPE_TAG: u32 = 18;
pub const ENUM64: u32 = 19;

pub const SIGNED: u32 = 1 << 24;
pub const CHAR: u32 = 2 << 24;
pub const BOOL: u32 = 4 << 24;
pub const KIND_FLAG: u32 = 1 << 31;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    Little,
    Big,
}

/// BTF as words, written in either byte order.
pub struct Builder {
    strings: Vec<u8>,
    words: Vec<u32>,
    count: u32,
    /// Bytes of strings and records of the BTF that this one continues.
    base: (u32, u32),
    /// The words of the header behind `str_len`.
    pub more_header: Vec<u32>,
    /// `struct btf_layout` by kind; the header gets its place.
    pub layout: Option<Vec<[u8; 4]>>,
}

impl Builder {
    pub fn new() -> Self {
        Self { strings: vec![0], words: Vec::new(), count: 0, base: (0, 0), more_header: Vec::new(), layout: None }
    }

    /// Split BTF, which goes on where `base` ends.
    pub fn on(base: &Self) -> Self {
        Self { strings: Vec::new(), base: (base.strings.len() as u32, base.count), ..Self::new() }
    }

    /// The offset of a name in the string section.
    pub fn name(&mut self, name: &str) -> u32 {
        if name.is_empty() {
            return 0;
        }
        let offset = self.base.0 + self.strings.len() as u32;
        self.strings.extend(name.as_bytes());
        self.strings.push(0);
        offset
    }

    /// Appends a record: name, `kind` with `kind_flag`, `vlen`, size or type, and the words behind these. Gives its id.
    pub fn record(&mut self, name: &str, kind: u32, vlen: usize, size_or_type: u32, body: &[u32]) -> u32 {
        let name = self.name(name);
        self.raw(&[name, (kind << 24) | vlen as u32 | (kind & KIND_FLAG), size_or_type]);
        self.words.extend(body);
        self.count += 1;
        self.base.1 + self.count
    }

    pub fn raw(&mut self, words: &[u32]) {
        self.words.extend(words);
    }

    /// The id that the next record gets.
    pub fn next_id(&self) -> u32 {
        self.base.1 + self.count + 1
    }

    pub fn int(&mut self, name: &str, size: u32, encoding: u32) -> u32 {
        self.record(name, INT, 0, size, &[encoding | (size * 8)])
    }

    /// A record that has nothing but a type.
    pub fn modifier(&mut self, kind: u32, name: &str, ty: u32) -> u32 {
        self.record(name, kind, 0, ty, &[])
    }

    pub fn typedef(&mut self, name: &str, ty: u32) -> u32 {
        self.modifier(TYPEDEF, name, ty)
    }

    pub fn ptr(&mut self, to: u32) -> u32 {
        self.modifier(PTR, "", to)
    }

    pub fn array(&mut self, element: u32, len: u32) -> u32 {
        self.record("", ARRAY, 0, 0, &[element, 1, len])
    }

    /// A struct or a union; `kind` may have [`KIND_FLAG`]. Members are name, type and the word with the offset in bits.
    pub fn composite(&mut self, kind: u32, name: &str, size: u32, members: &[(&str, u32, u32)]) -> u32 {
        let body: Vec<u32> = members.iter().flat_map(|&(name, ty, offset)| [self.name(name), ty, offset]).collect();
        self.record(name, kind, members.len(), size, &body)
    }

    pub fn structure(&mut self, name: &str, size: u32, members: &[(&str, u32, u32)]) -> u32 {
        self.composite(STRUCT, name, size, members)
    }

    pub fn enumeration(&mut self, kind: u32, name: &str, size: u32, values: &[(&str, i64)]) -> u32 {
        let wide = kind & !KIND_FLAG == ENUM64;
        let mut body = Vec::new();
        for &(name, value) in values {
            body.extend([self.name(name), value as u32]);
            body.extend(wide.then_some((value >> 32) as u32));
        }
        self.record(name, kind, values.len(), size, &body)
    }

    pub fn build(&self, order: Order) -> Vec<u8> {
        let types_len = self.words.len() as u32 * 4;
        let layout = self.layout.clone().unwrap_or_default();
        let layout_len = layout.len() as u32 * 4;
        let mut header = vec![0, types_len, types_len + layout_len, self.strings.len() as u32];
        if self.layout.is_some() {
            header.extend([types_len, layout_len]);
        }
        header.extend(&self.more_header);
        let mut bytes = match order {
            Order::Little => vec![0x9f, 0xeb, 1, 0],
            Order::Big => vec![0xeb, 0x9f, 1, 0],
        };
        let mut words = vec![header.len() as u32 * 4 + 8];
        words.extend(header);
        words.extend(&self.words);
        for word in words {
            bytes.extend(match order {
                Order::Little => word.to_le_bytes(),
                Order::Big => word.to_be_bytes(),
            });
        }
        bytes.extend(layout.as_flattened());
        bytes.extend(&self.strings);
        bytes
    }

    pub fn native(&self) -> Vec<u8> {
        self.build(if cfg!(target_endian = "little") { Order::Little } else { Order::Big })
    }
}

/// Indexes `data` and panics with the error where that does not work.
pub fn index<'d>(data: &'d [u8], wanted: &[&str]) -> Index<'d> {
    let indexed = Btf::parse(data).and_then(|btf| btf.index(wanted));
    indexed.unwrap_or_else(|error| panic!("{error}"))
}

/// The error of loading one type.
pub fn load_error(data: &[u8], id: u32) -> BtfError {
    let index = index(data, &[]);
    match index.load(&[id]) {
        Ok(_) => panic!("type {id} was loaded"),
        Err(error) => error,
    }
}

/// One type with everything in it, a line for each.
pub fn dump(data: &[u8], id: u32) -> String {
    let index = index(data, &[]);
    let (types, uses) = index.load(&[id]).unwrap_or_else(|error| panic!("{error}"));
    let mut text = String::new();
    describe(&types, uses[0], 0, &mut text);
    text
}

fn describe(types: &TypeTable<'_>, ty: TypeUse, depth: usize, text: &mut String) {
    let found = types.get(ty.index);
    let _ = write!(text, "{}: size {} align {}", types.spell(ty), found.size, found.align);
    let _ = match &found.shape {
        Shape::Int(encoding) => writeln!(text, " {encoding:?} {:?}", ty.order),
        Shape::Enum { signed, .. } => writeln!(text, " enum signed={signed}"),
        Shape::Array { len, .. } => writeln!(text, " array of {len}"),
        shape => writeln!(text, " {}", format!("{shape:?}").split('(').next().unwrap_or_default()),
    };
    let indent = "  ".repeat(depth + 1);
    if let Shape::Array { element, .. } = found.shape {
        text.push_str(&indent);
        describe(types, element, depth + 1, text);
    }
    for member in types.members(ty.index) {
        let _ = write!(text, "{indent}{}", member.bit_offset);
        if let Some(size) = member.bit_size {
            let _ = write!(text, ":{size}");
        }
        let _ = write!(text, " {:?} ", member.name);
        describe(types, member.ty, depth + 1, text);
    }
    for enumerator in types.enumerators(ty.index) {
        let _ = writeln!(text, "{indent}{} = {}", enumerator.name, enumerator.value);
    }
}

/// Does with `data` all that a user of the reader could, and asserts what the reader promises of every table.
pub fn exercise(data: &[u8], wanted: &[&str]) -> Result<(), BtfError> {
    let index = Btf::parse(data)?.index(wanted)?;
    for name in wanted {
        let candidates = index.candidates(name);
        let _ = index.load(&candidates.ids).map(|(types, uses)| check_table(&types, &uses));
        let _ = index.candidates(&format!("{name}_")).ids.len();
    }
    for id in (0..=index.type_count().saturating_add(1)).take(4096) {
        let _ = index.name_of(id);
        let _ = index.load(&[id]).map(|(types, uses)| check_table(&types, &uses));
        let name = types_name(&index, id);
        assert!(name.len() <= 300, "{name}");
    }
    for id in index.named_composites() {
        assert_ne!(index.name_of(id?).unwrap_or("?"), "");
    }
    assert!(index.nearest_names(wanted.first().unwrap_or(&"sock"), 3).len() <= 3);
    Ok(())
}

pub fn types_name(index: &Index<'_>, id: u32) -> String {
    mapkey_layout::types::TypeNames::type_name(index, id)
}

/// Walks a table as if nothing could go wrong, for that is its promise.
pub fn check_table(types: &TypeTable<'_>, uses: &[TypeUse]) {
    for &ty in uses {
        let nodes = check_type(types, ty, 0);
        assert!(nodes <= mapkey_layout::types::MAX_FLATTENED);
    }
}

fn check_type(types: &TypeTable<'_>, ty: TypeUse, depth: u32) -> u64 {
    assert!(depth <= mapkey_layout::types::MAX_DEPTH);
    let found = types.get(ty.index);
    assert!(found.align.is_power_of_two() && found.size.is_multiple_of(found.align), "{found:?}");
    let bits = found.size.checked_mul(8).expect("a size in bits is a u64");
    let mut nodes = 0;
    if let Shape::Array { element, len } = found.shape {
        nodes += check_type(types, element, depth + 1);
        assert_eq!(found.size, types.get(element.index).size * u64::from(len));
    }
    for member in types.members(ty.index) {
        let size = member.bit_size.map_or(types.get(member.ty.index).size * 8, u64::from);
        assert!(member.bit_offset + size <= bits, "{} in {found:?}", member.name);
        assert!(member.bit_size.is_some() || member.bit_offset.is_multiple_of(8));
        nodes += 1 + check_type(types, member.ty, depth + 1);
    }
    let _ = types.enumerators(ty.index).len();
    nodes
}
