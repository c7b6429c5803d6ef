//! Records by name.
#![cfg(feature = "btf")]
#![allow(missing_docs)]

mod support;

use mapkey_layout::btf::Candidates;
use support::{Builder, ENUM, ENUM64, FUNC, FWD, KIND_FLAG, SIGNED, UNION, VAR, index};

fn ids(ids: &[u32]) -> Candidates {
    Candidates { ids: ids.to_vec(), flavours: false, forward_only: false }
}

#[test]
fn all_records_of_a_name_are_candidates() {
    let mut btf = Builder::new();
    let int = btf.int("key", 4, SIGNED);
    let first = btf.structure("key", 4, &[("a", int, 0)]);
    btf.record("key", FWD, 0, 0, &[]);
    btf.record("key", FUNC, 0, 0, &[]);
    btf.record("key", VAR, 0, int, &[0]);
    btf.structure("key2", 4, &[("key", int, 0)]);
    btf.structure("ke", 4, &[("key", int, 0)]);
    let union = btf.composite(UNION, "key", 4, &[("a", int, 0)]);
    let small = btf.enumeration(ENUM, "key", 4, &[]);
    let large = btf.enumeration(ENUM64, "key", 8, &[]);
    btf.structure("key___v2", 4, &[("a", int, 0)]);
    let data = btf.native();
    let index = index(&data, &["other", "key", ""]);
    assert_eq!(index.candidates("key"), ids(&[int, first, union, small, large]));
    assert_eq!(index.candidates("other"), ids(&[]));
    assert_eq!(index.candidates(""), ids(&[]));
}

#[test]
fn a_name_that_was_not_wanted_is_found_all_the_same() {
    let mut btf = Builder::new();
    let key = btf.structure("key", 0, &[]);
    let data = btf.native();
    assert_eq!(index(&data, &["other"]).candidates("key"), ids(&[key]));
    assert_eq!(index(&data, &[]).candidates("nobody"), ids(&[]));
}

#[test]
fn names_in_the_middle_of_the_batches_are_found() {
    let mut btf = Builder::new();
    let mut expected = Vec::new();
    for number in 0..1000 {
        let name = if number % 7 == 0 { "key".to_owned() } else { format!("key{number}") };
        let id = btf.structure(&name, 0, &[]);
        expected.extend((number % 7 == 0).then_some(id));
        btf.modifier(FUNC, "key", id);
    }
    let data = btf.native();
    let index = index(&data, &["key"]);
    assert_eq!(index.candidates("key"), ids(&expected));
    for id in 1..=index.type_count() {
        let number = (id - 1) / 2;
        let name = if id % 2 == 0 || number % 7 == 0 { "key".to_owned() } else { format!("key{number}") };
        assert_eq!(index.name_of(id), Ok(&*name));
    }
}

#[test]
fn a_typedef_counts_where_it_leads_to_something_else() {
    let mut btf = Builder::new();
    let int = btf.int("int", 4, SIGNED);
    let key = btf.structure("key", 4, &[("a", int, 0)]);
    btf.typedef("key", key);
    let other = btf.structure("", 8, &[]);
    let typedef = btf.typedef("key", other);
    btf.typedef("key", other);
    let data = btf.native();
    assert_eq!(index(&data, &["key"]).candidates("key"), ids(&[key, typedef]));
}

#[test]
fn flavours_step_in_where_no_record_has_the_name() {
    let mut btf = Builder::new();
    btf.typedef("key", btf.next_id() + 1);
    btf.record("key", FWD, 0, 0, &[]);
    let old = btf.structure("key___old", 0, &[]);
    let new = btf.structure("key___new", 0, &[]);
    btf.structure("key____neither", 0, &[]);
    btf.structure("key___", 0, &[]);
    let data = btf.native();
    let found = index(&data, &["key"]).candidates("key");
    assert_eq!(found, Candidates { ids: vec![old, new], flavours: true, forward_only: false });
}

#[test]
fn a_forward_declaration_is_told_from_nothing() {
    let mut btf = Builder::new();
    let forward = btf.record("declared", FWD | KIND_FLAG, 0, 0, &[]);
    btf.typedef("typedeffed", forward);
    let data = btf.native();
    let index = index(&data, &["declared", "typedeffed", "absent"]);
    let forward = Candidates { forward_only: true, ..ids(&[]) };
    assert_eq!(index.candidates("declared"), forward);
    assert_eq!(index.candidates("typedeffed"), forward);
    assert_eq!(index.candidates("absent"), ids(&[]));
}

#[test]
fn named_composites_are_structs_and_unions_with_a_name() {
    let mut btf = Builder::new();
    let first = btf.structure("first", 0, &[]);
    btf.structure("", 0, &[]);
    btf.int("int", 4, SIGNED);
    btf.enumeration(ENUM, "color", 4, &[]);
    let second = btf.composite(UNION, "second", 0, &[]);
    let data = btf.native();
    let index = index(&data, &[]);
    assert_eq!(index.named_composites().collect::<Result<Vec<_>, _>>(), Ok(vec![first, second]));
}

#[test]
fn the_nearest_names_come_first() {
    let mut btf = Builder::new();
    btf.structure("bpf_cgroup_storage_key", 0, &[]);
    btf.typedef("bpf_cgroup_storage_key", 1);
    btf.composite(UNION, "bpf_cgroup_storage_map", 0, &[]);
    btf.structure("cgroup_storage_key", 0, &[]);
    btf.int("bpf_cgroup_storage_kez", 4, 0);
    btf.modifier(FUNC, "bpf_cgroup_storage_kei", 1);
    btf.structure("sk_buff", 0, &[]);
    let data = btf.native();
    let index = index(&data, &[]);
    assert_eq!(
        index.nearest_names("bpf_cgroup_storage_ky", 5),
        ["bpf_cgroup_storage_key", "bpf_cgroup_storage_map", "cgroup_storage_key"]
    );
    assert_eq!(index.nearest_names("bpf_cgroup_storage_ky", 1), ["bpf_cgroup_storage_key"]);
    assert_eq!(index.nearest_names("task_struct", 5), [""; 0]);
    assert_eq!(index.nearest_names(&"x".repeat(10_000), 5), [""; 0]);
}
