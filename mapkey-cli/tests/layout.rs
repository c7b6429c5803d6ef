//! `mapkey layout` as a person calls it.

use std::process::{Command, Output};

use serde_json::{Value, json};

fn mapkey(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mapkey")).args(arguments).output().expect("the command was built")
}

const COUNTERPARTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/counterparts.btf");

/// Standard output of `mapkey layout NAME` on the fixture, which must succeed.
fn layout(name: &str, arguments: &[&str]) -> String {
    let output = mapkey(&[&["layout", name, "--btf", COUNTERPARTS], arguments].concat());
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("text")
}

fn json(name: &str) -> Vec<Value> {
    layout(name, &["--json"]).lines().map(|line| serde_json::from_str(line).expect("an object a line")).collect()
}

#[test]
fn padding_is_a_row() {
    let expected = "\
struct tail_pad {  // 16 bytes, align 8, id 63
    __u64 id;                         //      0     8
    __u32 kind;                       //      8     4
    // 4 bytes that no member covers  //     12     4  padding
};
";
    assert_eq!(without_id(&layout("tail_pad", &[])), without_id(expected));
}

/// Ids change with every rebuild of the fixture.
fn without_id(text: &str) -> String {
    let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
    if let Some(first) = lines.first_mut() {
        first.truncate(first.find(", id").expect("the id is printed"));
    }
    lines.join("\n")
}

#[test]
fn bit_fields_and_anonymous_members_stand_in_place() {
    let expected = "\
struct storage {  // 20 bytes, align 4, id 0
    struct inner inner;  //      0     4
    union {              //      4     4
        __u32 word;      //      4     4
        __u8 octets[4];  //      4     4
    } u;
    __u32 low:3;         //    8:0     4
    __u32 high:5;        //    8:3     4
    __u32 rest:24;       //    9:0     4
    __u16 pair[2];       //     12     4
    __u8 grid[2][2];     //     16     4
};
";
    assert_eq!(without_id(&layout("struct storage", &[])), without_id(expected));
}

#[test]
fn json_of_bit_fields_holes_and_anonymous_members() {
    let storage = &json("storage")[0];
    assert_eq!(
        storage["fields"][3],
        json!({"name": "high", "offset": 8, "size": 4, "type": "__u32", "bit_offset": 67, "bit_size": 5})
    );
    assert_eq!(storage["fields"][1], json!({"name": "u", "offset": 4, "size": 4, "type": "union"}));

    let tail_pad = &json("tail_pad")[0];
    assert_eq!(tail_pad["holes"], json!([{"offset": 12, "size": 4}]));
    let shape = ["kind", "name", "size", "align"].map(|key| &tail_pad[key]);
    assert_eq!(shape, [&json!("struct"), &json!("tail_pad"), &json!(16), &json!(8)]);

    let anonymous = &json("anonymous")[0]["fields"][0];
    assert_eq!(anonymous["name"], "");
    assert_eq!(anonymous["fields"][0]["name"], "ports");
    let inner = &anonymous["fields"][1]["fields"][1];
    assert_eq!(inner, &json!({"name": "dst", "offset": 2, "size": 2, "type": "__be16"}));
}

#[test]
fn a_name_with_several_records_gives_several_objects() {
    let sizes: Vec<_> = json("twice").iter().map(|object| object["size"].clone()).collect();
    assert_eq!(sizes, [json!(4), json!(8)]);
}

#[test]
fn a_path_is_a_members_type() {
    assert_eq!(json("sock.__sk_common")[0]["name"], "sock_common");
}

#[test]
fn what_is_not_there_is_named_with_what_is() {
    let output = mapkey(&["layout", "flwo", "--btf", COUNTERPARTS]);
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.contains("has no type `flwo`; did you mean `flow`"), "{error}");

    let output = mapkey(&["layout", "flow", "--btf", "no/such/file"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no/such/file cannot be read"), "{output:?}");

    let output = mapkey(&["layout", "flow", "--btf", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("holds no usable BTF"), "{output:?}");
}

#[test]
fn a_module_that_is_not_there() {
    let output = mapkey(&["layout", "conn", "--module", "no_such_module"]);
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.starts_with("mapkey: no BTF of the "), "{error}");
}

#[test]
fn usage_errors_exit_with_two() {
    assert_eq!(mapkey(&["layout", "flow", "--base", COUNTERPARTS]).status.code(), Some(2));
    assert_eq!(mapkey(&["layout", "flow", "--module", "m", "--btf", COUNTERPARTS]).status.code(), Some(2));
    assert_eq!(mapkey(&["layout"]).status.code(), Some(2));
    assert_eq!(mapkey(&["layout", "flow", "--all"]).status.code(), Some(2));
}
