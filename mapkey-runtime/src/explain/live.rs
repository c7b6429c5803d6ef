//! A live map asked why it does not have a key.

use std::io;
use std::path::Path;

use mapkey_ebpf::MapKey;

use super::facts::{Lookup, MapFacts, Unseen, WalkFacts};
use super::scan::prefix_len;
use super::{AskError, Explanation, Findings, KeyRule, KeyShape, Scan, Wanted, around, explain};
use crate::Source;
use crate::map::{CheckedMap, Map, MapInfo, MapValue, Meaning, NotProven, OperationError};

/// After so many keys the progress is told.
const PROGRESS: u64 = 1 << 16;

type Progress<'m> = Box<dyn FnMut(u64) + 'm>;

/// A question about a key that is to be put to a live map. Nothing is written, whatever the handle may do.
///
/// ```no_run
/// use mapkey_runtime::explain::Inquiry;
/// use mapkey_runtime::map::{Access, Map};
///
/// let map = Map::open_pinned("/sys/fs/bpf/flows", Access::ReadOnly)?;
/// let inquiry = Inquiry::of(&map);
/// let wanted = inquiry.wanted(&["saddr=192.0.2.1", "dport=443"])?;
/// println!("{}", inquiry.ask(&wanted)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Inquiry<'m> {
    map: &'m Map,
    shape: KeyShape,
    /// Why the shape is nothing but a size.
    without_type: Option<NotProven>,
    progress: Option<Progress<'m>>,
}

impl<'m> Inquiry<'m> {
    /// A question to `map`, whose keys have the type that the map's BTF gives them, or are mere bytes where it has none or
    /// this user may not read it.
    #[must_use]
    pub fn of(map: &'m Map) -> Self {
        let (shape, without_type) = match map.key_shape() {
            Ok(shape) => (shape, None),
            Err(reason) => (KeyShape::raw(map.info().key_size as usize), Some(reason)),
        };
        Self { map, shape, without_type, progress: None }
    }

    /// A question to `map`, whose keys have this shape whatever the map says.
    #[must_use]
    pub fn with_shape(map: &'m Map, shape: KeyShape) -> Self {
        Self { map, shape, without_type: None, progress: None }
    }

    pub(super) fn map(&self) -> &MapInfo {
        self.map.info()
    }

    /// The shape of the map's keys.
    #[must_use]
    pub fn shape(&self) -> &KeyShape {
        &self.shape
    }

    /// A key of the map as a person types its fields. For a map without keys, whatever is typed is none, as the answer says.
    ///
    /// # Errors
    ///
    /// As [`Wanted::ask`].
    pub fn wanted<T: AsRef<str>>(&self, fields: &[T]) -> Result<Wanted, AskError> {
        match self.map.info().map_type.key_rule() {
            KeyRule::None | KeyRule::Owner => Ok(Wanted::of(&[])),
            _ => Wanted::ask(&self.shape, fields),
        }
    }

    /// Why nothing but the size of the keys is known; `None` where more is.
    #[must_use]
    pub fn without_type(&self) -> Option<&NotProven> {
        self.without_type.as_ref()
    }

    /// Is told how many keys were looked at, every now and then.
    #[must_use]
    pub fn progress(self, tell: impl FnMut(u64) + 'm) -> Self {
        Self { progress: Some(Box::new(tell)), ..self }
    }

