//! The attributes of the struct or the enum.

use proc_macro2::Span;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, LitStr, Path, Token};

use super::value::{Pin, check_c_name};
use super::{Item, Place, Value, items};
use crate::errors::Faults;
use crate::nearest::nearest;

/// What the user said about the key.
#[derive(Default)]
pub(crate) struct ContainerAttributes {
    /// `kernel` is there, if perhaps faulty: the key is a kernel key.
    pub(crate) is_kernel_key: bool,
    pub(crate) kernel: Vec<LitStr>,
    pub(crate) module: Option<LitStr>,
    pub(crate) btf: Option<LitStr>,
    pub(crate) prefix: bool,
    pub(crate) size: Option<Pin>,
    pub(crate) krate: Option<Path>,
    pub(crate) skip: Skip,
    pub(crate) aya_pod: Option<AyaPod>,
}

/// What the user writes by hand.
#[derive(Default)]
pub(crate) struct Skip {
    pub(crate) new: bool,
    pub(crate) no_uninit: bool,
}

/// The user's aya.
pub(crate) struct AyaPod {
    /// `::aya` where there is none.
    pub(crate) path: Option<Path>,
    pub(crate) span: Span,
}

impl ContainerAttributes {
    pub(crate) fn read(attributes: &[Attribute], place: Place, faults: &mut Faults) -> Self {
        let mut read = Self::default();
        let mut module = None;
        for item in items(attributes, place, faults) {
            match &*item.name.to_string() {
                "kernel" => {
                    read.is_kernel_key = true;
                    read.kernel = kernel(&item, faults);
                }
                "module" => {
                    read.module = item.string("nf_conntrack", faults);
                    if let Some(name) = &read.module {
                        check_c_name(name, false, faults);
                    }
                    module = Some(item.name.clone());
                }
                "btf" => {
                    read.btf = item.string("flow_key", faults);
                    if let Some(name) = &read.btf {
                        check_c_name(name, false, faults);
                    }
                }
                "prefix" => read.prefix = item.flag(faults),
                "size" => read.size = item.pin(faults),
                "crate" => read.krate = item.path("::my_crate::mapkey_ebpf", faults),
                "skip" => read.skip = skip(&item, place, faults),
                "aya_pod" => {
                    let path = match item.value {
                        Value::None => None,
                        _ => item.path("::my_crate::aya", faults),
                    };
                    read.aya_pod = Some(AyaPod { path, span: item.name.span() });
                }
                // `items` lets only the names of `place` through.
                _ => {}
            }
        }
        if let (Some(module), false) = (module, read.is_kernel_key) {
            faults
                .at(module, "`module` says where a type of the kernel is: name the type by `kernel = \"...\"` as well");
        }
        read
    }
}

/// `kernel = "name"` or `kernel("name", "other_name")`.
fn kernel(item: &Item, faults: &mut Faults) -> Vec<LitStr> {
    let names = match &item.value {
        Value::List(list) => match Punctuated::<LitStr, Token![,]>::parse_terminated.parse2(list.clone()) {
            Ok(names) if !names.is_empty() => names.into_iter().collect(),
            Ok(_) => {
                faults.at(&item.name, "`kernel()` names no type: write `kernel = \"bpf_cgroup_storage_key\"`");
                Vec::new()
            }
            Err(error) => {
                faults.at_span(
                    error.span(),
                    "`kernel(...)` takes strings: `kernel(\"name\", \"name_in_other_kernels\")`",
                );
                Vec::new()
            }
        },
        _ => item.string("bpf_cgroup_storage_key", faults).into_iter().collect::<Vec<_>>(),
    };
    for (index, name) in names.iter().enumerate() {
        check_c_name(name, true, faults);
        if names[..index].iter().any(|earlier| earlier.value() == name.value()) {
            faults.at(name, format_args!("`{}` is given twice, remove one of them", name.value()));
        }
    }
    names
}

/// `skip(new, no_uninit)`.
fn skip(item: &Item, place: Place, faults: &mut Faults) -> Skip {
    let expected = "`skip` takes what you write by hand: `skip(new)`, `skip(no_uninit)` or `skip(new, no_uninit)`";
    let mut skip = Skip::default();
    let parts = match &item.value {
        Value::List(list) => match Punctuated::<Ident, Token![,]>::parse_terminated.parse2(list.clone()) {
            Ok(parts) if !parts.is_empty() => parts,
            Ok(_) => {
                faults.at(&item.name, expected);
                return skip;
            }
            Err(error) => {
                faults.at_span(error.span(), expected);
                return skip;
            }
        },
        Value::Assigned(tokens) => {
            faults.at(tokens, expected);
            return skip;
        }
        Value::None => {
            faults.at(&item.name, expected);
            return skip;
        }
    };
    for part in parts {
        let name = part.to_string();
        let taken = match &*name {
            "new" if place == Place::Enum => {
                faults.at(&part, "an enum gets no `new`, there is nothing to skip");
                continue;
            }
            "new" => &mut skip.new,
            "no_uninit" => &mut skip.no_uninit,
            _ => {
                match nearest(&name, ["new", "no_uninit"]) {
                    Some(nearest) => {
                        faults.at(&part, format_args!("`{name}` cannot be skipped, did you mean `{nearest}`?"));
                    }
                    None => faults.at(&part, format_args!("`{name}` cannot be skipped, expected `new` or `no_uninit`")),
                }
                continue;
            }
        };
        if std::mem::replace(taken, true) {
            faults.at(&part, format_args!("`{name}` is given twice, remove one of them"));
        }
    }
    skip
}
