//! All keys of a program at once, where some are not proven.
#![allow(dead_code)] // nobody has to use a key for it to be checked

use mapkey_runtime::prelude::*;
use mapkey_runtime::{NotCheckable, Reason, SourceError};
use mapkey_tests::{Kernel, kernel_or_skip};

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
#[mapkey(kernel = "bpf_cgroup_storage_key")]
struct Matching {
    cgroup_inode_id: u64,
    attach_type: u32,
    _pad: Padding<4>,
}

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
#[mapkey(kernel = "bpf_cgroup_storage_key")]
struct Drifted {
    attach_type: u64,
    cgroup_inode_id: u64,
}

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
#[mapkey(kernel = "bpf_cgroup_storage_kee")]
struct Misspelled {
    id: u32,
}

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
#[mapkey(kernel = "no_such_type", module = "no_such_module")]
struct OfNoModule {
    id: u32,
}

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
#[mapkey(kernel = "bpf_cgroup_storage_key", module = "no_such_module")]
struct BuiltIn {
    cgroup_inode_id: u64,
    attach_type: u32,
    _pad: Padding<4>,
}

#[test]
fn every_key_that_is_not_proven_is_named() {
    if !kernel_or_skip("every_key_that_is_not_proven_is_named", Kernel::Btf) {
        return;
    }
    let error = validate_all().expect_err("three of the keys are wrong");
    let of = |name: &str| {
        let path = [format!("validate_all_unproven::{name}")];
        let found = error.unproven.iter().find(|unproven| unproven.keys == path);
        &found.unwrap_or_else(|| panic!("{name} is not in {error}")).error
    };
    assert!(matches!(of("Drifted"), ValidateError::Mismatch(_)));
    assert!(matches!(
        of("Misspelled"),
        ValidateError::NotCheckable(Reason::NotInKernel { reason: NotCheckable::NoSuchType { .. }, .. })
    ));
    assert!(matches!(of("OfNoModule"), ValidateError::NotCheckable(Reason::Source(SourceError::NoModuleBtf(_)))));
    assert_eq!((error.unproven.len(), error.unreadable.len()), (3, 0));
    let matched: Vec<_> = error.matched.iter().map(|matched| matched.report().key.as_str()).collect();
    assert_eq!(matched.len(), 2, "{matched:?}");

    let text = format!("{error:?}");
    assert!(text.starts_with("3 of 5 kernel keys are not proven\n"), "{text}");
    assert!(text.contains("\nvalidate_all_unproven::Misspelled: not checkable: "), "{text}");
}