    /// Looks the key up and, where it is not there, finds out why.
    ///
    /// # Errors
    ///
    /// [`OperationError`] if the handle is no map's any more. Whatever else the kernel refuses is part of the answer.
    pub fn ask(mut self, wanted: &Wanted) -> Result<Explanation, OperationError> {
        let info = self.map.info();
        let mut facts = MapFacts::new(info.clone(), Lookup::NotTried);
        // Who may read the pin may not be allowed to open the map by its id.
        if let Some(pin) = self.map.pin().and_then(Path::to_str).filter(|pin| is_one_word(pin)) {
            pin.clone_into(&mut facts.reference);
        }
        let rule = info.map_type.key_rule();
        let has_size = wanted.bytes().len() == info.key_size as usize;
        if !has_size || matches!(rule, KeyRule::None | KeyRule::Owner) {
            return Ok(explain(wanted, &facts, None));
        }
        facts.lookup = self.look_up(wanted, &mut facts.unseen)?;
        if let Lookup::Present { .. } = facts.lookup {
            return Ok(explain(wanted, &facts, None));
        }
        if let Some(NotProven::BtfNeedsAdmin { .. }) = self.without_type {
            let what = "the type of the map's keys".to_owned();
            facts.unseen.push(Unseen { what, needs: Some("CAP_SYS_ADMIN".to_owned()) });
        }
        let findings = match rule {
            // Every index exists or does not: no other entry says anything about it.
            KeyRule::Index => None,
            _ => Some(self.scan(wanted, rule, &mut facts)?),
        };
        around::look(self.map, wanted.bytes(), &mut facts);
        let mut answer = explain(wanted, &facts, findings.as_ref());
        if let Some(reason) = &self.without_type {
            answer
                .notes
                .push(format!("the key was looked at as bytes, for the map says nothing about its type: {reason}"));
        }
        if facts.lookup == Lookup::Absent && matches!(self.map.get_bytes(wanted.bytes()), Ok(Some(_))) {
            answer.notes.push("the key has been written meanwhile: now it is there".to_owned());
        }
        Ok(answer)
    }

    fn look_up(&self, wanted: &Wanted, unseen: &mut Vec<Unseen>) -> Result<Lookup, OperationError> {
        let key = wanted.bytes();
        let error = match self.map.get_bytes(key) {
            Ok(None) => return Ok(Lookup::Absent),
            Ok(Some(value)) => return Ok(Lookup::Present { stored: self.stored(key), value }),
            Err(error) => error,
        };
        match &error.meaning {
            Meaning::IndexOutOfRange { .. } | Meaning::PrefixTooLong { .. } => Ok(Lookup::Absent),
            Meaning::Closed | Meaning::NotThisMap { .. } => Err(error),
            Meaning::NotSupported => Ok(Lookup::Unsupported { why: error.to_string() }),
            meaning => {
                let is_permission = matches!(meaning, Meaning::WriteOnly | Meaning::NotPermitted);
                if is_permission {
                    // Nothing shows what a map that was made for writing alone holds.
                    let needs = (*meaning == Meaning::NotPermitted).then(|| "CAP_BPF".to_owned());
                    unseen.push(Unseen { what: "the map's elements".to_owned(), needs });
                }
                Ok(Lookup::Impossible { why: error.to_string(), is_permission })
            }
        }
    }

    /// The key as the map has it: on a trie the longest prefix that fits.
    fn stored(&self, key: &[u8]) -> Option<Vec<u8>> {
        if self.map.info().map_type.key_rule() != KeyRule::Prefix {
            return None;
        }
        let mut best: Option<Vec<u8>> = None;
        let mut walk = self.map.walk();
        while let Ok(Some(element)) = walk.next() {
            let longer = best.as_ref().is_none_or(|best| prefix_len(best) < prefix_len(element.key));
            if longer && super::scan::fits(element.key, key) {
                best = Some(element.key.to_vec());
            }
        }
        best
    }

    fn scan(&mut self, wanted: &Wanted, rule: KeyRule, facts: &mut MapFacts) -> Result<Findings, OperationError> {
        let mut scan = Scan::new(&self.shape, wanted, rule);
        let mut walk = self.map.walk();
        let mut seen = 0;
        facts.walk = loop {
            match walk.next() {
                Ok(Some(element)) => scan.see(element.key),
                Ok(None) => break WalkFacts::Complete { restarts: walk.restarts() },
                Err(error) if matches!(error.meaning, Meaning::Closed | Meaning::NotThisMap { .. }) => {
                    return Err(error);
                }
                Err(error) => {
                    let is_permission = matches!(error.meaning, Meaning::WriteOnly | Meaning::NotPermitted);
                    break WalkFacts::Failed { why: error.to_string(), is_permission };
                }
            }
            seen += 1;
            if seen % PROGRESS == 0
                && let Some(tell) = &mut self.progress
            {
                tell(seen);
            }
        };
        Ok(scan.finish())
    }
}

/// Whether a shell takes it as it stands.
fn is_one_word(path: &str) -> bool {
    path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-:@+".contains(&byte))
}

