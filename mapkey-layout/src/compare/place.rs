//! Where the two sides of a pair stand, without an allocation: the comparison also runs while compiling.

use crate::types::{MAX_DEPTH, TypeIndex, Types};

/// The most names that a path has: a field's path is as deep as the types that it leads through.
const MAX_STEPS: usize = MAX_DEPTH as usize + 2;

/// Ordinals of the members on the way, anonymous ones too: the identity of a member in a struct, which a path
/// of names is not.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trail {
    steps: [u32; MAX_STEPS],
    len: usize,
}

impl Trail {
    pub(super) const EMPTY: Self = Self { steps: [0; MAX_STEPS], len: 0 };

    pub(super) const fn len(&self) -> usize {
        self.len
    }

    pub(super) const fn step(&self, at: usize) -> u32 {
        self.steps[at]
    }

    pub(super) const fn with(mut self, ordinal: u32) -> Self {
        if self.len < MAX_STEPS {
            self.steps[self.len] = ordinal;
            self.len += 1;
        }
        self
    }

    pub(super) const fn followed_by(mut self, other: &Self) -> Self {
        let mut i = 0;
        while i < other.len {
            self = self.with(other.steps[i]);
            i += 1;
        }
        self
    }

    pub(super) const fn starts_with(&self, other: &Self) -> bool {
        if self.len < other.len {
            return false;
        }
        let mut i = 0;
        while i < other.len {
            if self.steps[i] != other.steps[i] {
                return false;
            }
            i += 1;
        }
        true
    }

    pub(super) const fn is(&self, other: &Self) -> bool {
        self.len == other.len && self.starts_with(other)
    }

    pub(super) fn to_vec(self) -> Vec<u32> {
        self.steps[..self.len].to_vec()
    }
}

/// A member by its trail, to be spelled as a path: `u.ipv4.saddr`, without anonymous members.
#[derive(Clone, Copy, Debug)]
pub(super) struct Path {
    /// The type that the trail starts in.
    pub(super) root: TypeIndex,
    pub(super) trail: Trail,
    /// What the member is called where nothing on the way has a name.
    pub(super) nameless: &'static str,
}

impl Path {
    pub(super) const fn is_nameless(&self, types: Types<'_>) -> bool {
        Names::EMPTY.with_path(types, self).len == 0
    }
}

/// A path as its names.
#[derive(Clone, Copy, Debug)]
pub(super) struct Names<'a> {
    parts: [&'a str; MAX_STEPS],
    len: usize,
}

/// The name of an array's elements: one stands for all of them.
pub(super) const ELEMENTS: &str = "[]";

impl<'a> Names<'a> {
    pub(super) const EMPTY: Self = Self { parts: [""; MAX_STEPS], len: 0 };

    pub(super) const fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub(super) const fn len(&self) -> usize {
        self.len
    }

    pub(super) const fn part(&self, at: usize) -> &'a str {
        self.parts[at]
    }

    pub(super) const fn with(mut self, name: &'a str) -> Self {
        if self.len < MAX_STEPS && !name.is_empty() {
            self.parts[self.len] = name;
            self.len += 1;
        }
        self
    }

    /// The names on the way; what the path is called without names is left out.
    pub(super) const fn with_path(mut self, types: Types<'a>, path: &Path) -> Self {
        let mut index = path.root;
        let mut i = 0;
        while i < path.trail.len() {
            let member = &types.members(index)[path.trail.step(i) as usize];
            self = self.with(member.name);
            index = member.ty.index;
            i += 1;
        }
        self
    }
}

/// Where both sides of a pair stand: from the start of the key and of the counterpart.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) ours: Names<'a>,
    pub(super) theirs: Names<'a>,
    pub(super) offset: usize,
    pub(super) bit_offset: u64,
    pub(super) trail: Trail,
    /// Inside an array, where one element stands for all: it has no row of its own.
    pub(super) in_array: bool,
}

impl Place<'_> {
    pub(super) const ROOT: Self = Self {
        ours: Names::EMPTY,
        theirs: Names::EMPTY,
        offset: 0,
        bit_offset: 0,
        trail: Trail::EMPTY,
        in_array: false,
    };
}
