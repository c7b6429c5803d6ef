//! The names of Rust's types in BTF.

use super::text::Text;
use crate::layout::Layout;

/// The longest name that a kernel takes in BTF (`KSYM_NAME_LEN` in `include/linux/kallsyms.h`, which
/// `btf_name_valid_identifier` holds names against); unmangled it is shorter still.
const LONGEST: usize = 512;

/// Whether `name` is the type's as bpf-linker writes it into BTF, where a name has letters, digits and `_`
/// only: `Be<u32>` is `Be_3C_u32_3E_`.
pub(super) const fn is_mangled(name: &[u8], layout: &Layout<'_>) -> bool {
    let mut buffer = [0; LONGEST];
    let mut text = Text::new(&mut buffer);
    text.layout(layout);
    if text.needed() > name.len() || text.needed() > LONGEST {
        return false;
    }
    let mut rest = name;
    let mut spelling = text.as_str().as_bytes();
    while let Some((c, behind)) = first_char(spelling) {
        spelling = behind;
        rest = match strip(rest, c) {
            Some(rest) => rest,
            None => return false,
        };
    }
    rest.is_empty()
}

/// What stands behind a character's mangled form.
const fn strip(name: &[u8], c: u32) -> Option<&[u8]> {
    let Some((&first, rest)) = name.split_first() else { return None };
    let stays = match char::from_u32(c) {
        Some(c) => c == '_' || c.is_ascii_alphanumeric(),
        None => false,
    };
    if stays {
        return if first as u32 == c { Some(rest) } else { None };
    }
    // `_`, the number in upper-case hexadecimal digits, `_`.
    let mut rest = match first {
        b'_' => rest,
        _ => return None,
    };
    let mut digit = (32 - c.leading_zeros()).div_ceil(4);
    while digit > 0 {
        digit -= 1;
        let value = (c >> (4 * digit)) & 0xf;
        let expected = b"0123456789ABCDEF"[value as usize];
        rest = match rest.split_first() {
            Some((&found, rest)) if found == expected => rest,
            _ => return None,
        };
    }
    match rest.split_first() {
        Some((b'_', rest)) => Some(rest),
        _ => None,
    }
}

/// The first character of UTF-8, and what stands behind it.
const fn first_char(text: &[u8]) -> Option<(u32, &[u8])> {
    let Some((&first, mut rest)) = text.split_first() else { return None };
    let mut c = match first {
        0..0x80 => return Some((first as u32, rest)),
        0x80..0xe0 => first as u32 & 0x1f,
        0xe0..0xf0 => first as u32 & 0x0f,
        _ => first as u32 & 0x07,
    };
    while let Some((&next, behind)) = rest.split_first() {
        if next & 0xc0 != 0x80 {
            break;
        }
        c = c << 6 | (next & 0x3f) as u32;
        rest = behind;
    }
    Some((c, rest))
}

#[cfg(test)]
mod tests {
    use super::is_mangled;
    use crate::ByteOrder;
    use crate::layout::{Kind, Layout};

    fn named(name: &str) -> Layout<'_> {
        Layout { name, ..Layout::of::<u32>("", Kind::Int { signed: false, order: ByteOrder::Native }) }
    }

    #[test]
    fn every_character_that_is_no_letter_and_no_digit_is_its_number() {
        for name in ["u32", "Be<u32>", "a_b", "Größe", "鍵", "🔑", "", "<"] {
            let mangled: String = (name.chars())
                .map(|c| match c {
                    'a'..='z' | 'A'..='Z' | '0'..='9' | '_' => c.to_string(),
                    _ => format!("_{:X}_", u32::from(c)),
                })
                .collect();
            assert!(is_mangled(mangled.as_bytes(), &named(name)), "{name}: {mangled}");
            assert!(!is_mangled(format!("{mangled}x").as_bytes(), &named(name)), "{name}: {mangled}x");
            assert!(!is_mangled(&mangled.as_bytes()[1.min(mangled.len())..], &named(name)) || name.is_empty());
        }
    }

    #[test]
    fn a_name_that_no_kernel_takes_is_nobodys() {
        let name = "k".repeat(600);
        assert!(!is_mangled(name.as_bytes(), &named(&name)));
    }
}
