//! A note's descriptor as a layout.

use std::fmt;

use super::cursor::Cursor;
use super::{Arena, NoteError, VERSION, code};
use crate::layout::{Claim, Field, Kind, Layout, Variant};
use crate::{Annotation, ByteOrder};

/// How deep the types of a key may contain each other.
const MAX_DEPTH: u32 = 32;

/// The most fields and enum values that a key may have, at every depth together.
const MAX_PARTS: u32 = 1 << 13;

/// The most keys that a binary may have.
const MAX_KEYS: usize = 1 << 12;

/// The largest key, in bytes. The kernel allows less: `KMALLOC_MAX_SIZE` (`htab_map_alloc_check` in
/// `kernel/bpf/hashtab.c`).
const MAX_SIZE: u64 = 1 << 26;

/// A note whose descriptor nobody has looked at yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RawNote<'d> {
    /// The version of the descriptor.
    pub version: u32,
    /// The descriptor.
    pub descriptor: &'d [u8],
}

/// A key that a binary has.
///
/// ```
/// use mapkey_layout::note::{Arena, keys, notes};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let binary = std::fs::read(std::env::current_exe()?)?;
/// let arena = Arena::new();
/// for key in keys(&notes(&binary)?, &arena)? {
///     println!("{key}, {} bytes", key.layout.size);
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Key<'a> {
    /// The path of the module that has the key: `flows::keys`.
    pub module: &'a str,
    /// The key's layout, as the compiler that built the binary laid it out.
    pub layout: Layout<'a>,
}

impl Key<'_> {
    /// Whether the key claims to mirror a type of the kernel. Every other one is the program's own.
    #[must_use]
    pub const fn is_kernel_key(&self) -> bool {
        !self.layout.claim.kernel.is_empty()
    }

    /// Whether the type is that of a field of any of `keys`, at any depth. Such a type has a note as well, and may or may
    /// not be the key of a map by itself.
    #[must_use]
    pub fn is_part_of_any(&self, keys: &[Key<'_>]) -> bool {
        keys.iter().any(|key| key.layout.has_part(&self.layout))
    }
}

impl Layout<'_> {
    fn has_part(&self, part: &Layout<'_>) -> bool {
        let is_or_has = |layout: &Layout<'_>| layout == part || layout.has_part(part);
        match self.kind {
            Kind::Struct { fields, .. } => fields.iter().any(|field| is_or_has(field.layout)),
            Kind::Array { element, .. } => is_or_has(element),
            _ => false,
        }
    }
}

/// The key's whole path: `flows::keys::FlowKey`.
impl fmt::Display for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}::{}", self.module, self.layout.spelling())
    }
}

/// The keys that notes describe, each once: a crate that is linked in two versions has each of its keys twice.
///
/// # Errors
///
/// As [`RawNote::key`], and [`NoteError::Keys`] if there are more keys than any binary has.
pub fn keys<'a>(notes: &[RawNote<'a>], arena: &'a Arena) -> Result<Vec<Key<'a>>, NoteError> {
    if notes.len() > MAX_KEYS {
        return Err(NoteError::Keys { found: notes.len(), limit: MAX_KEYS });
    }
    let mut keys = Vec::new();
    for note in notes {
        let key = note.key(arena)?;
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    Ok(keys)
}

impl<'d> RawNote<'d> {
    /// The key that the note describes; `arena` holds what the layout refers to.
    ///
    /// What comes out is as sound as a compiler's: every part lies within what contains it, no two overlap.
    ///
    /// # Errors
    ///
    /// [`NoteError`] if the note is of a later version, or is broken.
    pub fn key<'a>(&self, arena: &'a Arena) -> Result<Key<'a>, NoteError>
    where
        'd: 'a,
    {
        if self.version != VERSION {
            return Err(NoteError::Version { found: self.version });
        }
        let mut reader = Reader { cursor: Cursor::new(self.descriptor), arena, parts: 0 };
        let module = reader.cursor.string()?;
        let layout = reader.layout(0)?;
        reader.cursor.end()?;
        Ok(Key { module, layout })
    }
}

struct Reader<'a> {
    cursor: Cursor<'a>,
    arena: &'a Arena,
    parts: u32,
}

