//! Keys held against an object while the program is built.

/// What the expansion of [`assert_object!`](crate::assert_object) calls.
#[cfg(feature = "assert")]
#[doc(hidden)]
pub mod __build {
    pub use mapkey_assert::{assert_object, verdict};
    pub use mapkey_layout::constant::*;

    /// A key's layout.
    #[must_use]
    pub const fn layout<K: crate::MapKey>() -> Layout {
        K::LAYOUT
    }
}

/// The build fails where a key drifts from the object beside it.
///
/// ```text
/// mapkey_runtime::assert_object!(FlowKey, file = concat!(env!("OUT_DIR"), "/flow.bpf.o"), map = "flows");
/// ```
///
/// `file` is an object as `clang -target bpf` or bpf-linker makes it, or any other file with BTF: an ELF file with a section
/// `.BTF`, such as a `vmlinux`, or raw BTF. Its path is relative to the package's folder, where `Cargo.toml` is, and may
/// be put together by `concat!` and `env!`. `map` holds the key against the type of the keys of that map, `btf` against
/// the type of that name, behind a dot against a member's. Several keys read the file once:
///
/// ```text
/// mapkey_runtime::assert_object!(file = "src/flow.bpf.o", FlowKey: map = "flows", PortKey: btf = "port_key");
/// ```
///
/// The layout is [`MapKey::LAYOUT`](crate::MapKey), as the compiler has it, so that a crate of keys that is shared by both
/// sides of a map needs to know no object: the assertion stands in the program that has the object. The verdict is that of
/// [`validate_against`](crate::Validate::validate_against), but for notes, which are silent here.
///
/// Cargo builds the package again when the file changes. The binary has nothing of it.
///
/// # Errors
///
/// A key that differs is an error at the key, with all differences and both sides. A file, a map or a type that isn't
/// there is an error at its name, with the nearest ones; so is a key that cannot be checked.
#[cfg(feature = "assert")]
#[macro_export]
macro_rules! assert_object {
    ($($arguments:tt)*) => {
        $crate::__build::assert_object! { $crate, $($arguments)* }
    };
}

/// Needs the feature `assert`.
#[cfg(not(feature = "assert"))]
#[macro_export]
macro_rules! assert_object {
    ($($arguments:tt)*) => {
        ::core::compile_error! {
            "`assert_object!` needs the feature `assert` of mapkey-runtime: add it in Cargo.toml, `features = [\"assert\"]`"
        }
    };
}
