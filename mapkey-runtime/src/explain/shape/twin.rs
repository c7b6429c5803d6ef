//! The same fields under other rules of layout: packed, and as a compiler lays them out by itself.

/// Fields in the order of their declaration, as much of them as a layout needs.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Leaf {
        /// The first byte.
        start: usize,
        /// Bytes.
        len: usize,
        align: usize,
        /// One of several fields that share their bytes.
        is_bits: bool,
        is_padding: bool,
    },
    Struct(Vec<Node>),
    Union {
        size: usize,
        inner: Box<Node>,
    },
}

/// The same fields under other rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Twin {
    pub(crate) kind: TwinKind,
    /// Bytes of a key there.
    pub(crate) size: usize,
    /// Which bytes of this layout go where.
    pub(crate) moves: Vec<Move>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TwinKind {
    Packed,
    Natural,
}

/// Bytes that go elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Move {
    pub(crate) from: usize,
    pub(crate) len: usize,
    pub(crate) to: usize,
}

/// The twins that differ from the layout itself and from each other.
pub(super) fn twins(root: &Node, size: usize) -> Vec<Twin> {
    let mut twins: Vec<Twin> = Vec::new();
    for kind in [TwinKind::Packed, TwinKind::Natural] {
        // Members that are only called padding are fields to a compiler, and a twin may be without them.
        for keep_padding in [false, true] {
            let mut placer = Placer { kind, keep_padding, moves: Vec::new(), bits: None };
            let end = placer.place(root, 0);
            let end = placer.finish(end, root);
            let mut moves = placer.moves;
            moves.retain(|moved| moved.len > 0);
            let twin = Twin { kind, size: end, moves };
            let is_same = twin.moves.iter().all(|moved| moved.from == moved.to);
            let is_known = twins.iter().any(|other| other.moves == twin.moves);
            if !is_same && !is_known && twin.size <= size.saturating_mul(8) {
                twins.push(twin);
            }
        }
    }
    twins
}

struct Placer {
    kind: TwinKind,
    keep_padding: bool,
    moves: Vec<Move>,
    /// The bytes of the bit-fields that were placed last, here and there: they stay together.
    bits: Option<Move>,
}

impl Placer {
    /// Places `node` at or behind `at`, and returns the first byte behind it.
    fn place(&mut self, node: &Node, at: usize) -> usize {
        match node {
            Node::Leaf { is_padding: true, .. } if !self.keep_padding => at,
            &Node::Leaf { start, len, is_bits: true, align, .. } => self.place_bits(start, len, align, at),
            Node::Leaf { start, len, .. } => {
                let to = self.aligned(at, node);
                self.moves.push(Move { from: *start, len: *len, to });
                self.bits = None;
                to + len
            }
            Node::Struct(nodes) => {
                let start = self.aligned(at, node);
                let mut end = start;
                for inner in nodes {
                    end = self.place(inner, end);
                }
                self.finish(end, node)
            }
            Node::Union { size, inner } => {
                let start = self.aligned(at, node);
                self.place(inner, start);
                self.bits = None;
                self.finish(start + size, node)
            }
        }
    }

    /// Bit-fields whose bytes touch move as one.
    fn place_bits(&mut self, start: usize, len: usize, align: usize, at: usize) -> usize {
        if let Some(last) = self.bits
            && start >= last.from
            && start <= last.from + last.len
        {
            let end = (start + len).max(last.from + last.len);
            let grown = Move { len: end - last.from, ..last };
            self.bits = Some(grown);
            if let Some(moved) = self.moves.last_mut() {
                *moved = grown;
            }
            return at.max(grown.to + grown.len);
        }
        let align = if self.kind == TwinKind::Packed { 1 } else { align };
        let placed = Move { from: start, len, to: at.next_multiple_of(align) };
        self.moves.push(placed);
        self.bits = Some(placed);
        placed.to + len
    }

    fn aligned(&self, at: usize, node: &Node) -> usize {
        at.next_multiple_of(self.align(node))
    }

    /// A struct's end is aligned as its start is.
    fn finish(&self, end: usize, node: &Node) -> usize {
        end.next_multiple_of(self.align(node))
    }

    fn align(&self, node: &Node) -> usize {
        if self.kind == TwinKind::Packed {
            return 1;
        }
        match node {
            Node::Leaf { is_padding: true, .. } if !self.keep_padding => 1,
            Node::Leaf { align, .. } => (*align).max(1),
            Node::Struct(nodes) => nodes.iter().map(|node| self.align(node)).max().unwrap_or(1),
            Node::Union { inner, .. } => self.align(inner),
        }
    }
}