impl<'a> Reader<'a> {
    fn layout(&mut self, depth: u32) -> Result<Layout<'a>, NoteError> {
        let offset = self.cursor.position();
        if depth > MAX_DEPTH {
            return Err(NoteError::Depth { limit: MAX_DEPTH, offset });
        }
        let head = self.cursor.byte()?;
        let kind = head & code::KIND;
        if kind > code::PADDING {
            return Err(NoteError::Kind { found: kind, offset });
        }
        let size = self.size()?;
        let name = if head & code::HAS_NAME == 0 { code::implied_name(kind, size) } else { self.cursor.string()? };
        let claim = if head & code::HAS_CLAIM == 0 { Claim::NONE } else { self.claim()? };
        let align = if head & code::HAS_ALIGN == 0 { code::implied_align(kind, size) } else { self.align()? };
        let broken = |reason| NoteError::Inconsistent { name: name.to_owned(), reason };
        if size == 0 || !size.is_multiple_of(align) {
            return Err(broken("has a size that is no multiple of its alignment"));
        }
        let is_number = kind <= code::SIGNED_ENUM && kind != code::BOOL;
        if is_number && !matches!(size, 1 | 2 | 4 | 8) {
            return Err(broken("is an integer and has not 1, 2, 4 or 8 bytes"));
        }
        let kind = match kind {
            code::BOOL if size == 1 => Kind::Bool,
            code::BOOL => return Err(broken("is a `bool` of several bytes")),
            code::ENUM | code::SIGNED_ENUM => {
                Kind::Enum { signed: kind == code::SIGNED_ENUM, variants: self.variants()? }
            }
            code::ARRAY => {
                let len = self.size()?;
                let element = self.layout(depth + 1)?;
                if element.size.checked_mul(len) != Some(size) {
                    return Err(broken("is an array and not as large as its elements together"));
                }
                Kind::Array { element: self.arena.one(element), len }
            }
            code::STRUCT | code::TRANSPARENT => {
                let fields = self.fields(size, depth + 1)?;
                let transparent = kind == code::TRANSPARENT;
                if transparent && !matches!(fields, [only] if only.layout.size == size) {
                    return Err(broken("is transparent and has not one field of its own size"));
                }
                Kind::Struct { fields, transparent }
            }
            code::TEXT => Kind::Text,
            code::ADDRESS => Kind::Address,
            code::POINTER => Kind::Pointer,
            code::PADDING => Kind::Padding,
            integer => Kind::Int {
                signed: integer % 2 == 1,
                order: [ByteOrder::Native, ByteOrder::Big, ByteOrder::Little][usize::from(integer / 2)],
            },
        };
        Ok(Layout { name, size, align, kind, claim })
    }

    fn size(&mut self) -> Result<usize, NoteError> {
        let size = self.cursor.number(MAX_SIZE)?;
        Ok(usize::try_from(size).unwrap_or(usize::MAX))
    }

    fn align(&mut self) -> Result<usize, NoteError> {
        let offset = self.cursor.position();
        let limit = MAX_SIZE.trailing_zeros();
        let exponent = u32::from(self.cursor.byte()?);
        if exponent > limit {
            return Err(NoteError::Number { offset, limit: limit.into() });
        }
        Ok(1 << exponent)
    }

    fn claim(&mut self) -> Result<Claim<'a>, NoteError> {
        let flags = self.cursor.byte()?;
        let count = self.cursor.number(u64::MAX)?;
        let mut kernel = Vec::new();
        for _ in 0..count {
            self.part()?;
            kernel.push(self.cursor.string()?);
        }
        let module = (flags & code::CLAIM_MODULE != 0).then(|| self.cursor.string()).transpose()?;
        let btf = (flags & code::CLAIM_BTF != 0).then(|| self.cursor.string()).transpose()?;
        let prefix = flags & code::CLAIM_PREFIX != 0;
        Ok(Claim { kernel: self.arena.all(&kernel), module, btf, prefix })
    }

    fn variants(&mut self) -> Result<&'a [Variant<'a>], NoteError> {
        let count = self.cursor.number(u64::MAX)?;
        let mut variants = Vec::new();
        for _ in 0..count {
            self.part()?;
            let (name, is_renamed) = self.cursor.string_and_flag()?;
            let value = self.cursor.signed()?;
            let rename = is_renamed.then(|| self.cursor.string()).transpose()?;
            variants.push(Variant { name, rename, value });
        }
        Ok(self.arena.all(&variants))
    }

    /// The fields of a struct of `size` bytes.
    fn fields(&mut self, size: usize, depth: u32) -> Result<&'a [Field<'a>], NoteError> {
        let count = self.cursor.number(u64::MAX)?;
        let mut fields: Vec<Field<'a>> = Vec::new();
        for _ in 0..count {
            self.part()?;
            let annotation = match self.cursor.byte()? & 3 {
                0 => Annotation::None,
                1 => Annotation::Bytes,
                2 => Annotation::Pointer,
                _ => Annotation::NetworkOrder,
            };
            let (name, is_renamed) = self.cursor.string_and_flag()?;
            let rename = is_renamed.then(|| self.cursor.string()).transpose()?;
            let offset = self.size()?;
            let layout = self.layout(depth)?;
            let field = Field { name, rename, offset, layout: self.arena.one(layout), annotation };
            let start = fields.last().map_or(0, Field::end);
            if offset < start || field.end() > size {
                let reason = "does not lie behind the field before it and within its struct";
                return Err(NoteError::Inconsistent { name: name.to_owned(), reason });
            }
            fields.push(field);
        }
        Ok(self.arena.all(&fields))
    }

    fn part(&mut self) -> Result<(), NoteError> {
        self.parts += 1;
        if self.parts > MAX_PARTS {
            return Err(NoteError::Parts { limit: MAX_PARTS, offset: self.cursor.position() });
        }
        Ok(())
    }
}