/// The shape of the one type that `source` means, which is `what` and has `size` bytes.
fn shape_of(source: &Source, size: usize, what: &str) -> Result<KeyShape, NotProven> {
    let broken = |error: String| NotProven::Unreadable(io::Error::new(io::ErrorKind::InvalidData, error));
    let id = source.designated_type().ok_or(NotProven::NoKeyType)?;
    let btf = source.btf().map_err(|error| broken(error.to_string()))?;
    let index = btf.index(&[]).map_err(|error| broken(error.to_string()))?;
    let (table, types) = index.load(&[id]).map_err(|error| broken(error.to_string()))?;
    let ty = *types.first().ok_or(NotProven::NoKeyType)?;
    let shape = KeyShape::of_type(&table, ty).map_err(|error| broken(error.to_string()))?;
    match shape.size() == size {
        true => Ok(shape),
        false => {
            let (name, found) = (shape.name(), shape.size());
            Err(broken(format!("it says that {what} is {name}, of {found} bytes, and the map's have {size}")))
        }
    }
}

impl Map {
    /// The shape of the map's keys, by the map's BTF. An array's index and a trie's prefix have theirs in any case.
    ///
    /// # Errors
    ///
    /// [`NotProven`] if the map has no BTF, none for its keys, or this user may not read it.
    pub fn key_shape(&self) -> Result<KeyShape, NotProven> {
        let size = self.info().key_size as usize;
        self.key_source().and_then(|source| shape_of(&source, size, "a key")).or_else(|reason| {
            match self.info().map_type.key_rule() {
                KeyRule::Index if size == 4 => Ok(KeyShape::index()),
                KeyRule::Prefix if size > 4 => Ok(KeyShape::prefix(size)),
                _ => Err(reason),
            }
        })
    }

    /// The shape of the map's values, of one processor's for a per-CPU map, by the map's BTF.
    ///
    /// # Errors
    ///
    /// As [`key_shape`](Self::key_shape).
    pub fn value_shape(&self) -> Result<KeyShape, NotProven> {
        shape_of(&self.value_source()?, self.info().value_size as usize, "a value")
    }

    /// Why the map does not have the key with these bytes, or that it has it.
    ///
    /// # Errors
    ///
    /// [`OperationError`] if the handle is no map's any more.
    pub fn explain(&self, key: &[u8]) -> Result<Explanation, OperationError> {
        Inquiry::of(self).ask(&Wanted::of(key))
    }
}

impl<K: MapKey, V: MapValue> CheckedMap<K, V> {
    /// Why the map does not have `key`, or that it has it. The fields are those of `K`.
    ///
    /// All keys of the map are read, in batches; nothing is written.
    ///
    /// # Errors
    ///
    /// [`OperationError`] if the handle is no map's any more.
    pub fn explain(&self, key: &K) -> Result<Explanation, OperationError> {
        let shape = KeyShape::of_layout(const { &K::LAYOUT });
        Inquiry::with_shape(self, shape).ask(&Wanted::of(key.as_bytes()))
    }

    /// The value for `key`, or why there is none. On a trie the value of the longest prefix that fits.
    ///
    /// ```no_run
    /// use mapkey_runtime::prelude::*;
    ///
    /// # #[derive(Clone, Copy, MapKey)]
    /// # #[repr(C)]
    /// # struct FlowKey { saddr: Be<u32>, daddr: Be<u32> }
    /// let flows = CheckedMap::<FlowKey, u64>::open_pinned("/sys/fs/bpf/flows")?;
    /// let key = FlowKey::new(Be::new(0xc000_0201), Be::new(0xc000_0202));
    /// let packets = flows.get_or_explain(&key)?; // the error says why the key is not found
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`GetError`]: the [`Explanation`], for which all keys of the map are read; or the failure.
    pub fn get_or_explain(&self, key: &K) -> Result<V, GetError> {
        match self.get(key)? {
            Some(value) => Ok(value),
            None => Err(GetError::Absent(Box::new(self.explain(key)?))),
        }
    }
}

/// Why there is no value for a key.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum GetError {
    /// The map does not have the key, and what explains it.
    #[error("{0}")]
    Absent(Box<Explanation>),
    /// The lookup failed.
    #[error(transparent)]
    Operation(#[from] OperationError),
}
