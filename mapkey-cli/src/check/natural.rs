//! Versions as people order and shorten them.

use std::cmp::Ordering;

/// The order in which `5.15.0-91` stands before `5.15.0-107`.
pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    loop {
        let (left, right) = (run(a), run(b));
        if left.is_empty() || right.is_empty() {
            return left.len().cmp(&right.len());
        }
        let order = if starts_with_digit(left) && starts_with_digit(right) {
            let (left, right) = (left.trim_start_matches('0'), right.trim_start_matches('0'));
            left.len().cmp(&right.len()).then_with(|| left.cmp(right))
        } else {
            left.cmp(right)
        };
        if order != Ordering::Equal {
            return order;
        }
        (a, b) = (&a[left.len()..], &b[right.len()..]);
    }
}

/// The digits that a text starts with, or what stands before the first digit.
fn run(text: &str) -> &str {
    let digits = starts_with_digit(text);
    let end = text.find(|c: char| c.is_ascii_digit() != digits);
    &text[..end.unwrap_or(text.len())]
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

/// `5.15.0-91 to -107`: the second without what both begin with.
pub(crate) fn range(first: &str, last: &str) -> String {
    let common = first.char_indices().zip(last.chars()).take_while(|((_, a), b)| a == b);
    let cut = common.filter(|((_, c), _)| matches!(c, '-' | '.' | '/')).last().map_or(0, |((at, _), _)| at);
    // A version's dots are no place to cut: `6.1 to .12` is none.
    let cut = if last[cut..].starts_with('-') { cut } else { 0 };
    format!("{first} to {}", &last[cut..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_count_as_numbers() {
        let mut versions = ["6.12", "5.15.0-107", "6.1", "5.15.0-91", "5.4", "5.15.0-091-x", "v"];
        versions.sort_by(|a, b| compare(a, b));
        assert_eq!(versions, ["5.4", "5.15.0-91", "5.15.0-091-x", "5.15.0-107", "6.1", "6.12", "v"]);
    }

    #[test]
    fn ranges_are_short_where_they_can_be() {
        assert_eq!(range("5.15.0-91", "5.15.0-107"), "5.15.0-91 to -107");
        assert_eq!(range("5.15.0-91-generic", "5.15.0-107-generic"), "5.15.0-91-generic to -107-generic");
        assert_eq!(range("6.1.0", "6.12.0"), "6.1.0 to 6.12.0");
    }
}
