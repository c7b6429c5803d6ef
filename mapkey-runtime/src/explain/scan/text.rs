//! What is behind the end of a text.

/// How a text goes on behind its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Tail {
    /// Behind its NUL there is something.
    Garbage,
    /// It has no NUL.
    NoNul,
    /// It is filled with another byte than zero.
    Filled(u8),
}

/// How two fields that hold one text differ; `None` where they hold two texts, or none.
pub(crate) fn relate(wanted: &[u8], entry: &[u8]) -> Option<Tail> {
    let (end, other_end) = (end(wanted), end(entry));
    let shared = end.min(other_end);
    if wanted[..shared] != entry[..shared] || !is_text(&wanted[..shared]) {
        return None;
    }
    if end == other_end {
        return (end < wanted.len() && wanted != entry).then_some(Tail::Garbage);
    }
    let longer = if end < other_end { entry } else { wanted };
    let rest = &longer[shared..];
    let has_nul = rest.contains(&0);
    match rest {
        [only, ..] if rest.len() > 1 && rest.iter().all(|byte| byte == only) && !only.is_ascii_alphanumeric() => {
            Some(Tail::Filled(*only))
        }
        // The last byte of a name that was cut to leave room for its NUL, or bytes that no name has.
        _ if !has_nul && (rest.len() == 1 || !is_text(rest)) => Some(Tail::NoNul),
        // A longer name, which is another one.
        _ => None,
    }
}

/// Whether the bytes behind the NUL are anything but zero.
pub(crate) fn is_dirty(field: &[u8]) -> bool {
    field[end(field)..].iter().any(|&byte| byte != 0)
}

/// Where the NUL is, or the end of the field.
pub(crate) fn end(field: &[u8]) -> usize {
    field.iter().position(|&byte| byte == 0).unwrap_or(field.len())
}

/// Addresses and numbers are no text, even if some of their bytes are letters.
pub(crate) fn is_text(bytes: &[u8]) -> bool {
    match std::str::from_utf8(bytes) {
        Ok(text) => !text.chars().any(char::is_control),
        // The kernel cuts a name in the middle of a character.
        Err(error) => error.error_len().is_none() && !bytes.iter().any(u8::is_ascii_control),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_is_told_from_two() {
        let cases: [(&[u8; 8], &[u8; 8], Option<Tail>); 11] = [
            (b"eth0\0\0\0\0", b"eth0\0lo\0", Some(Tail::Garbage)),
            (b"eth0\0lo\0", b"eth0\0\0\0\0", Some(Tail::Garbage)),
            (b"eth0\0\0\0\0", b"eth0    ", Some(Tail::Filled(b' '))),
            (b"eth0\0\0\0\0", b"eth0\xff\xff\xff\xff", Some(Tail::Filled(0xff))),
            (b"eth0\0\0\0\0", b"eth0\x01\x90lo", Some(Tail::NoNul)),
            (b"abcdefg\0", b"abcdefgh", Some(Tail::NoNul)),
            (b"eth0\0\0\0\0", b"eth0.10\0", None),
            (b"eth0\0\0\0\0", b"eth0abcd", None),
            (b"eth0\0\0\0\0", b"eth1\0\0\0\0", None),
            (b"\x20\x01\x0d\xb8\0\0\0\0", b"\x20\x01\x0d\xb8\0\0\0\x01", None),
            (b"eth0\0\0\0\0", b"eth0\0\0\0\0", None),
        ];
        for (wanted, entry, tail) in cases {
            assert_eq!(relate(wanted, entry), tail, "{wanted:?} {entry:?}");
        }
    }

    #[test]
    fn a_name_that_was_cut_is_text() {
        assert!(is_text(b"na\xc3"));
        assert!(!is_text(b"na\xc3\x28x"));
        assert!(!is_text(b"a\x7f"));
    }
}
