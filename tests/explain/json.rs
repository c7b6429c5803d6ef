//! The answer for other programs.

use mapkey_runtime::explain::CauseKind;
use serde_json::{Value, json};

use crate::maps::Maps;

#[test]
fn two_causes_with_one_entry() {
    let Some(mut maps) = Maps::load("two_causes_with_one_entry") else { return };
    maps.fill("flows", [[10, 0, 7, 9, 192, 0, 2, 33, 0x9c, 0x40, 0xbb, 0x01, 6, 0, 0, 0x7f]]);
    let asked = ["saddr=10.0.7.9", "daddr=192.0.2.33", "sport=40000", "dport=443", "proto=6"];
    let answer = serde_json::to_value(maps.ask("flows", &asked)).expect("an answer is JSON");
    let entry = "0a000709c00002219c40bb010600007f";
    assert_eq!(answer["found"], json!(false));
    assert_eq!(answer["wanted"], json!("0a000709c00002219c4001bb06000000"));
    let causes = answer["causes"].as_array().expect("a list");
    let shown = |cause: &Value| (cause["kind"].clone(), cause["fields"].clone(), cause["entry"].clone());
    assert_eq!(shown(&causes[0]), (json!("byte-order"), json!(["dport"]), json!(entry)));
    assert_eq!(shown(&causes[1]), (json!("dirty-padding"), json!(["[15..16]"]), json!(entry)));
    for cause in causes {
        let confidence = cause["confidence"].as_f64().expect("a number");
        assert!((0.0..=1.0).contains(&confidence) && cause["text"].is_string(), "{cause}");
    }
    let ruled_out = answer["ruled_out"].as_array().expect("a list");
    assert!(ruled_out.iter().all(|out| out["kind"].is_string() && out["text"].is_string()), "{ruled_out:?}");
    let unreadable = serde_json::to_value(maps.map("waiting").explain(&[]).expect("the map is open"));
    let unreadable = unreadable.expect("an answer is JSON");
    assert_eq!((&unreadable["found"], &unreadable["causes"][0]["entry"]), (&Value::Null, &Value::Null));
}

#[test]
fn kinds_are_written_as_they_are_printed() {
    for kind in CauseKind::ALL {
        assert_eq!(serde_json::to_value(kind).expect("a string"), json!(kind.name()));
    }
}
