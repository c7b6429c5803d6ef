//! The types that a live map's BTF gives its keys and values.

use mapkey_layout::{NotCheckable, TypeLayout};

use super::error::NotProven;
use super::{Map, MapInfo};
use crate::sys::{self, Errno};
use crate::{Reason, Source};

impl Map {
    /// The type of the map's keys as the map's own BTF has it: a source that every key can be held against. Needs
    /// `CAP_SYS_ADMIN` (`bpf_btf_get_fd_by_id` in `kernel/bpf/syscall.c`).
    ///
    /// # Errors
    ///
    /// [`NotProven`] if the map has no BTF, none for its keys, or this user may not read it.
    pub fn key_source(&self) -> Result<Source, NotProven> {
        source(self.info(), self.info().btf_key_type_id, "key")
    }

    /// The same for the map's values.
    ///
    /// # Errors
    ///
    /// As [`key_source`](Self::key_source).
    pub fn value_source(&self) -> Result<Source, NotProven> {
        source(self.info(), self.info().btf_value_type_id, "value")
    }
}

fn source(map: &MapInfo, type_id: u32, what: &str) -> Result<Source, NotProven> {
    if map.btf_id == 0 {
        return Err(NotProven::NoBtf);
    }
    if type_id == 0 {
        return Err(NotProven::NoKeyType);
    }
    let loaded = sys::btf_of_id(map.btf_id).map_err(|errno| match errno {
        Errno(libc::EPERM) => NotProven::BtfNeedsAdmin { id: map.btf_id },
        errno => NotProven::Unreadable(errno.into()),
    })?;
    let base = match loaded.kernel_name.as_deref() {
        None | Some("vmlinux") => None,
        Some(_) => Some(Source::kernel().map_err(|error| NotProven::Key(Reason::Source(error)))?),
    };
    Ok(Source::of_type(loaded.bytes, type_id, format!("the {what}s of {map}"), base))
}

impl Source {
    /// The layout of the one type that is meant, where the source is the key or the value of a map. `None` for every
    /// other source.
    ///
    /// # Errors
    ///
    /// [`NotCheckable`] if the type cannot be read.
    pub fn designated_layout(&self) -> Option<Result<TypeLayout, NotCheckable>> {
        let id = self.designated_type()?;
        let description = self.to_string();
        Some(match self.btf() {
            Ok(btf) => mapkey_layout::type_layout_of(&btf, id, &description),
            Err(error) => Err(NotCheckable::Unreadable { found_in: description, error }),
        })
    }
}
