//! Why is this key not found?
//!
//! [`CheckedMap::explain`](crate::CheckedMap::explain) and [`Map::explain`](crate::Map::explain) ask a live map, and
//! [`Inquiry`] does with more to choose: the fields as a person types them ([`Wanted::ask`]), the key's type from
//! elsewhere ([`KeyShape`]), progress. The answer is an [`Explanation`]: causes, the most likely first, each with the
//! entry of the map that shows it, and what was ruled out.
//!
//! # How it is found
//!
//! Every known mistake (fields in the other byte order, packed fields, exchanged ones, a key that is moved) is made with
//! the wanted key, alone and in pairs, and the entries are looked up among the results: a [`Scan`] costs some tens of
//! nanoseconds a key, less than reading it from the kernel. How much a match means follows from what is usual in the
//! map: a match that chance may well have brought about is told as what it is, or not at all.
//!
//! ```
//! use mapkey_runtime::explain::{KeyRule, KeyShape, Scan, Wanted};
//! use mapkey_runtime::prelude::*;
//!
//! #[derive(Clone, Copy, MapKey)]
//! #[repr(C)]
//! struct FlowKey {
//!     daddr: Ipv4,
//!     dport: Be<u16>,
//!     proto: u8,
//!     _pad: Padding<1>,
//! }
//!
//! let shape = KeyShape::of_layout(&FlowKey::LAYOUT);
//! let wanted = Wanted::ask(&shape, &["daddr=192.0.2.1", "dport=443", "proto=6"])?;
//! let mut scan = Scan::new(&shape, &wanted, KeyRule::Bytes);
//! scan.see(&[192, 0, 2, 1, 0x01, 0xbb, 6, 0x7f]);
//! assert_eq!(scan.finish().dirty_padding(), 1);
//! # Ok::<(), mapkey_runtime::explain::AskError>(())
//! ```
//!
//! What follows from the map's type, from its surroundings and from its programs is decided from [`MapFacts`] by
//! [`explain()`], a pure function.

mod answer;
mod around;
mod ask;
mod claims;
mod decide;
mod draw;
mod facts;
mod live;
mod refused;
mod repair;
mod scan;
pub(crate) mod shape;
pub(crate) mod show;
mod surroundings;
#[cfg(test)]
mod tests;
mod variant;
mod words;

pub use crate::map::KeyRule;
pub use answer::{Cause, CauseKind, Explanation, RuledOut};
pub use ask::{AskError, AskErrorKind, Wanted};
pub use decide::explain;
pub use facts::{Attached, Known, Lookup, MapFacts, OtherMap, ProgramFacts, Unseen, WalkFacts};
pub use live::{GetError, Inquiry};
pub use scan::{Findings, Scan};
pub use shape::{KeyShape, ShapeError};
