//! Why is this key not found?

mod answer;
mod ask;
mod draw;
mod shape;
mod variant;

pub use answer::{Cause, CauseKind, Explanation, RuledOut};
pub use ask::{AskError, AskErrorKind, Wanted};
pub use shape::{KeyShape, ShapeError};
