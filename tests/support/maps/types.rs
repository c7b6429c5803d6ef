//! The types of a map's keys and values.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use super::bpf;
use crate::btf::Builder;

/// BTF that the kernel holds, with the types of a map's keys and values in it.
#[derive(Debug)]
pub struct Types {
    btf: OwnedFd,
    pub(super) key: u32,
    pub(super) value: u32,
}

impl Types {
    /// Loads what `build` puts together; it gives the ids of the key and of the value.
    ///
    /// # Panics
    ///
    /// Where the kernel refuses it, with what its verifier says.
    pub fn load(build: impl FnOnce(&mut Builder) -> (u32, u32)) -> Self {
        let mut builder = Builder::new();
        let (key, value) = build(&mut builder);
        let btf = bpf::load_btf(&builder.native()).unwrap_or_else(|error| panic!("BTF cannot be loaded: {error}"));
        Self { btf, key, value }
    }

    /// Keys of a struct with these members, and values of 8 bytes. Members are name, type and offset in bytes.
    ///
    /// # Panics
    ///
    /// As [`load`](Self::load).
    #[must_use]
    pub fn of_struct(name: &str, size: u32, members: &[(&str, &str, u32)]) -> Self {
        Self::load(|btf| {
            let members: Vec<_> = members.iter().map(|&(name, ty, at)| (name, scalar(btf, ty), at * 8)).collect();
            (btf.structure(name, size, &members), scalar(btf, "__u64"))
        })
    }

    /// Keys and values of two scalars, see [`scalar`].
    ///
    /// # Panics
    ///
    /// As [`load`](Self::load).
    #[must_use]
    pub fn of_scalars(key: &str, value: &str) -> Self {
        Self::load(|btf| (scalar(btf, key), scalar(btf, value)))
    }
}

impl AsFd for Types {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.btf.as_fd()
    }
}

/// A C type of the kernel's headers, `__be32`, or an array of such, `__u8[4]`.
///
/// # Panics
///
/// For other types.
pub fn scalar(btf: &mut Builder, name: &str) -> u32 {
    if let Some((element, len)) = name.strip_suffix(']').and_then(|name| name.split_once('[')) {
        let element = scalar(btf, element);
        // The kernel's verifier looks for the type of the index.
        let index = btf.int("__ARRAY_SIZE_TYPE__", 4, 0);
        let len = len.parse().expect("a number of elements");
        return btf.record("", crate::btf::ARRAY, 0, 0, &[element, index, len]);
    }
    let (plain, size, encoding) = match name.trim_start_matches("__") {
        "u8" => ("unsigned char", 1, 0),
        "u16" | "be16" => ("unsigned short", 2, 0),
        "u32" | "be32" => ("unsigned int", 4, 0),
        "u64" | "be64" => ("long long unsigned int", 8, 0),
        "s32" => ("int", 4, crate::btf::SIGNED),
        _ => panic!("`{name}` is none of the scalars that tests use"),
    };
    let plain = btf.int(plain, size, encoding);
    if name == "__s32" { plain } else { btf.typedef(name, plain) }
}
