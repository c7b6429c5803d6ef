//! Whether a handle still is what it was.

use std::fmt;
use std::os::fd::{AsFd, AsRawFd};
use std::path::PathBuf;

use super::{Access, DescriptorState, Map, MapInfo};

/// A map that is not what it was when it was opened.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum IdentityError {
    /// The descriptor was closed behind the handle's back, or is something else now.
    Descriptor {
        /// The map that was opened.
        opened: Box<MapInfo>,
        /// What the descriptor is now.
        now: DescriptorState,
    },
    /// The map was opened by a pin that is another map now.
    PinReplaced {
        /// The map that was opened, and that the handle still holds.
        opened: Box<MapInfo>,
        /// The pin.
        path: PathBuf,
        /// The map that is pinned there now.
        now: Box<MapInfo>,
    },
}

impl std::error::Error for IdentityError {}

impl fmt::Display for IdentityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Descriptor { opened, now } => write!(f, "{now}, and was {opened}; open the map again"),
            Self::PinReplaced { opened, path, now } => write!(
                f,
                "this handle is {opened}, and {} is {now} now: the program was loaded again; open the pin again",
                path.display()
            ),
        }
    }
}

/// The pin that a map was opened by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Pinned {
    /// The map was not opened by a pin.
    NotByPin,
    /// The pin is this map.
    Same,
    /// The pin is gone; the handle keeps the map.
    Gone,
    /// This user cannot open it any more.
    Unseen,
}

impl Map {
    /// Whether the descriptor still is this map's, in one call of the kernel.
    ///
    /// A handle owns its descriptor: `false` tells that other code of this process closed a descriptor that it did
    /// not own.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.state(), DescriptorState::Map { info, .. } if info.id == self.info().id)
    }

    fn state(&self) -> DescriptorState {
        DescriptorState::of(self.as_fd().as_raw_fd())
    }

    /// Holds the map against what it was when it was opened: id, name, type and sizes; and the pin, where it was opened
    /// by one, against the map.
    ///
    /// # Errors
    ///
    /// [`IdentityError`] if the descriptor or the pin is another map now.
    pub fn verify(&self) -> Result<Pinned, IdentityError> {
        let opened = || Box::new(self.info().clone());
        match self.state() {
            DescriptorState::Map { info, .. } if *info == *self.info() => {}
            now => return Err(IdentityError::Descriptor { opened: opened(), now }),
        }
        let Some(path) = self.pin() else { return Ok(Pinned::NotByPin) };
        match Self::open_pinned(path, Access::ReadOnly) {
            Ok(now) if now.info().id == self.info().id => Ok(Pinned::Same),
            Ok(now) => {
                let (path, now) = (path.to_owned(), Box::new(now.info().clone()));
                Err(IdentityError::PinReplaced { opened: opened(), path, now })
            }
            Err(super::OpenError::NotPinned { .. }) => Ok(Pinned::Gone),
            Err(_) => Ok(Pinned::Unseen),
        }
    }
}
