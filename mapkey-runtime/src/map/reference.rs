//! Maps as a person names them.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// A map as a person names it: `id:17`, `name:flows`, or the path of a pin.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum MapRef {
    /// By its id.
    Id(u32),
    /// By its name, of which the kernel keeps 15 bytes.
    Name(String),
    /// By the path where it is pinned, under a bpffs.
    Pin(PathBuf),
}

/// Text that names no map.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` names no map: expected `id:17`, `name:flows`, or the path of a pin such as /sys/fs/bpf/flows{hint}")]
#[non_exhaustive]
pub struct InvalidMapRef {
    /// The text.
    pub found: String,
    hint: String,
}

impl FromStr for MapRef {
    type Err = InvalidMapRef;

    fn from_str(text: &str) -> Result<Self, InvalidMapRef> {
        let invalid = |hint: String| InvalidMapRef { found: text.to_owned(), hint };
        if let Some(id) = text.strip_prefix("id:") {
            return id.parse().map(Self::Id).map_err(|_| invalid(String::new()));
        }
        match text.strip_prefix("name:").or_else(|| text.strip_prefix("pinned:")) {
            Some("") => Err(invalid(String::new())),
            Some(path) if text.starts_with("pinned:") => Ok(Self::Pin(path.into())),
            Some(name) => Ok(Self::Name(name.to_owned())),
            None if text.contains('/') => Ok(Self::Pin(text.into())),
            None if text.is_empty() => Err(invalid(String::new())),
            None if text.bytes().all(|byte| byte.is_ascii_digit()) => {
                Err(invalid(format!("; for the map with this id: `id:{text}`")))
            }
            None => Err(invalid(format!("; for the map with this name: `name:{text}`"))),
        }
    }
}

impl fmt::Display for MapRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => write!(f, "id:{id}"),
            Self::Name(name) => write!(f, "name:{name}"),
            Self::Pin(path) => path.display().fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_write() {
        assert_eq!("id:17".parse(), Ok(MapRef::Id(17)));
        assert_eq!("name:flows".parse(), Ok(MapRef::Name("flows".to_owned())));
        assert_eq!("./flows".parse(), Ok(MapRef::Pin("./flows".into())));
        assert_eq!("/sys/fs/bpf/a".parse(), Ok(MapRef::Pin("/sys/fs/bpf/a".into())));
    }

    #[test]
    fn says_what_was_probably_meant() {
        let hint = |text: &str| text.parse::<MapRef>().unwrap_err().to_string();
        assert!(hint("17").ends_with("with this id: `id:17`"), "{}", hint("17"));
        assert!(hint("flows").ends_with("with this name: `name:flows`"));
        assert!(hint("id:x").starts_with("`id:x` names no map"));
        assert!(hint("").starts_with("`` names no map"));
    }
}
