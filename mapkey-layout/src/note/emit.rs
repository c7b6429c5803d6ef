//! Notes, written by the compiler: const functions that put a key's layout into bytes.

use super::code;
use super::{NAME, VERSION};
use crate::Annotation;
use crate::layout::{Claim, Field, Kind, Layout, Variant};

/// The name with its NUL, filled up to a multiple of four bytes.
const NAME_BYTES: [u8; 8] = *b"mapkey\0\0";
const _: () = assert!(NAME.len() == 6);

/// A note as it lies in the binary. It has no padding: `N` is a multiple of four.
#[repr(C, align(4))]
pub struct Note<const N: usize> {
    name_len: u32,
    descriptor_len: u32,
    version: u32,
    name: [u8; 8],
    descriptor: [u8; N],
}

/// Bytes to reserve for a key's descriptor.
#[must_use]
pub const fn descriptor_room(layout: &Layout<'_>, module: &str) -> usize {
    let mut sink = Sink { bytes: &mut [], len: 0 };
    sink.descriptor(layout, module);
    sink.len.next_multiple_of(4)
}

impl<const N: usize> Note<N> {
    /// The note of the key `layout` in the module `module`.
    ///
    /// # Panics
    ///
    /// While compiling, if `N` is not [`descriptor_room`].
    #[must_use]
    pub const fn of(layout: &Layout<'_>, module: &str) -> Self {
        let mut descriptor = [0; N];
        let mut sink = Sink { bytes: &mut descriptor, len: 0 };
        sink.descriptor(layout, module);
        let len = sink.len;
        assert!(len.next_multiple_of(4) == N && len <= u32::MAX as usize, "`N` is not the descriptor's room");
        #[allow(clippy::cast_possible_truncation)] // compared above
        Self {
            name_len: NAME.len() as u32 + 1,
            descriptor_len: len as u32,
            version: VERSION,
            name: NAME_BYTES,
            descriptor,
        }
    }

    /// The bytes of the note as they lie in a binary of this target.
    #[cfg(all(test, feature = "btf"))]
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let words = [self.name_len, self.descriptor_len, self.version];
        words.iter().flat_map(|word| word.to_ne_bytes()).chain(self.name).chain(self.descriptor).collect()
    }
}

/// Counts the bytes, and keeps those that there is room for.
struct Sink<'b> {
    bytes: &'b mut [u8],
    len: usize,
}

