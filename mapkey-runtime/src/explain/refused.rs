//! Questions that a lack of rights keeps from being put at all.

use super::{AskError, Cause, CauseKind, Explanation, Inquiry, Wanted};
use crate::map::{NotProven, OpenError};

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
        let wanted = wanted.map_or_else(Vec::new, |wanted| wanted.bytes().to_vec());
        Some(Self::of_missing_right(map.to_owned(), wanted, error.to_string(), repair))
    }

    fn of_missing_right(map: String, wanted: Vec<u8>, text: String, repair: &str) -> Self {
        Self {
            map,
            wanted,
            found: None,
            causes: vec![Cause::new(CauseKind::Permission, 1.0, text)],
            ruled_out: Vec::new(),
            notes: Vec::new(),
            repair: Some(repair.to_owned()),
            drawing: None,
        }
    }
}

impl Inquiry<'_> {
    /// The answer where fields that were typed have no place, for this user may not read the type of the map's keys; `None`
    /// where it is not for lack of rights.
    #[must_use]
    pub fn forbidden(&self, error: &AskError) -> Option<Explanation> {
        let reason @ NotProven::BtfNeedsAdmin { .. } = self.without_type()? else { return None };
        let text = format!("nobody without rights knows where `{}` stands in the key: {reason}", error.typed);
        let repair = "give the bytes with `--hex`, or the key's type with `--key-from`, or run it with CAP_SYS_ADMIN, as with \
                      `sudo`";
        Some(Explanation::of_missing_right(self.map().to_string(), Vec::new(), text, repair))
    }
}
