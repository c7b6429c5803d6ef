//! Field types that cannot be part of a key, as far as their spelling tells, and what to use
//! instead. What only the type tells is refused by the bound on `MapKey`.

use syn::{Path, Type};

/// A type that cannot be part of a key.
pub(crate) struct Refused<'a> {
    /// The part of the field's type that is refused: the element of an array.
    pub(crate) ty: &'a Type,
    pub(crate) reason: String,
}

impl Refused<'_> {
    /// Whether a struct with such a field has no size.
    pub(crate) fn is_unsized(&self) -> bool {
        match self.ty {
            Type::Slice(_) | Type::TraitObject(_) | Type::ImplTrait(_) => true,
            Type::Path(path) => path.path.segments.last().is_some_and(|last| last.ident == "str"),
            _ => false,
        }
    }
}

/// The type without parentheses and the invisible groups that `macro_rules` leaves.
pub(crate) fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => bare(&group.elem),
        Type::Paren(paren) => bare(&paren.elem),
        _ => ty,
    }
}

/// A type spelled `Padding<..>`, by any path.
pub(crate) fn is_padding(ty: &Type) -> bool {
    matches!(bare(ty), Type::Path(ty) if ty.path.segments.last().is_some_and(|last| last.ident == "Padding"))
}

/// Why `ty` cannot be part of a key, if its spelling tells.
pub(crate) fn refused(ty: &Type) -> Option<Refused<'_>> {
    let ty = bare(ty);
    let reason = match ty {
        Type::Array(array) => return refused(&array.elem),
        Type::Reference(_) => {
            "a reference cannot be part of a key, it is an address in one process: store the value itself, text as \
             `FixedStr<N>`, bytes as `[u8; N]`"
        }
        Type::Ptr(_) => "a pointer is an address in one process: store the value, or a kernel address as `KernelPtr`",
        Type::FnPtr(_) => {
            "a function pointer cannot be part of a key, it is an address in one process: store a number that stands for \
             the function"
        }
        Type::Slice(_) => "a slice cannot be part of a key, it has no fixed length: use an array, `[T; N]`",
        Type::TraitObject(_) | Type::ImplTrait(_) => {
            "a trait object cannot be part of a key, it has no fixed bytes: use the type behind it"
        }
        Type::Tuple(tuple) if tuple.elems.is_empty() => {
            "`()` cannot be part of a key, it has no bytes: remove the field"
        }
        Type::Tuple(_) => {
            "a tuple cannot be part of a key, its layout is the compiler's choice: use a `#[repr(C)]` struct that derives \
             `MapKey` too"
        }
        Type::Never(_) => "`!` cannot be part of a key, it has no value: remove the field",
        Type::Path(path) if path.qself.is_none() => {
            return refused_path(&path.path).map(|reason| Refused { ty, reason });
        }
        _ => return None,
    };
    Some(Refused { ty, reason: reason.to_owned() })
}

/// The names that everybody knows, bare or below `std`. A type of the user's own with such a name is
/// spelled with its module.
const KNOWN: &[(&[&str], &str)] = &[
    (&["usize"], "its width can differ between the two sides of a map: use `u64` or `u32`"),
    (&["isize"], "its width can differ between the two sides of a map: use `i64` or `i32`"),
    (
        &["c_long", "c_ulong", "size_t", "ssize_t", "uintptr_t", "intptr_t"],
        "its width differs between targets: use `u64` or `i64` for a `long` of the kernel",
    ),
    (
        &["u128", "i128"],
        "128-bit integers are aligned differently by different compilers: use `[u64; 2]` or `[u8; 16]`",
    ),
    (&["char"], "it has invalid values and C has no such type: use `u32` for a code point, `u8` for a `char` of C"),
    (
        &["f16", "f32", "f64", "f128"],
        "the kernel compares bytes, and equal floats can have different ones (0.0 and -0.0): store `to_bits()`, an integer",
    ),
    (&["str"], "text has no fixed length: use `FixedStr<N>`"),
    (&["String"], "its text is elsewhere, in one process's memory: use `FixedStr<N>`"),
    (&["Vec"], "its elements are elsewhere, in one process's memory: use an array, `[T; N]`"),
    (&["Box", "Rc", "Arc"], "its value is elsewhere, in one process's memory: store the value itself"),
    (&["Option"], "Rust alone knows how `None` is stored: use the type itself and a value that means none"),
    (
        &[
            "NonZero",
            "NonZeroU8",
            "NonZeroU16",
            "NonZeroU32",
            "NonZeroU64",
            "NonZeroI8",
            "NonZeroI16",
            "NonZeroI32",
            "NonZeroI64",
            "NonZeroU128",
            "NonZeroI128",
            "NonZeroUsize",
            "NonZeroIsize",
        ],
        "the other side of the map may well write a zero: use the plain integer",
    ),
    (&["PhantomData", "PhantomPinned"], "it has no bytes: remove the field"),
];

