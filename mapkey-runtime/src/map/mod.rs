//! Live maps: handles that are proven before the first lookup, and errors that say what they mean.
//!
//! [`CheckedMap`] is the typed handle, [`Map`] the untyped one below it.

mod btf;
mod by_object;
mod checked;
mod descriptor;
mod error;
mod handle;
mod held;
mod identity;
mod info;
mod iter;
mod map_type;
mod names;
mod operation;
mod proof;
mod reference;
mod room;
mod value;
mod walk;

pub(crate) use by_object::declared_differences;
pub use checked::CheckedMap;
pub use descriptor::{Access, DescriptorState};
pub use error::{CheckError, DeclaredDifference, NotProven, OpenError};
pub use handle::Map;
pub use held::InnerMapError;
pub use identity::{IdentityError, Pinned};
pub use info::{MapFlags, MapInfo};
pub use iter::{Iter, IterError};
pub use map_type::{KeyRule, MapType};
pub(crate) use names::full_names;
pub use operation::{InsertFlags, Meaning, Operation, OperationError};
pub use proof::Proof;
pub(crate) use proof::canonical;
pub use reference::{InvalidMapRef, MapRef};
pub(crate) use room::Room;
pub use value::{MapValue, PerCpu, WriteValue};
pub use walk::{Element, Walk};
