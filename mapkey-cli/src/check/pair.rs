//! `--pair RUST=C`: a counterpart that the key itself does not name.

use std::collections::HashMap;

use mapkey_layout::note::{Arena, Key};

use crate::Failure;
use crate::binary::{is_called, no_such_key};
use crate::source::strip_keyword;

/// Gives each key that is named its counterpart: in the object where `has_object` and the key is an own one, else in the
/// kernel.
pub(crate) fn apply<'a>(
    pairs: &[String],
    keys: &mut [Key<'a>],
    has_object: bool,
    arena: &'a Arena,
) -> Result<(), Failure> {
    let mut paired: HashMap<String, &str> = HashMap::new();
    for pair in pairs {
        let Some((rust, c)) = pair.split_once('=') else {
            return Err(format!("`--pair {pair}`: expected RUST=C, as in `--pair FlowKey=flow_key`").into());
        };
        let c = arena.text(strip_keyword(c));
        let mut is_found = false;
        for key in keys.iter_mut().filter(|key| is_called(key, rust)) {
            is_found = true;
            if let Some(other) = paired.insert(key.to_string(), c).filter(|&other| other != c) {
                return Err(format!(
                    "`--pair {pair}`: `{rust}` is paired with `{other}` already; give one type at a time"
                )
                .into());
            }
            let claim = &mut key.layout.claim;
            if has_object && claim.kernel.is_empty() {
                claim.btf = Some(c);
            } else {
                claim.kernel = arena.names(&[c]);
            }
        }
        if !is_found {
            return Err(no_such_key(rust, keys));
        }
    }
    Ok(())
}
