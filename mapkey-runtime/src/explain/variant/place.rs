//! A key whose bytes are elsewhere: in the layout's twin, or moved as a whole.

use super::{Mistake, Step};
use crate::explain::shape::{Move, Twin};

/// What an entry must have, and where it may have anything.
pub(crate) struct Placed {
    pub(crate) value: Vec<u8>,
    /// The bits that must be equal.
    pub(crate) hard: Vec<u8>,
    /// The bits that are padding there, and usually zero.
    pub(crate) soft: Vec<u8>,
    pub(crate) step: Step,
}

/// The same fields as the twin lays them out. What the twin has behind the key's end is cut, what it lacks is free.
pub(super) fn in_twin(key: &[u8], index: usize, twin: &Twin) -> Placed {
    let size = key.len();
    let (mut value, mut hard, mut soft) = (vec![0; size], vec![0; size], vec![0; size]);
    for (at, soft) in soft.iter_mut().enumerate() {
        *soft = if at < twin.size { 0xff } else { 0 };
    }
    for &Move { from, len, to } in &twin.moves {
        let len = len.min(size.saturating_sub(to)).min(size.saturating_sub(from));
        if len == 0 {
            continue;
        }
        value[to..to + len].copy_from_slice(&key[from..from + len]);
        hard[to..to + len].fill(0xff);
        soft[to..to + len].fill(0);
    }
    let step = Step { mistake: Mistake::Twin { index, kind: twin.kind }, leaves: Vec::new() };
    Placed { value, hard, soft, step }
}

/// The key moved by 1 to `most` bytes in both directions, where enough of it stays to be recognised: at least half of the
/// bytes that are not zero, and no fewer than three.
pub(super) fn shifted(key: &[u8], most: usize) -> impl Iterator<Item = Placed> {
    let size = key.len();
    let all = not_zero(key);
    (1..size.min(most + 1)).flat_map(move |by| [(by, true), (by, false)]).filter_map(move |(by, to_end)| {
        let (from, to) = if to_end { (0..size - by, by..size) } else { (by..size, 0..size - by) };
        let kept = not_zero(&key[from.clone()]);
        if kept < 3 || kept * 2 < all {
            return None;
        }
        let (mut value, mut hard) = (vec![0; size], vec![0; size]);
        value[to.clone()].copy_from_slice(&key[from]);
        hard[to].fill(0xff);
        let by = isize::try_from(by).ok()?;
        let step = Step { mistake: Mistake::Shifted(if to_end { by } else { -by }), leaves: Vec::new() };
        Some(Placed { value, hard, soft: vec![0; size], step })
    })
}

fn not_zero(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte != 0).count()
}
