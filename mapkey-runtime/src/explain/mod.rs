//! Why is this key not found?

mod answer;
mod ask;
mod claims;
mod decide;
mod draw;
mod facts;
mod live;
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
pub use live::Inquiry;
pub use scan::{Findings, Scan};
pub use shape::{KeyShape, ShapeError};
