//! All keys of a program at once: this test's own.

use mapkey_runtime::validate_all;
use mapkey_tests::{Kernel, kernel_or_skip};

/// Keys in a module, of which one is the kernel's.
mod keys {
    use mapkey_runtime::prelude::*;

    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    #[mapkey(kernel = "bpf_cgroup_storage_key")]
    struct CgroupStorageKey {
        cgroup_inode_id: u64,
        attach_type: u32,
        _pad: Padding<4>,
    }

    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    struct FlowKey {
        end: End,
        hops: [End; 2],
    }

    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    struct End {
        addr: Ipv4,
        port: Be<u16>,
        state: State,
    }

    #[derive(Clone, Copy, MapKey)]
    #[repr(u16)]
    enum State {
        Open,
    }
}

#[test]
fn kernel_keys_match_and_own_keys_are_deferred() {
    if !kernel_or_skip("kernel_keys_match_and_own_keys_are_deferred", Kernel::Btf) {
        return;
    }
    let all = validate_all().expect("the kernel has had this layout since 4.19");
    let reports: Vec<_> = all.matched.iter().map(|matched| matched.report().key.as_str()).collect();
    assert_eq!(reports, ["CgroupStorageKey"]);
    // What is only a part of a key is no key of its own.
    assert_eq!(all.deferred, ["validate_all::keys::FlowKey"]);
    let text = all.to_string();
    assert!(text.starts_with("match: CgroupStorageKey against struct bpf_cgroup_storage_key of the running kernel"));
    assert!(text.ends_with("\ndeferred: validate_all::keys::FlowKey is checked when its map opens"), "{text}");
}
