//! Where the kernel's BTF is found, and what is said when it is not there.

mod support;

use std::fs;
use std::path::Path;

use mapkey_runtime::{NoKernelBtf, Source, SourceError};
use support::{KERNEL, RELEASE, root};

fn none(root: &Path) -> NoKernelBtf {
    match Source::kernel_under(root, RELEASE).expect_err("there is no BTF") {
        SourceError::NoKernelBtf(error) => error,
        error => panic!("{error}"),
    }
}

fn first_line(error: &NoKernelBtf) -> String {
    error.to_string().lines().next().expect("a line").to_owned()
}

#[test]
fn every_place_of_libbpf_is_tried() {
    let btf = fs::read(KERNEL).expect("the example's file");
    for place in [
        "sys/kernel/btf/vmlinux",
        "boot/vmlinux-6.1.0-test",
        "lib/modules/6.1.0-test/vmlinux-6.1.0-test",
        "lib/modules/6.1.0-test/build/vmlinux",
        "usr/lib/modules/6.1.0-test/kernel/vmlinux",
        "usr/lib/debug/boot/vmlinux-6.1.0-test",
        "usr/lib/debug/boot/vmlinux-6.1.0-test.debug",
        "usr/lib/debug/lib/modules/6.1.0-test/vmlinux",
        "usr/lib/debug/lib/modules/6.1.0-test/vmlinux.debug",
    ] {
        let root = root(&[(place, &btf)]);
        let kernel = Source::kernel_under(root.path(), RELEASE).expect("the file is there");
        assert!(kernel.to_string().contains(place), "{kernel}");
    }
}

#[test]
fn a_broken_file_does_not_hide_a_good_one() {
    let btf = fs::read(KERNEL).expect("the example's file");
    let root = root(&[("sys/kernel/btf/vmlinux", b"broken"), ("boot/vmlinux-6.1.0-test", &btf)]);
    assert!(Source::kernel_under(root.path(), RELEASE).is_ok());
}

#[test]
fn sysfs_is_not_mounted() {
    let root = root(&[]);
    let error = none(root.path());
    assert_eq!(first_line(&error), "no BTF of the running kernel 6.1.0-test: sysfs is not mounted at /sys");
    assert!(error.to_string().contains("mount -t sysfs sysfs /sys"), "{error}");
    let images = if cfg!(feature = "compressed") { 3 } else { 0 };
    assert_eq!(error.attempts.len(), 9 + images);
}

#[test]
fn the_kernel_was_built_without() {
    let config: &[u8] = b"CONFIG_BPF=y\n# CONFIG_DEBUG_INFO_BTF is not set\n";
    let root = root(&[("sys/kernel/mm/ksm/run", b"0"), ("boot/config-6.1.0-test", config)]);
    let line = first_line(&none(root.path()));
    assert!(line.contains("built without CONFIG_DEBUG_INFO_BTF, says"), "{line}");
    assert!(line.ends_with("boot/config-6.1.0-test"), "{line}");
}

#[test]
fn nothing_says_why() {
    let root = root(&[("sys/kernel/mm/ksm/run", b"0"), ("boot/config-6.1.0-test", b"CONFIG_DEBUG_INFO_BTF=y\n")]);
    let line = first_line(&none(root.path()));
    assert!(line.contains("sysfs has none"), "{line}");
}

#[test]
fn the_file_is_broken() {
    let root = root(&[("sys/kernel/btf/vmlinux", &[0x9f, 0xeb, 1, 0])]);
    let error = none(root.path());
    assert!(first_line(&error).contains("sys/kernel/btf/vmlinux is broken: "), "{error}");
    assert!(error.to_string().contains("reinstall the kernel's package"), "{error}");
}

#[test]
fn an_empty_file_is_broken() {
    let root = root(&[("sys/kernel/btf/vmlinux", b"")]);
    assert!(first_line(&none(root.path())).contains("is broken"));
}
