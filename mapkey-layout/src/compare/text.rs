//! What a comparison says, put together where there may be no allocator: while compiling.

use super::finding::{Event, Ours, Theirs};
use super::place::{ELEMENTS, Names, Path};
use crate::layout::{Kind, Layout};
use crate::message::same;
use crate::types::{TypeUse, Types};

/// Text in a buffer. What does not fit is cut at its end, and still counted.
pub(super) struct Text<'b> {
    buffer: &'b mut [u8],
    /// Bytes of the text that are in the buffer.
    written: usize,
    /// Bytes that the whole text needs.
    needed: usize,
}

impl<'b> Text<'b> {
    pub(super) const fn new(buffer: &'b mut [u8]) -> Self {
        Self { buffer, written: 0, needed: 0 }
    }

    pub(super) const fn needed(&self) -> usize {
        self.needed
    }

    pub(super) const fn as_str(&self) -> &str {
        let (written, _) = self.buffer.split_at(self.written);
        match core::str::from_utf8(written) {
            Ok(text) => text,
            Err(_) => "the message could not be put together",
        }
    }

    /// Appends `text` as a whole or not at all, and nothing behind what was not appended.
    pub(super) const fn push(&mut self, text: &str) {
        let text = text.as_bytes();
        if self.written == self.needed && text.len() <= self.buffer.len() - self.written {
            let mut i = 0;
            while i < text.len() {
                self.buffer[self.written + i] = text[i];
                i += 1;
            }
            self.written += text.len();
        }
        self.needed += text.len();
    }

    pub(super) const fn all(&mut self, texts: &[&str]) {
        let mut i = 0;
        while i < texts.len() {
            self.push(texts[i]);
            i += 1;
        }
    }

    pub(super) const fn number(&mut self, number: i128) {
        if number < 0 {
            self.push("-");
        }
        let mut rest = number.unsigned_abs();
        let mut digits = [0; 39];
        let mut start = digits.len();
        loop {
            start -= 1;
            #[allow(clippy::cast_possible_truncation)] // a digit
            let digit = (rest % 10) as u8;
            digits[start] = b'0' + digit;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        if let Ok(digits) = core::str::from_utf8(digits.split_at(start).1) {
            self.push(digits);
        }
    }

    /// A number at the end of `width` characters.
    pub(super) const fn aligned(&mut self, number: usize, width: usize) {
        let mut measure = Text::new(&mut []);
        measure.number(number as i128);
        self.spaces(width.saturating_sub(measure.needed()));
        self.number(number as i128);
    }

    pub(super) const fn spaces(&mut self, count: usize) {
        let mut i = 0;
        while i < count {
            self.push(" ");
            i += 1;
        }
    }

    pub(super) const fn unsigned(&mut self, number: u64) {
        self.number(number as i128);
    }

    /// `1 byte`, `3 bytes`.
    pub(super) const fn bytes(&mut self, count: u64) {
        self.unsigned(count);
        self.push(if count == 1 { " byte" } else { " bytes" });
    }

    /// `src.port`, `hops[].id`.
    pub(super) const fn names(&mut self, names: &Names<'_>) {
        let mut i = 0;
        while i < names.len() {
            if i > 0 && !same(names.part(i).as_bytes(), ELEMENTS.as_bytes()) {
                self.push(".");
            }
            self.push(names.part(i));
            i += 1;
        }
    }

    pub(super) const fn path(&mut self, types: Types<'_>, path: &Path) {
        let names = Names::EMPTY.with_path(types, path);
        if names.is_empty() {
            self.push(path.nameless);
        }
        self.names(&names);
    }

    /// The type as one writes it in Rust: [`Layout::spelling`] while compiling.
    pub(super) const fn layout(&mut self, layout: &Layout<'_>) {
        match layout.kind {
            Kind::Array { element, len } => {
                self.push("[");
                self.layout(element);
                self.push("; ");
                self.unsigned(len as u64);
                self.push("]");
            }
            Kind::Text if layout.name.is_empty() => {
                self.push("FixedStr<");
                self.unsigned(layout.size as u64);
                self.push(">");
            }
            Kind::Padding if layout.name.is_empty() => {
                self.push("Padding<");
                self.unsigned(layout.size as u64);
                self.push(">");
            }
            Kind::Struct { fields: [_, data], .. } if layout.is_lpm() => {
                self.push("LpmKey<");
                self.layout(data.layout);
                self.push(">");
            }
            _ => self.push(layout.name),
        }
    }

    /// `Be<u16> at 8..10`.
    pub(super) const fn ours(&mut self, ours: &Ours<'_>) {
        match ours {
            Ours::Type { layout, offset } => {
                self.layout(layout);
                self.push(" at ");
                self.unsigned(*offset as u64);
                self.push("..");
                self.unsigned(*offset as u64 + layout.size as u64);
            }
            Ours::Bytes(count) => self.bytes(*count),
        }
    }

    /// `__be16 at 8..10`; for what does not start or end with a byte, in bits. `names` has the names of types by their
    /// ids.
    pub(super) const fn theirs(&mut self, theirs: &Theirs, names: &TypeNames<'_>) {
        match theirs {
            Theirs::Type { ty, bit_offset, bits } => {
                self.push(names.of(*ty));
                self.place(*bit_offset, *bits);
            }
            Theirs::Union { bit_offset, bits } => {
                self.push("union");
                self.place(*bit_offset, *bits);
            }
            Theirs::Bytes(count) => self.bytes(*count),
        }
    }

    const fn place(&mut self, bit_offset: u64, bits: u64) {
        let end = bit_offset.saturating_add(bits);
        if bit_offset.is_multiple_of(8) && end.is_multiple_of(8) {
            self.push(" at ");
            self.unsigned(bit_offset / 8);
            self.push("..");
            self.unsigned(end / 8);
        } else {
            self.push(":");
            self.unsigned(bits);
            self.push(" at bits ");
            self.unsigned(bit_offset);
            self.push("..");
            self.unsigned(end);
        }
    }

    /// A difference in one line, as its `Display` has it: the kind, the field, what it means, and both sides.
    pub(super) const fn event(&mut self, types: Types<'_>, event: &Event<'_>, names: &TypeNames<'_>) {
        self.push(event.finding.kind.name());
        if !event.field.is_empty() {
            self.push(" `");
            self.names(&event.field);
            self.push("`");
        }
        self.push(": ");
        self.meaning(types, &event.finding, "");
        match (&event.ours, &event.theirs) {
            (None, None) => return,
            (Some(ours), theirs) => {
                self.push(" (ours: ");
                self.ours(ours);
                if let Some(theirs) = theirs {
                    self.push("; theirs: ");
                    self.theirs(theirs, names);
                }
            }
            (None, Some(theirs)) => {
                self.push(" (theirs: ");
                self.theirs(theirs, names);
            }
        }
        self.push(")");
    }
}

/// How the types of a source are written in C, by their ids.
pub(super) struct TypeNames<'n>(pub(super) &'n [(u32, &'n str)]);

impl<'n> TypeNames<'n> {
    const fn of(&self, ty: TypeUse) -> &'n str {
        let mut i = 0;
        while i < self.0.len() {
            if self.0[i].0 == ty.id {
                return self.0[i].1;
            }
            i += 1;
        }
        "?"
    }
}

/// What `write` puts together.
pub(super) fn to_string(write: impl Fn(&mut Text<'_>)) -> String {
    let mut measure = Text::new(&mut []);
    write(&mut measure);
    let mut buffer = vec![0; measure.needed()];
    let mut text = Text::new(&mut buffer);
    write(&mut text);
    text.as_str().to_owned()
}