/// Names of the standard library that somebody may well give to a key of their own: only below `std`.
const BELOW_STD: &[(&[&str], &str)] = &[
    (&["Ipv4Addr"], "Rust does not promise its layout: use `Ipv4`, which converts to and from it"),
    (&["Ipv6Addr"], "Rust does not promise its layout: use `Ipv6`, which converts to and from it"),
    (
        &["IpAddr"],
        "Rust alone knows how its variants are stored: use `Ipv6`, with IPv4 addresses mapped, or a key for each",
    ),
    (
        &["SocketAddr", "SocketAddrV4", "SocketAddrV6"],
        "Rust does not promise its layout: use an `Ipv4` or `Ipv6` field and a `Be<u16>` for the port",
    ),
    (
        &["Duration", "Instant", "SystemTime"],
        "Rust does not promise its layout: use `u64` nanoseconds, as the kernel does",
    ),
    (&["CStr", "CString", "OsStr", "OsString", "Path", "PathBuf"], "text has no fixed length: use `FixedStr<N>`"),
    (&["MaybeUninit"], "its bytes may be uninitialised, and the kernel compares them: use the type itself"),
    (
        &["Cell", "RefCell", "UnsafeCell", "Mutex", "RwLock"],
        "a key does not change while it is looked up: use the type itself",
    ),
    (&["Cow"], "its text is elsewhere, in one process's memory: use `FixedStr<N>`"),
];

/// Why the type at `path` cannot be part of a key, if its name tells.
fn refused_path(path: &Path) -> Option<String> {
    let name = &path.segments.last()?.ident;
    let first = &path.segments.first()?.ident;
    let bare = path.segments.len() == 1;
    let below_std = !bare && ["std", "core", "alloc"].iter().any(|krate| first == krate);
    let find = |table: &[(&[&str], &'static str)]| {
        table.iter().find(|(names, _)| names.iter().any(|known| name == known)).map(|&(_, reason)| reason)
    };
    let known = if bare || below_std { find(KNOWN) } else { None };
    let reason = known.or_else(|| if below_std { find(BELOW_STD) } else { None })?;
    Some(format!("`{name}` cannot be part of a key, {reason}"))
}

#[cfg(test)]
mod tests {
    use super::{is_padding, refused};

    fn reason(ty: &str) -> Option<String> {
        refused(&syn::parse_str(ty).unwrap()).map(|refused| refused.reason)
    }

    #[test]
    fn refuses_by_name() {
        for ty in [
            "usize",
            "[isize; 4]",
            "[[char; 2]; 2]",
            "(f32)",
            "String",
            "std::string::String",
            "::alloc::vec::Vec<u8>",
            "core::num::NonZero<u32>",
            "Option<u8>",
            "std::net::Ipv4Addr",
            "core::net::IpAddr",
            "c_ulong",
            "std::ffi::c_long",
            "&'static str",
            "*const u8",
            "fn()",
            "[u8]",
            "dyn Send",
            "()",
            "(u8, u8)",
            "!",
        ] {
            assert!(reason(ty).is_some(), "{ty}");
        }
    }

    #[test]
    fn leaves_to_the_trait_what_may_be_a_key() {
        for ty in [
            "u8",
            "[u8; 16]",
            "Ipv4Addr",
            "network::Ipv4Addr",
            "my::String",
            "Duration",
            "crate::Option",
            "Be<u32>",
            "<T as Trait>::Option",
            "std::ffi::c_int",
            "key!()",
        ] {
            assert_eq!(reason(ty), None, "{ty}");
        }
    }

    #[test]
    fn padding_by_any_path() {
        for ty in ["Padding<4>", "mapkey_ebpf::Padding<4>", "::a::b::Padding<{ N }>", "(Padding<4>)"] {
            assert!(is_padding(&syn::parse_str(ty).unwrap()), "{ty}");
        }
        for ty in ["[Padding<1>; 4]", "Padding4", "Padding::<4>::Of", "[u8; 4]"] {
            assert!(!is_padding(&syn::parse_str(ty).unwrap()), "{ty}");
        }
    }
}
