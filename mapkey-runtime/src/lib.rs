//! Keys held against the running system, before any lookup happens.
//!
//! A *kernel key*, `#[mapkey(kernel = "...")]`, mirrors a type of the kernel, and
//! [`validate_against_btf`](Validate::validate_against_btf) holds it against the kernel that runs:
//!
//! ```
//! use mapkey_runtime::prelude::*;
//!
//! #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, MapKey)]
//! #[repr(C)]
//! #[mapkey(kernel = "bpf_cgroup_storage_key")]
//! pub struct CgroupStorageKey {
//!     pub cgroup_inode_id: u64,
//!     pub attach_type: u32,
//!     pub _pad: Padding<4>,
//! }
//!
//! match CgroupStorageKey::validate_against_btf() {
//!     Ok(matched) => println!("{matched}"),
//!     Err(error) => println!("{error}"),
//! }
//! ```
//!
//! Every key can be held against any [`Source`] by [`validate_against`](Validate::validate_against),
//! and several in one pass by [`validate_many`].
//!
//! This crate re-exports all of `mapkey-ebpf`: a program without an eBPF side of its own in Rust
//! needs no other.

// The derive's code names the crate from outside.
#[cfg(test)]
extern crate self as mapkey_runtime;

mod assert;
mod bytes;
mod config;
pub mod doctor;
pub mod dump;
pub mod explain;
#[cfg(feature = "compressed")]
mod image;
mod kernel;
mod kernel_types;
mod loaded;
pub mod map;
pub mod missing;
mod module;
mod object;
mod plain;
pub mod program;
mod readable;
mod source;
mod sys;
pub mod system;
#[cfg(feature = "compressed")]
mod unpack;
mod validate;
mod validate_all;

#[cfg(feature = "assert")]
#[doc(hidden)]
pub use assert::__build;
pub use mapkey_derive::MapKeyViaRuntime as MapKey;
#[doc(hidden)]
pub use mapkey_ebpf::__private;
pub use mapkey_ebpf::__private::MapKey;
pub use mapkey_ebpf::{Be, FixedStr, InvalidKey, Ipv4, Ipv6, KernelKey, KernelPtr, Le, LpmData, LpmKey, Mac, Padding};
pub use mapkey_layout::{Difference, DifferenceKind, Layout, NotCheckable, Report, Verdict};

pub use config::{ConfigAttempt, KernelConfig, NoKernelConfig};
#[cfg(feature = "compressed")]
pub use image::ImageError;
pub use kernel::{Attempt, NoKernelBtf};
pub use map::{Access, CheckError, CheckedMap, InsertFlags, Map, OpenError, OperationError, PerCpu};
pub use module::{ModuleCause, ModuleSearch, NoModuleBtf};
pub use object::{NoDeclaredType, Object};
pub use source::{Source, SourceError};
pub use sys::Errno;
#[cfg(feature = "compressed")]
pub use unpack::UnpackError;
pub use validate::{Matched, Reason, Validate, ValidateError, ValidateErrors, validate_many};
pub use validate_all::{AllMatched, Unproven, ValidateAllError, validate_all};

/// What a program that validates its keys needs.
pub mod prelude {
    pub use crate::{
        Access, Be, CheckError, CheckedMap, FixedStr, InsertFlags, Ipv4, Ipv6, KernelPtr, Le, LpmKey, Mac, MapKey,
        Matched, Object, OperationError, Padding, PerCpu, Report, Source, Validate, ValidateError, validate_all,
        validate_many,
    };
}
