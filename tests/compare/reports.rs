//! The report as it is read, by people and by programs.

use mapkey_runtime::{Be, MapKey, Padding};
use serde_json::json;

use super::{key, report};

/// The text without its first line, which names the fixture's path.
fn drawn<K: MapKey>() -> String {
    let text = report::<K>().to_string();
    text.split_once('\n').expect("several lines").1.to_owned()
}

#[test]
fn both_sides_in_two_columns_with_padding_as_rows() {
    key!(Key mirrors "tail_pad" { id: u64, kind: Be<u32>, _pad: Padding<4> });
    let expected = "
    Key, 16 bytes, align 8     struct tail_pad, 16 bytes, align 8
    offset  size               offset  size
         0     8  id: u64           0     8  __u64 id
  ~      8     4  kind: Be<u32>     8     4  __u32 kind
        12     4  _pad: Padding<4>    12     4  4 bytes of padding

  note, byte-order  kind  a plain integer there: nothing says whether its bytes are in network (big-endian) order
";
    assert_eq!(squeezed(&drawn::<Key>()), squeezed(expected));
}

/// Columns as wide as one space: their width is not what the test is about.
fn squeezed(text: &str) -> Vec<String> {
    text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn paths_into_unions_are_drawn_and_what_is_behind_the_end_is_cut() {
    key!(Key mirrors "anonymous" {
        #[mapkey(rename = "src")]
        src: Be<u16>,
        #[mapkey(rename = "dst")]
        dst: u16,
    });
    let expected = "
    Key, 4 bytes, align 2    struct anonymous, 16 bytes, align 8
    offset  size             offset  size
         0     2  src: Be<u16>     0     2  __be16 src
  !      2     2  dst: u16         2     2  __be16 dst
                                   4     4  struct
                                   8     8  union u

  byte-order  dst  in network order there, in this machine's order here: make it a `Be<u16>`, or annotate it with `#[mapkey(network_order)]` if you convert by hand
  tail             the counterpart has 12 bytes behind the key's end, from `mark` on; if the key is meant to mirror only the beginning, say `#[mapkey(prefix)]`
";
    assert_eq!(squeezed(&drawn::<Key>()), squeezed(expected));
}

#[test]
fn other_types_of_the_name_are_named() {
    key!(Key mirrors "twice" { a: u32, b: u32 });
    let text = drawn::<Key>();
    let last = text.lines().last().expect("a line");
    assert!(last.starts_with("  another struct twice (id ") && last.ends_with("4 bytes) has 2 differences"), "{last}");
}

#[test]
fn the_same_through_serde() {
    key!(Key mirrors "flow" { saddr: Be<u32>, daddr: u32, sport: Be<u16>, _pad: Padding<2> });
    let report = serde_json::to_value(report::<Key>()).expect("reports are data");
    assert_eq!(report["verdict"], "mismatch");
    assert_eq!(report["size"], json!({"ours": 12, "theirs": 12}));
    assert_eq!(
        report["differences"][1],
        json!({
            "kind": "padding-used",
            "field": "_pad",
            "member": "dport",
            "ours": "Padding<2> at 10..12",
            "theirs": "__be16 at 10..12",
            "text": report["differences"][1]["text"],
        })
    );
    assert_eq!(
        report["rows"][1],
        json!({
            "mark": "mismatch",
            "ours": {"path": "daddr", "offset": 4, "size": 4, "text": "daddr: u32"},
            "theirs": {"path": "daddr", "offset": 4, "size": 4, "text": "__be32 daddr"},
        })
    );
}
