//! Numbers as a person writes them.

/// Why a text is no number.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NotANumber {
    /// It is something else.
    Other,
    /// A leading zero, which is base 8 to some and nothing to others.
    Octal,
    /// More than 127 bits.
    TooLarge,
}

/// A number in base 10, 16 (`0x`), 8 (`0o`) or 2 (`0b`), with a sign and with underscores between digits.
pub(super) fn parse(text: &str) -> Result<i128, NotANumber> {
    let (is_negative, digits) = match text.as_bytes() {
        [b'-', ..] => (true, &text[1..]),
        [b'+', ..] => (false, &text[1..]),
        _ => (false, text),
    };
    let lower = digits.to_ascii_lowercase();
    let (base, digits) = match lower.get(..2) {
        Some("0x") => (16, &lower[2..]),
        Some("0o") => (8, &lower[2..]),
        Some("0b") => (2, &lower[2..]),
        _ => (10, &*lower),
    };
    let is_digits = digits.chars().all(|c| c.is_digit(base) || c == '_') && digits.starts_with(|c| c != '_');
    if !is_digits || digits.is_empty() {
        return Err(NotANumber::Other);
    }
    if base == 10 && digits.len() > 1 && digits.starts_with('0') {
        return Err(NotANumber::Octal);
    }
    let digits: String = digits.chars().filter(|&c| c != '_').collect();
    let number = i128::from_str_radix(&digits, base).map_err(|_| NotANumber::TooLarge)?;
    Ok(if is_negative { -number } else { number })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_base() {
        for (text, number) in
            [("0", 0), ("443", 443), ("-1", -1), ("+7", 7), ("0xBB", 187), ("0o17", 15), ("0b1_01", 5), ("1_000", 1000)]
        {
            assert_eq!(parse(text), Ok(number), "{text}");
        }
        for text in ["", "-", "0x", "12a", "_1", "1.5", "eth0", "0b2", "--1", "é"] {
            assert_eq!(parse(text), Err(NotANumber::Other), "{text}");
        }
        assert_eq!(parse("010"), Err(NotANumber::Octal));
        assert_eq!(parse("0xffffffffffffffffffffffffffffffffff"), Err(NotANumber::TooLarge));
    }
}
