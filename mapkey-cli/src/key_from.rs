//! `--key-from BINARY:Key`: the shape of a key that a finished binary has.

use std::path::PathBuf;
use std::str::FromStr;

use mapkey_layout::note::Arena;
use mapkey_runtime::explain::KeyShape;
use mapkey_runtime::map::Map;

use crate::{Failure, binary};

/// A derived key in a binary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeyFrom {
    binary: PathBuf,
    key: String,
}

impl FromStr for KeyFrom {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // The key can be a path, `agent::keys::FlowKey`.
        let bytes = text.as_bytes();
        let is_single =
            |&at: &usize| bytes[at] == b':' && bytes.get(at + 1) != Some(&b':') && (at == 0 || bytes[at - 1] != b':');
        let at = (0..bytes.len()).rfind(is_single).filter(|&at| at > 0 && at + 1 < bytes.len());
        let at = at.ok_or("expected BINARY:Key, as in `target/debug/agent:FlowKey`")?;
        Ok(Self { binary: text[..at].into(), key: text[at + 1..].to_owned() })
    }
}

impl KeyFrom {
    /// The key's shape, which has to have the size of the map's keys.
    pub(crate) fn shape(&self, map: &Map) -> Result<KeyShape, Failure> {
        let bytes = binary::read(&self.binary)?;
        let arena = Arena::new();
        let keys = binary::keys_of(&self.binary, &bytes, &arena)?;
        let key = keys.iter().find(|key| binary::is_called(key, &self.key));
        let key = key.ok_or_else(|| binary::no_such_key(&self.key, &keys))?;
        let (found, expected) = (key.layout.size, map.info().key_size as usize);
        if found != expected {
            return Err(format!("`{key}` has {found} bytes, and {} has keys of {expected}", map.info()).into());
        }
        Ok(KeyShape::of_layout(&key.layout))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_single_colon_parts_binary_and_key() {
        let parse = |text: &str| text.parse::<KeyFrom>().map(|from| (from.binary.display().to_string(), from.key));
        assert_eq!(parse("agent:FlowKey"), Ok(("agent".to_owned(), "FlowKey".to_owned())));
        assert_eq!(
            parse("a:b/agent:agent::keys::FlowKey"),
            Ok(("a:b/agent".to_owned(), "agent::keys::FlowKey".to_owned()))
        );
        for broken in ["agent", "agent:", ":FlowKey", "agent::FlowKey", ""] {
            assert!(parse(broken).is_err(), "{broken}");
        }
    }
}
