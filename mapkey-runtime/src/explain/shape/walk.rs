//! From a key's type to its fields: a union decides, arrays are taken apart.

use super::bits::mark;
use super::fields::{Fields, Leaf, LeafKind};
use super::part::{Content, Member, Part, join};
use super::path::SCALAR;
use super::twin::{self, Node};
use super::{KeyShape, names};

/// Where a key has more parts, its arrays are not taken apart.
const MAX_PARTS: usize = 4096;

/// The fields of `bytes`, a key of this shape. A member of a union that `named` leads to is the one in use; where none is
/// named it is the largest.
pub(super) fn fields(shape: &KeyShape, bytes: &[u8], named: &[Vec<u32>]) -> Fields {
    let size = shape.root.size;
    let rules = Rules { take_apart: true, names_count: true };
    let (mut fields, mut node, is_too_much) = Walk::over(shape, bytes, named, rules);
    if is_too_much {
        (fields, node, _) = Walk::over(shape, bytes, named, Rules { take_apart: false, ..rules });
    }
    if fields.leaves.is_empty() {
        // A key of nothing but what is called padding: then that is what it is about.
        (fields, node, _) = Walk::over(shape, bytes, named, Rules { take_apart: false, names_count: false });
    }
    let mut owned = vec![0; size];
    fields.leaves.iter().for_each(|leaf| leaf.mark(&mut owned));
    fields.padding = owned.iter().map(|byte| !byte).collect();
    for (maybe, padding) in fields.maybe_padding.iter_mut().zip(&fields.padding) {
        *maybe &= !padding;
    }
    fields.leaves.sort_by_key(|leaf| leaf.bit_offset);
    fields.twins = twin::twins(&node, size);
    fields
}

#[derive(Clone, Copy)]
struct Rules {
    /// Whether arrays become their elements.
    take_apart: bool,
    /// Whether a name can make a field padding.
    names_count: bool,
}

struct Walk<'a> {
    bytes: &'a [u8],
    named: &'a [Vec<u32>],
    rules: Rules,
    fields: Fields,
    trail: Vec<u32>,
    units: usize,
    /// Parts that were visited.
    visited: usize,
}

/// Where a part is.
struct At {
    path: String,
    bit_offset: usize,
    /// For a bit-field.
    bits: Option<u32>,
    is_padding: bool,
    /// The array whose element it is.
    unit: Option<usize>,
}

impl<'a> Walk<'a> {
    fn over(shape: &KeyShape, bytes: &'a [u8], named: &'a [Vec<u32>], rules: Rules) -> (Fields, Node, bool) {
        let size = shape.root.size;
        let fields = Fields {
            size,
            is_raw: shape.is_raw,
            leaves: Vec::new(),
            padding: Vec::new(),
            maybe_padding: vec![0; size],
            named_padding: Vec::new(),
            called_padding: Vec::new(),
            twins: Vec::new(),
        };
        let mut walk = Self { bytes, named, rules, fields, trail: Vec::new(), units: 0, visited: 0 };
        let path = if shape.is_scalar() { SCALAR } else { "" };
        let at = At { path: path.to_owned(), bit_offset: 0, bits: None, is_padding: false, unit: None };
        let node = walk.part(&shape.root, at);
        let is_too_much = walk.is_too_much();
        (walk.fields, node, is_too_much)
    }

    fn part(&mut self, part: &Part, at: At) -> Node {
        self.visited += 1;
        match &part.content {
            Content::Struct(members) => {
                Node::Struct((0..).zip(members).map(|(ordinal, member)| self.member(ordinal, member, &at)).collect())
            }
            Content::Union(members) => self.union(part, members, &at),
            Content::Array { element, len } if self.rules.take_apart => {
                self.units += 1;
                let unit = Some(self.units);
                let mut nodes = Vec::new();
                for index in 0..*len {
                    if self.is_too_much() || element.size == 0 {
                        break;
                    }
                    let bit_offset = at.bit_offset + index * element.size * 8;
                    let path = format!("{}[{index}]", at.path);
                    self.trail.push(u32::try_from(index).unwrap_or(u32::MAX));
                    nodes.push(self.part(element, At { path, bit_offset, bits: None, unit, ..at }));
                    self.trail.pop();
                }
                Node::Struct(nodes)
            }
            _ => self.leaf(part, at),
        }
    }

