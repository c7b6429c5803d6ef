//! A finished binary, and the derived keys in it.

use std::fs;
use std::path::Path;

use mapkey_layout::note::{Arena, Key, keys, notes};
use mapkey_layout::{did_you_mean, nearest};

use crate::Failure;

/// The content of a file that is to be a program.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let unreadable = |what: &dyn std::fmt::Display| Failure::from(format!("{} cannot be read: {what}", path.display()));
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => Err(unreadable(&"it is no file; give the program itself")),
        Ok(_) => fs::read(path).map_err(|error| unreadable(&error)),
        Err(error) => Err(unreadable(&error)),
    }
}

/// The keys in `bytes`, which `path` has.
pub(crate) fn keys_of<'a>(path: &Path, bytes: &'a [u8], arena: &'a Arena) -> Result<Vec<Key<'a>>, Failure> {
    let found = notes(bytes).and_then(|notes| keys(&notes, arena));
    let found = found.map_err(|error| format!("{}: {error}", path.display()))?;
    if found.is_empty() { Err(without_keys(path)) } else { Ok(found) }
}

fn without_keys(binary: &Path) -> Failure {
    format!(
        "{} has no keys: no note `{}` is in it\n  a program has one for each type that derives `MapKey` in the crates that it \
         links, when it is built for Linux by mapkey 0.1 or later;\n  keys without the derive, in C, in Go, or integers as \
         they are, leave none",
        binary.display(),
        mapkey_layout::note::SECTION
    )
    .into()
}

/// Whether a person means this key: by its name, or by its whole path.
pub(crate) fn is_called(key: &Key<'_>, name: &str) -> bool {
    key.layout.name == name || key.to_string() == name
}

pub(crate) fn no_such_key(wanted: &str, keys: &[Key<'_>]) -> Failure {
    let names = nearest(wanted, keys.iter().map(|key| key.layout.name), 2);
    format!("the binary has no key `{wanted}`{}", did_you_mean(&names)).into()
}
