//! CO-RE flavours: `name___suffix` is another version of `name`.

/// The name without its flavour.
pub(crate) fn essential_name(name: &str) -> &str {
    // The flavour starts with an ASCII character.
    &name[..essential_len(name.as_bytes())]
}

/// The length of a name without its flavour: up to the last `___` that stands between two characters other than `_`
/// (`bpf_core_essential_name_len` in libbpf's `relo_core.c`).
pub(super) fn essential_len(name: &[u8]) -> usize {
    let separates =
        |part: &[u8]| matches!(part, [before, b'_', b'_', b'_', after] if *before != b'_' && *after != b'_');
    name.windows(5).rposition(separates).map_or(name.len(), |before| before + 1)
}

#[cfg(test)]
mod tests {
    use super::essential_name;

    #[test]
    fn flavours_are_told_as_libbpf_does() {
        for (name, essential) in [
            ("task_struct", "task_struct"),
            ("task_struct___old", "task_struct"),
            ("foo___a___b", "foo___a"),
            ("foo____bar", "foo____bar"),
            ("foo___", "foo___"),
            ("___foo", "___foo"),
            ("a___b", "a"),
        ] {
            assert_eq!(essential_name(name), essential);
        }
    }
}
