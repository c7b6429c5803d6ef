//! Keys that mirror a module's types.

mod support;

use std::fs;
use std::path::Path;

use mapkey_runtime::prelude::*;
use mapkey_runtime::{Reason, SourceError};
use support::{KERNEL, RELEASE, root};

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct In6Addr {
    #[mapkey(rename = "in6_u.u6_addr32")]
    addr: [Be<u32>; 4],
}

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
#[mapkey(kernel = "conn", module = "test_module")]
struct Conn {
    peer: In6Addr,
}

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
#[mapkey(kernel = "ipv4_addr_key", module = "test_module")]
struct BuiltIn {
    addr: Ipv4,
    vif: i32,
}

/// Split BTF with `struct conn { struct in6_addr peer; };` behind the kernel's.
fn module() -> Vec<u8> {
    let kernel = fs::read(KERNEL).expect("the example's file");
    let source = Source::file(KERNEL).expect("the example's file");
    let btf = source.btf().expect("it was opened");
    let index = btf.index(&["in6_addr"]).expect("it can be walked");
    let strings_len = u32::from_le_bytes(kernel[20..24].try_into().expect("four bytes"));
    let in6_addr = index.candidates("in6_addr").ids[0];
    let strings = b"conn\0peer\0";
    let types = [strings_len, 4 << 24 | 1, 16, strings_len + 5, in6_addr, 0];
    let header = [0x0001_eb9f, 24, 0, 24, 24, 10];
    let words = header.iter().chain(&types).flat_map(|word: &u32| word.to_le_bytes());
    words.chain(*strings).collect()
}

fn open(root: &Path) -> Result<Source, SourceError> {
    Source::module_under(root, RELEASE, "test_module")
}

#[test]
fn a_modules_type_that_uses_the_kernels() {
    let kernel = fs::read(KERNEL).expect("the example's file");
    let root = root(&[("sys/kernel/btf/vmlinux", &kernel), ("sys/kernel/btf/test_module", &module())]);
    let module = open(root.path()).expect("both are there");
    assert!(module.to_string().starts_with("the module test_module of the running kernel, 6.1.0-test ("), "{module}");
    Conn::validate_against(&module).expect("the same struct");
    // A file beside its base is the same thing.
    let path = root.path().join("sys/kernel/btf/test_module");
    let file = Source::file(path).and_then(|module| module.on(Source::file(KERNEL)?)).expect("both are there");
    Conn::validate_against(&file).expect("the same struct");
}

#[test]
fn what_is_missing_is_named() {
    let kernel = fs::read(KERNEL).expect("the example's file");
    let with = |more: &[(&str, &[u8])]| {
        let root = root(&[&[("sys/kernel/btf/vmlinux", &*kernel)], more].concat());
        open(root.path()).expect_err("no usable BTF of the module").to_string()
    };
    let error = with(&[]);
    assert!(error.starts_with("no BTF of the kernel module test_module: "), "{error}");
    assert!(error.ends_with("is not loaded: `modprobe test_module`"), "{error}");
    let error = with(&[("sys/module/test_module/initstate", b"live")]);
    assert!(error.contains("built without CONFIG_DEBUG_INFO_BTF_MODULES"), "{error}");
    let mut empty = module();
    empty[12..16].fill(0);
    let error = with(&[("sys/kernel/btf/test_module", &empty)]);
    assert!(error.contains("has no types"), "{error}");
    let error = with(&[("sys/kernel/btf/test_module", b"garbage")]);
    assert!(error.contains("does not fit this kernel: neither BTF nor an ELF file"), "{error}");
}

#[test]
fn a_broken_module_is_no_matter_for_other_keys() {
    let kernel = fs::read(KERNEL).expect("the example's file");
    let root = root(&[("sys/kernel/btf/vmlinux", &kernel), ("sys/kernel/btf/broken", b"garbage")]);
    assert!(Source::kernel_under(root.path(), RELEASE).is_ok());
    let other = Source::module_under(root.path(), RELEASE, "broken");
    assert!(matches!(other, Err(SourceError::NoModuleBtf(_))));
}

#[test]
fn the_modules_that_have_a_type_are_named_and_the_broken_ones_too() {
    let kernel = fs::read(KERNEL).expect("the example's file");
    let root = root(&[
        ("sys/kernel/btf/vmlinux", &kernel),
        ("sys/kernel/btf/test_module", &module()),
        ("sys/kernel/btf/broken", b"garbage"),
    ]);
    let kernel = Source::kernel_under(root.path(), RELEASE).expect("it is there");
    let search = kernel.modules_having("conn").expect("a kernel has modules");
    assert_eq!(search.having, ["test_module"]);
    assert_eq!(search.unusable[0].module, "broken");
    let text = search.to_string();
    assert!(text.starts_with("\n  the module test_module has it: `#[mapkey(module = \"test_module\")]`"), "{text}");
    assert!(text.contains("\n  warning, not looked into: no BTF of the kernel module broken: "), "{text}");
    assert!(Source::file(KERNEL).expect("a file").modules_having("conn").is_none());
}

/// The module is none here, so its types are looked for in the kernel that runs.
#[test]
fn what_is_a_module_elsewhere_can_be_built_in() {
    match (Source::kernel(), BuiltIn::validate_against_btf()) {
        (Ok(_), Ok(matched)) => assert!(matched.to_string().contains("of the running kernel"), "{matched}"),
        (Ok(_), Err(error)) => panic!("{error}"),
        (Err(_), verdict) => assert!(verdict.is_err()),
    }
    let error = Conn::validate_against_btf().expect_err("no kernel has a struct of this test");
    assert!(matches!(error, ValidateError::NotCheckable(Reason::Source(_))), "{error}");
}
