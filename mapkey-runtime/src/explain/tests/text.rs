//! How an answer reads.

use super::*;

#[test]
fn the_whole_answer() {
    let wanted = flow(9, 40000, 443);
    let mut entry = wanted.as_bytes().to_vec();
    entry[10..12].reverse();
    entry[13] = 0x7f;
    let answer = in_hash(&wanted, &with(flows(3), &entry));
    assert_eq!(answer.to_string(), "\
map 41 `flows` (hash) does not have this key: an entry is equal when `dport` has its bytes in the other order: 443 here, \
47873 there
and its padding differs as well, in [13..14] (`_pad`): 7f there, 00 here; it is the only entry with anything there
(byte-order with dirty-padding, confidence 0.90)

  wanted  0a 00 07 09 c0 00 02 21 9c 40 01 bb 06 00 00 00
  entry   0a 00 07 09 c0 00 02 21 9c 40 bb 01 06 7f 00 00
                                        ^^ ^^    ^^  dport, padding

ruled out:
  wrong-map-type: keys of a hash are any bytes
  key-size: both sides have 16 bytes
  map-full: 4 of 1024 entries are taken
  empty-map: it has 4 entries
  layout-twin: packed or not, the fields are in the same places
  shifted: none of 4 entries is this key so changed
  string-tail: the key has no text
  swapped-halves: nothing in this key can be mistaken so
  sign-or-width, exchanged-fields: none of 4 entries is this key so changed
  near-value: none of 4 entries differs in one field only

repair: `dport` is in network order: convert where it is written, `key.dport = bpf_htons(dport);` in C, `Be<u16>` in Rust");
}
