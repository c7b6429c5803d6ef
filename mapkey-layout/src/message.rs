//! Text that is put together while compiling, for panics in const blocks.

/// A message under construction. What does not fit is cut at the end: a message is better short
/// than absent.
pub(crate) struct Message {
    bytes: [u8; Self::CAPACITY],
    len: usize,
}

impl Message {
    const CAPACITY: usize = 1024;

    pub(crate) const fn new() -> Self {
        Self { bytes: [0; Self::CAPACITY], len: 0 }
    }

    /// Appends `text`, or nothing where it does not fit as a whole: half a character would not be
    /// text.
    pub(crate) const fn text(mut self, text: &str) -> Self {
        let text = text.as_bytes();
        if text.len() > Self::CAPACITY - self.len {
            return self;
        }
        let mut i = 0;
        while i < text.len() {
            self.bytes[self.len] = text[i];
            self.len += 1;
            i += 1;
        }
        self
    }

    #[allow(clippy::cast_possible_truncation)] // a digit
    pub(crate) const fn number(self, mut number: usize) -> Self {
        let mut digits = [0; 20];
        let mut start = digits.len();
        loop {
            start -= 1;
            digits[start] = b'0' + (number % 10) as u8;
            number /= 10;
            if number == 0 {
                break;
            }
        }
        let (_, digits) = digits.split_at(start);
        match core::str::from_utf8(digits) {
            Ok(digits) => self.text(digits),
            Err(_) => self,
        }
    }

    /// `1 byte`, `3 bytes`.
    pub(crate) const fn byte_count(self, count: usize) -> Self {
        self.number(count).text(if count == 1 { " byte" } else { " bytes" })
    }

    pub(crate) const fn as_str(&self) -> &str {
        let (bytes, _) = self.bytes.split_at(self.len);
        match core::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(_) => "the message could not be put together",
        }
    }
}

/// Whether two texts are equal: `==` is not `const`.
pub(crate) const fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    // Names of one struct often begin alike.
    let mut i = a.len();
    while i > 0 {
        i -= 1;
        if a[i] != b[i] {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::Message;

    #[test]
    fn numbers_and_counts() {
        const TEXT: Message = Message::new().byte_count(1).text(", ").byte_count(20).text(" of ").number(usize::MAX);
        assert_eq!(TEXT.as_str(), format!("1 byte, 20 bytes of {}", usize::MAX));
    }

    #[test]
    fn what_does_not_fit_is_left_out_whole() {
        let long = "é".repeat(600);
        let message = Message::new().text("a").text(&long).text("b");
        assert_eq!(message.as_str(), "ab");
    }
}
