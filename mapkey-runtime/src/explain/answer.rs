//! The answer, as data.

use super::draw::Drawing;

/// Why a key is not found, or that it is.
///
/// `Display` says it to a person. With the feature `serde` the same is data.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Explanation {
    /// The map as a person calls it: ``map 41 `flows` ``.
    pub map: String,
    /// The key's bytes. In serialized form plain hexadecimal.
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::plain::serialize_hex::serialize"))]
    pub wanted: Vec<u8>,
    /// Whether the key is there; `None` where no lookup was possible.
    pub found: Option<bool>,
    /// What explains it, the most likely first. Empty where nothing does.
    pub causes: Vec<Cause>,
    /// What was looked at and is not the cause.
    pub ruled_out: Vec<RuledOut>,
    /// What a reader should know about how the answer was found: fields that were left out, a map that changed meanwhile.
    pub notes: Vec<String>,
    /// The command or the line of code that repairs the first cause.
    pub repair: Option<String>,
    /// The first cause's entry beside the wanted key.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub(crate) drawing: Option<Drawing>,
}

/// One explanation of a key that is not found.
///
/// Two that hold together, a byte order and dirty padding, are two causes with the same `entry`.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Cause {
    /// What kind of thing.
    pub kind: CauseKind,
    /// How sure, 0 to 1.
    pub confidence: f64,
    /// The fields that it is about, as one types them; bytes without a field as `[7..8]`.
    pub fields: Vec<String>,
    /// The map's entry that shows it. In serialized form plain hexadecimal.
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::plain::serialize_hex::optional"))]
    pub entry: Option<Vec<u8>>,
    /// What it means, in a sentence.
    pub text: String,
    /// Whether it holds together with the cause before it.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub(crate) is_together: bool,
}

/// Something that is not the cause, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct RuledOut {
    /// What kind of thing.
    pub kind: CauseKind,
    /// What was seen.
    pub text: String,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// The kinds of [`Cause`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
        #[non_exhaustive]
        pub enum CauseKind {
            $($(#[$doc])* $name,)*
        }

        impl CauseKind {
            /// All kinds, in the order in which an answer names them.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The kind as it is printed: `byte-order`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

kinds! {
    /// The key is there.
    Present = "present",
    /// A map of this type has no such keys.
    WrongMapType = "wrong-map-type",
    /// The map's keys have another size.
    KeySize = "key-size",
    /// An array has no such index.
    IndexOutOfRange = "index-out-of-range",
    /// A prefix with more bits than the trie's data.
    PrefixTooLong = "prefix-too-long",
    /// Something could not be looked at.
    Permission = "permission",
    /// Equal in every field, unequal in bytes that no field has.
    DirtyPadding = "dirty-padding",
    /// Equal when fields are swapped.
    ByteOrder = "byte-order",
    /// Equal when the same fields are packed, or laid out with padding.
    LayoutTwin = "layout-twin",
    /// Equal when moved.
    Shifted = "shifted",
    /// Equal as text, unequal behind its end.
    StringTail = "string-tail",
    /// A pair in 64 bits the other way round.
    SwappedHalves = "swapped-halves",
    /// Equal when a field is cut or extended.
    SignOrWidth = "sign-or-width",
    /// Two fields of one type the other way round.
    ExchangedFields = "exchanged-fields",
    /// Another map has it.
    OtherMap = "other-map",
    /// A map that makes room by itself may have thrown it out.
    Evicted = "evicted",
    /// The map has no room for more.
    MapFull = "map-full",
    /// No loaded program uses the map.
    ProgramNotLoaded = "program-not-loaded",
    /// The programs that use the map are attached nowhere.
    ProgramNotAttached = "program-not-attached",
    /// The programs that use the map have never run.
    ProgramNeverRan = "program-never-ran",
    /// The map has no entries.
    EmptyMap = "empty-map",
    /// Entries differ in one field only.
    NearValue = "near-value",
}

impl Cause {
    pub(crate) fn new(kind: CauseKind, confidence: f64, text: impl Into<String>) -> Self {
        Self { kind, confidence, fields: Vec::new(), entry: None, text: text.into(), is_together: false }
    }
}
