//! The attributes of fields and variants.

use proc_macro2::Span;
use syn::{Attribute, LitStr};

use super::value::{Pin, check_c_name};
use super::{Place, items};
use crate::errors::Faults;

/// What the user said about a field.
#[derive(Default)]
pub(crate) struct FieldAttributes {
    pub(crate) rename: Option<LitStr>,
    pub(crate) annotation: Option<(Annotation, Span)>,
    pub(crate) offset: Option<Pin>,
}

/// What the user said about a field's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Annotation {
    Bytes,
    Pointer,
    NetworkOrder,
}

impl Annotation {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Bytes => "bytes",
            Self::Pointer => "pointer",
            Self::NetworkOrder => "network_order",
        }
    }
}

impl FieldAttributes {
    pub(crate) fn read(attributes: &[Attribute], faults: &mut Faults) -> Self {
        let mut read = Self::default();
        for item in items(attributes, Place::Field, faults) {
            let annotation = match &*item.name.to_string() {
                "rename" => {
                    read.rename = item.string("member", faults);
                    if let Some(path) = &read.rename {
                        check_c_name(path, true, faults);
                    }
                    continue;
                }
                "offset" => {
                    read.offset = item.pin(faults);
                    continue;
                }
                "bytes" => Annotation::Bytes,
                "pointer" => Annotation::Pointer,
                // `items` lets only the names of a field through.
                _ => Annotation::NetworkOrder,
            };
            if !item.flag(faults) {
                continue;
            }
            match read.annotation {
                Some((earlier, _)) => faults.at(
                    &item.name,
                    format_args!(
                        "a field is either `{}` or `{}`, remove one of them",
                        earlier.name(),
                        annotation.name()
                    ),
                ),
                None => read.annotation = Some((annotation, item.name.span())),
            }
        }
        read
    }
}

/// What the user said about a variant.
#[derive(Default)]
pub(crate) struct VariantAttributes {
    pub(crate) rename: Option<LitStr>,
}

impl VariantAttributes {
    pub(crate) fn read(attributes: &[Attribute], faults: &mut Faults) -> Self {
        let mut read = Self::default();
        for item in items(attributes, Place::Variant, faults) {
            read.rename = item.string("ENUMERATOR", faults);
            if let Some(name) = &read.rename {
                check_c_name(name, false, faults);
            }
        }
        read
    }
}
