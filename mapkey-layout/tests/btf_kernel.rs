//! The running kernel's BTF, where there is one.
#![cfg(feature = "btf")]
#![allow(missing_docs)]

mod support;

use std::collections::BTreeMap;
use std::fs;

use mapkey_layout::types::TypeNames;
use mapkey_tests::{Kernel, kernel_or_skip};
use support::{check_table, index};

/// The kernel's BTF, where it has one.
fn kernel(test: &str) -> Option<Vec<u8>> {
    kernel_or_skip(test, Kernel::Btf).then(|| fs::read("/sys/kernel/btf/vmlinux").expect("its beginning was just read"))
}

#[test]
fn all_named_composites_load() {
    let Some(data) = kernel("all_named_composites_load") else { return };
    let index = index(&data, &[]);
    let mut ids = Vec::new();
    for id in index.named_composites() {
        let id = id.expect("the kernel's names are good");
        let (types, uses) = index.load(&[id]).unwrap_or_else(|error| panic!("{}: {error}", index.type_name(id)));
        check_table(&types, &uses);
        for member in types.members(uses[0].index) {
            let spelled = types.spell(member.ty);
            assert!(!spelled.is_empty() && !spelled.contains('?'), "{spelled} in {}", index.type_name(id));
        }
        ids.push(id);
    }
    println!("{} named structs and unions of {} records", ids.len(), index.type_count());
    assert!(ids.len() > 1000);
    let (types, uses) = index.load(&ids).expect("what loads alone loads together");
    check_table(&types, &uses);
}

#[test]
fn records_with_one_name_are_all_seen() {
    let Some(data) = kernel("records_with_one_name_are_all_seen") else { return };
    let first = index(&data, &[]);
    let mut by_name: BTreeMap<(&str, String), Vec<u32>> = BTreeMap::new();
    for id in first.named_composites() {
        let id = id.expect("the kernel's names are good");
        let name = first.name_of(id).expect("the kernel's names are good");
        by_name.entry((name, first.type_name(id))).or_default().push(id);
    }
    let doubled = by_name.iter().filter(|(_, ids)| ids.len() > 1);
    let doubled: Vec<_> = doubled.map(|((name, _), ids)| (*name, ids.clone())).collect();
    println!("{} names of structs and unions have several records: {doubled:?}", doubled.len());
    assert!(!doubled.is_empty(), "every kernel has some");
    let names: Vec<&str> = doubled.iter().map(|(name, _)| *name).collect();
    let found = index(&data, &names);
    for (name, ids) in doubled {
        let candidates = found.candidates(name).ids;
        assert!(ids.iter().all(|id| candidates.contains(id)), "{name}: {candidates:?} of {ids:?}");
    }
}

#[test]
fn known_structs() {
    let Some(data) = kernel("known_structs") else { return };
    let found = index(&data, &["bpf_cgroup_storage_key", "sock_common"]);
    let (types, uses) = found.load(&found.candidates("bpf_cgroup_storage_key").ids).expect("it is a small struct");
    // The second member's type has changed: an enum, then `__u32`.
    let members = types.members(uses[0].index).iter().map(|member| (member.bit_offset / 8, member.name));
    assert_eq!(members.collect::<Vec<_>>(), [(0, "cgroup_inode_id"), (8, "attach_type")]);
    assert_eq!(types.spell(types.members(uses[0].index)[0].ty), "__u64");
    assert_eq!((types.get(uses[0].index).size, types.get(uses[0].index).align), (16, 8));
    assert_eq!(found.nearest_names("bpf_cgroup_storage_ky", 1), ["bpf_cgroup_storage_key"]);
}
