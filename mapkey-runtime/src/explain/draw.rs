#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Drawing;
