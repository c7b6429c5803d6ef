//! One pass over the map's keys.

mod diff;
mod evidence;
mod filter;
mod sample;
mod text;

use std::collections::HashMap;

use super::shape::{Fields, KeyShape, Leaf, LeafKind};
use super::variant::{self, Mistake, Relation, VariantSet};
use super::{KeyRule, Wanted};
use diff::{Diff, Direct};
pub(crate) use evidence::Evidence;
use filter::Filter;
use sample::Sample;
pub(crate) use text::Tail;

/// Before so many entries were seen nobody knows which bytes tell them apart.
const LEARN: u64 = 256;
