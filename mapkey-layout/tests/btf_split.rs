//! BTF that continues other BTF, as a kernel module's does the kernel's.
#![cfg(feature = "btf")]
#![allow(missing_docs)]

mod support;

use mapkey_layout::btf::{Btf, BtfError};
use mapkey_layout::types::TypeNames;
use mapkey_layout::{TypeLayout, type_layouts};
use support::{Builder, Order};

/// The kernel's BTF, and a module's that uses it.
fn kernel_and_module() -> (Builder, Builder) {
    let mut kernel = Builder::new();
    let int = kernel.int("int", 4, 0);
    let be32 = kernel.typedef("__be32", int);
    kernel.structure("in_addr", 4, &[("s_addr", be32, 0)]);
    kernel.structure("both", 4, &[("kernels", int, 0)]);
    let mut module = Builder::on(&kernel);
    let array = module.array(be32, 2);
    module.structure("conn", 12, &[("addr", 3, 0), ("ports", array, 32)]);
    module.structure("both", 4, &[("modules", int, 0)]);
    (kernel, module)
}

fn split<'d>(module: &'d [u8], kernel: &'d [u8]) -> Btf<'d> {
    let on = Btf::parse(module).and_then(|module| module.on(Btf::parse(kernel)?));
    on.unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn types_of_the_base_are_reached_in_either_order() {
    let (kernel, module) = kernel_and_module();
    for order in [Order::Little, Order::Big] {
        let (kernel, module) = (kernel.build(order), module.build(order));
        let btf = split(&module, &kernel);
        let drawn = type_layouts("conn", &btf, "test").expect("the module has it")[0].to_string();
        let expected = "\
struct conn {  // 12 bytes, align 4, id 6
    struct in_addr addr;  //      0     4
    __be32 ports[2];      //      4     8
};
";
        assert_eq!(drawn, expected);
        let index = btf.index(&["in_addr", "__be32"]).expect("both walks go through");
        assert_eq!(index.candidates("in_addr").ids, [3]);
        assert_eq!((index.type_count(), index.own_type_count()), (7, 3));
        assert_eq!((index.type_name(2), index.type_name(5)), ("__be32".to_owned(), "__be32[2]".to_owned()));
    }
}

#[test]
fn the_modules_own_type_goes_before_the_kernels() {
    let (kernel, module) = kernel_and_module();
    let (kernel, module) = (kernel.native(), module.native());
    let layouts = type_layouts("both", &split(&module, &kernel), "test").expect("both have it");
    let fields: Vec<_> = layouts.iter().map(|layout| layout.fields[0].name.as_str()).collect();
    assert_eq!(fields, ["modules"]);
}

#[test]
fn all_means_the_modules_own() {
    let (kernel, module) = kernel_and_module();
    let (kernel, module) = (kernel.native(), module.native());
    let mut names = Vec::new();
    let all = TypeLayout::for_all(&split(&module, &kernel), |layout| -> Result<(), BtfError> {
        names.push((layout.id, layout.name));
        Ok(())
    });
    all.expect("everything can be read");
    assert_eq!(names, [(6, "conn".to_owned()), (7, "both".to_owned())]);
}

#[test]
fn the_nearest_name_can_be_the_bases() {
    let (kernel, module) = kernel_and_module();
    let (kernel, module) = (kernel.native(), module.native());
    let error = type_layouts("in_adr", &split(&module, &kernel), "test").expect_err("no such type");
    assert!(error.to_string().ends_with("did you mean `in_addr`?"), "{error}");
}

#[test]
fn without_its_base_it_says_what_is_missing() {
    let (_, module) = kernel_and_module();
    let module = module.native();
    let error = type_layouts("conn", &Btf::parse(&module).expect("a header"), "test").expect_err("no base");
    assert!(error.to_string().contains("the BTF of a kernel module is only readable beside the kernel's"), "{error}");
}

#[test]
fn what_cannot_be_a_base() {
    let (kernel, module) = kernel_and_module();
    let (native, swapped) = (kernel.native(), kernel.build(Order::Big));
    let bytes = module.native();
    let parse = |bytes| Btf::parse(bytes).expect("a header");
    let nested = parse(&bytes).on(split(&bytes, &native)).err().map(|error| error.to_string());
    assert_eq!(nested.as_deref(), Some("this cannot be the base of split BTF: it is split BTF itself"));
    if cfg!(target_endian = "little") {
        let other = parse(&bytes).on(parse(&swapped)).err().map(|error| error.to_string());
        assert_eq!(other.as_deref(), Some("this cannot be the base of split BTF: its byte order is another"));
    }
}

/// Every wrong base gives an error or another layout, and no panic.
#[test]
fn another_kernels_base() {
    let (_, module) = kernel_and_module();
    let module = module.native();
    for records in 0..8 {
        let mut other = Builder::new();
        for _ in 0..records {
            other.int("int", 4, 0);
        }
        let other = other.native();
        let _ = type_layouts("conn", &split(&module, &other), "test");
    }
}