    fn is_too_much(&self) -> bool {
        self.visited > MAX_PARTS
    }

    fn member(&mut self, ordinal: u32, member: &Member, at: &At) -> Node {
        self.trail.push(ordinal);
        // What its user gives a value is a field, whatever it is called.
        let is_called_padding = self.rules.names_count && names::is_padding(&member.name) && !self.is_named();
        let inner = At {
            path: join(&at.path, &member.name),
            bit_offset: at.bit_offset + member.bit_offset,
            bits: member.bits,
            is_padding: at.is_padding || is_called_padding,
            unit: None,
        };
        let node = self.part(&member.part, inner);
        self.trail.pop();
        node
    }

    /// Whether this part, something in it or something around it was named.
    fn is_named(&self) -> bool {
        self.named.iter().any(|named| named.starts_with(&self.trail))
    }

    fn union(&mut self, part: &Part, members: &[Member], at: &At) -> Node {
        let chosen = (0..).zip(members).find(|&(ordinal, _)| {
            self.trail.push(ordinal);
            let is_named = self.is_named();
            self.trail.pop();
            is_named
        });
        let largest = (0..).zip(members).max_by_key(|&(ordinal, member)| (member.bit_size(), u32::MAX - ordinal));
        let node = match chosen.or(largest) {
            Some((ordinal, member)) => self.member(ordinal, member, at),
            None => Node::Struct(Vec::new()),
        };
        if chosen.is_none() {
            self.maybe_padding(part, members, at);
        }
        Node::Union { size: part.size, inner: Box::new(node) }
    }

    /// Nobody said which member is in use. One that is smaller than the largest and has all of the bytes that are not
    /// zero may be it.
    fn maybe_padding(&mut self, part: &Part, members: &[Member], at: &At) {
        let (start, end) = (at.bit_offset / 8, at.bit_offset / 8 + part.size);
        let Some(bytes) = self.bytes.get(start..end) else { return };
        let Some(last) = bytes.iter().rposition(|&byte| byte != 0) else { return };
        let ends = members.iter().map(|member| (member.bit_offset + member.bit_size()).div_ceil(8));
        if let Some(end_of_smallest) = ends.filter(|&end| end > last && end < part.size).min() {
            mark(&mut self.fields.maybe_padding, (start + end_of_smallest) * 8, (part.size - end_of_smallest) * 8);
        }
    }

    fn leaf(&mut self, part: &Part, at: At) -> Node {
        let bit_size = at.bits.map_or(part.size * 8, |bits| bits as usize);
        let is_number = part.is_number();
        let kind = match &part.content {
            Content::Unsigned if is_number => LeafKind::Unsigned,
            Content::Signed if is_number => LeafKind::Signed,
            Content::Bool if is_number => LeafKind::Bool,
            Content::Enum { signed, values } if is_number => {
                LeafKind::Enum { signed: *signed, values: std::sync::Arc::clone(values) }
            }
            Content::Pointer => LeafKind::Pointer,
            Content::Text => LeafKind::Text,
            Content::Address => LeafKind::Address,
            _ => LeafKind::Bytes,
        };
        let is_padding = at.is_padding || matches!(part.content, Content::Padding);
        let range = at.bit_offset / 8..(at.bit_offset + bit_size).div_ceil(8);
        let node = Node::Leaf {
            start: range.start,
            len: range.len(),
            align: part.align,
            is_bits: at.bits.is_some(),
            is_padding,
        };
        if bit_size == 0 {
            return Node::Struct(Vec::new());
        }
        if is_padding {
            if at.is_padding {
                self.fields.called_padding.push(range.clone());
            }
            self.fields.named_padding.push((range, at.path));
            return node;
        }
        self.units += 1;
        let unit = at.unit.unwrap_or(self.units);
        self.fields.leaves.push(Leaf {
            is_called_address: names::is_address(&at.path),
            path: at.path,
            type_name: part.type_name.clone(),
            bit_offset: at.bit_offset,
            bit_size,
            kind,
            order: part.order,
            unit,
        });
        node
    }
}
