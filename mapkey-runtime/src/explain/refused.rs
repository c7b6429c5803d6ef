//! A map that could not even be opened.

use super::{Cause, CauseKind, Explanation, Wanted};
use crate::map::OpenError;

impl Explanation {
    /// The answer where `error` says that this user may not open `map`, as it was named; `None` where the error is
    /// something else than a lack of rights.
    #[must_use]
    pub fn of_forbidden(map: &str, wanted: Option<&Wanted>, error: &OpenError) -> Option<Self> {
        let repair = match error {
            OpenError::IdNeedsAdmin { .. } | OpenError::NamesNeedAdmin { .. } => {
                "run it with CAP_SYS_ADMIN, as with `sudo`, or ask by the path of a pin that you may read"
            }
            OpenError::PinForbidden { .. } => "run it as the pin's owner or with CAP_DAC_OVERRIDE, as with `sudo`",
            _ => return None,
        };
        Some(Self {
            map: map.to_owned(),
            wanted: wanted.map_or_else(Vec::new, |wanted| wanted.bytes().to_vec()),
            found: None,
            causes: vec![Cause::new(CauseKind::Permission, 1.0, error.to_string())],
            ruled_out: Vec::new(),
            notes: Vec::new(),
            repair: Some(repair.to_owned()),
            drawing: None,
        })
    }
}
