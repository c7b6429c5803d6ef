//! How an answer reads.

use super::*;

#[test]
fn the_whole_answer() {
    let wanted = flow(9, 40000, 443);
    let mut entry = wanted.as_bytes().to_vec();
    entry[10..12].reverse();
    entry[13] = 0x7f;
    let answer = in_hash(&wanted, &with(flows(3), &entry));
    let expected = "\
map 41 `flows` (hash) does not have this key: an entry is equal when `dport` has its bytes in the other order
and an entry has the same value in every field";
    assert!(answer.to_string().starts_with(expected), "{answer}");
}