impl Sink<'_> {
    const fn byte(&mut self, byte: u8) {
        if self.len < self.bytes.len() {
            self.bytes[self.len] = byte;
        }
        self.len += 1;
    }

    #[allow(clippy::cast_possible_truncation)] // seven bits at a time
    const fn number(&mut self, mut number: u128) {
        while number >= 0x80 {
            self.byte(number as u8 | 0x80);
            number >>= 7;
        }
        self.byte(number as u8);
    }

    const fn string(&mut self, text: &str) {
        self.number(text.len() as u128);
        self.text(text);
    }

    const fn string_and_flag(&mut self, text: &str, flag: bool) {
        self.number((text.len() as u128) << 1 | if flag { 1 } else { 0 });
        self.text(text);
    }

    const fn text(&mut self, text: &str) {
        let mut i = 0;
        while i < text.len() {
            self.byte(text.as_bytes()[i]);
            i += 1;
        }
    }

    const fn descriptor(&mut self, layout: &Layout<'_>, module: &str) {
        self.string(module);
        self.layout(layout);
    }

    const fn layout(&mut self, layout: &Layout<'_>) {
        let kind = code::kind(&layout.kind);
        let has_name = !is_same(layout.name, code::implied_name(kind, layout.size));
        let has_claim = !is_none(&layout.claim);
        let has_align = layout.align != code::implied_align(kind, layout.size);
        self.byte(
            kind | if has_name { code::HAS_NAME } else { 0 }
                | if has_claim { code::HAS_CLAIM } else { 0 }
                | if has_align { code::HAS_ALIGN } else { 0 },
        );
        self.number(layout.size as u128);
        if has_name {
            self.string(layout.name);
        }
        if has_claim {
            self.claim(&layout.claim);
        }
        if has_align {
            #[allow(clippy::cast_possible_truncation)] // at most 63
            self.byte(layout.align.trailing_zeros() as u8);
        }
        match layout.kind {
            Kind::Enum { variants, .. } => self.variants(variants),
            Kind::Array { element, len } => {
                self.number(len as u128);
                self.layout(element);
            }
            Kind::Struct { fields, .. } => self.fields(fields),
            _ => {}
        }
    }

    const fn claim(&mut self, claim: &Claim<'_>) {
        self.byte(
            if claim.module.is_some() { code::CLAIM_MODULE } else { 0 }
                | if claim.btf.is_some() { code::CLAIM_BTF } else { 0 }
                | if claim.prefix { code::CLAIM_PREFIX } else { 0 },
        );
        self.number(claim.kernel.len() as u128);
        let mut i = 0;
        while i < claim.kernel.len() {
            self.string(claim.kernel[i]);
            i += 1;
        }
        if let Some(module) = claim.module {
            self.string(module);
        }
        if let Some(name) = claim.btf {
            self.string(name);
        }
    }

    const fn variants(&mut self, variants: &[Variant<'_>]) {
        self.number(variants.len() as u128);
        let mut i = 0;
        while i < variants.len() {
            let Variant { name, rename, value } = variants[i];
            self.string_and_flag(name, rename.is_some());
            self.number((value << 1 ^ value >> 127).cast_unsigned());
            if let Some(rename) = rename {
                self.string(rename);
            }
            i += 1;
        }
    }

    const fn fields(&mut self, fields: &[Field<'_>]) {
        self.number(fields.len() as u128);
        let mut i = 0;
        while i < fields.len() {
            let Field { name, rename, offset, layout, annotation } = fields[i];
            self.byte(match annotation {
                Annotation::None => 0,
                Annotation::Bytes => 1,
                Annotation::Pointer => 2,
                Annotation::NetworkOrder => 3,
            });
            self.string_and_flag(name, rename.is_some());
            if let Some(rename) = rename {
                self.string(rename);
            }
            self.number(offset as u128);
            self.layout(layout);
            i += 1;
        }
    }
}

const fn is_none(claim: &Claim<'_>) -> bool {
    claim.kernel.is_empty() && claim.module.is_none() && claim.btf.is_none() && !claim.prefix
}

const fn is_same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

#[cfg(all(test, feature = "btf"))]
mod tests {
    use super::*;
    use crate::ByteOrder;
    use crate::note::{Arena, note_segment};

    const U16: Layout<'static> = Layout::of::<u16>("u16", Kind::Int { signed: false, order: ByteOrder::Native });
    const PAD: Layout<'static> = Layout::of::<[u8; 2]>("", Kind::Padding);
    const STATE: Layout<'static> = Layout::of::<i8>(
        "State",
        Kind::Enum { signed: true, variants: &[Variant { name: "Off", rename: Some("OFF"), value: -1 }] },
    );
    const KEY: Layout<'static> = Layout {
        name: "Key",
        size: 4,
        align: 2,
        kind: Kind::Struct {
            fields: &[
                Field::new("port", 0, &U16).renamed("p").annotated(Annotation::NetworkOrder),
                Field::new("_pad", 2, &PAD),
            ],
            transparent: false,
        },
        claim: Claim { kernel: &["key"], module: Some("m"), btf: None, prefix: true },
    };

    fn bytes<const N: usize>(note: &Note<N>) -> Vec<u8> {
        note.to_bytes()
    }

    #[test]
    fn bytes_are_as_documented() {
        const NOTE: Note<{ descriptor_room(&KEY, "a::b") }> = Note::of(&KEY, "a::b");
        let descriptor = [
            b"\x04a::b".as_slice(),
            b"\xea\x04\x03Key",               // a struct with a name, a claim and an alignment
            b"\x05\x01\x03key\x01m\x01",      // `prefix` and a module; one name; aligned to 2
            b"\x02",                          // fields
            b"\x03\x09port\x01p\x00\x00\x02", // `network_order`, renamed, at 0, u16
            b"\x00\x08_pad\x02\x0f\x02",      // at 2, padding of 2
        ]
        .concat();
        let words = [7, u32::try_from(descriptor.len()).unwrap(), 1].map(u32::to_ne_bytes).concat();
        let mut expected = [words.as_slice(), b"mapkey\0\0", &descriptor].concat();
        expected.resize(expected.len().next_multiple_of(4), 0);
        assert_eq!(bytes(&NOTE), expected);
    }

    #[test]
    fn what_is_written_is_read() {
        const EXTREMES: Layout<'static> = Layout::of::<u64>(
            "Extremes",
            Kind::Enum {
                signed: false,
                variants: &[
                    Variant { name: "Largest", rename: None, value: u64::MAX as i128 },
                    Variant { name: "Smallest", rename: None, value: i64::MIN as i128 },
                    Variant { name: "Wide", rename: None, value: i128::MIN },
                ],
            },
        );
        const HALVES: Layout<'static> = Layout::of::<[i8; 300]>("", Kind::Array { element: &STATE, len: 300 });
        let notes = [
            (KEY, bytes(&const { Note::<{ descriptor_room(&KEY, "") }>::of(&KEY, "") })),
            (EXTREMES, bytes(&const { Note::<{ descriptor_room(&EXTREMES, "") }>::of(&EXTREMES, "") })),
            (HALVES, bytes(&const { Note::<{ descriptor_room(&HALVES, "") }>::of(&HALVES, "") })),
        ];
        let all: Vec<u8> = notes.iter().flat_map(|(_, bytes)| bytes).copied().collect();
        let arena = Arena::new();
        let read = note_segment(&all, 4).expect("three notes");
        let read: Vec<_> = read.iter().map(|note| note.key(&arena).expect("as written").layout).collect();
        assert_eq!(read, notes.map(|(layout, _)| layout));
    }
}
