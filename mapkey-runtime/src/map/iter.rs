//! Elements of a map, typed.

use std::marker::PhantomData;

use mapkey_ebpf::{InvalidKey, MapKey};

use super::{MapValue, OperationError, Walk};

/// All elements of a [`CheckedMap`](super::CheckedMap); see [`Walk`] for what is seen while programs write.
pub struct Iter<'m, K, V> {
    walk: Walk<'m>,
    failed: bool,
    types: PhantomData<fn() -> (K, V)>,
}

/// Why an element, or the rest of them, cannot be had.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IterError {
    /// The kernel failed; the iteration ends.
    #[error(transparent)]
    Operation(#[from] OperationError),
    /// The bytes of this key are no value of the key type: an enum without such a variant. The iteration goes on.
    #[error(transparent)]
    InvalidKey(#[from] InvalidKey),
    /// User space cannot read the values of this type of map. The iteration ends.
    #[error("user space cannot read the values of this type of map; `walk` gives its keys")]
    NoValues,
}

impl<'m, K, V> Iter<'m, K, V> {
    pub(super) const fn new(walk: Walk<'m>) -> Self {
        Self { walk, failed: false, types: PhantomData }
    }

    /// How often the kernel began again, see [`Walk::restarts`].
    #[must_use]
    pub const fn restarts(&self) -> usize {
        self.walk.restarts()
    }
}

impl<K: MapKey, V: MapValue> Iterator for Iter<'_, K, V> {
    type Item = Result<(K, V), IterError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let element = match self.walk.next() {
            Ok(element) => element?,
            Err(error) => {
                self.failed = true;
                return Some(Err(error.into()));
            }
        };
        let Some(value) = element.value.and_then(V::read) else {
            self.failed = true;
            return Some(Err(IterError::NoValues));
        };
        Some(K::from_bytes(element.key).map(|key| (key, value)).map_err(IterError::from))
    }
}
