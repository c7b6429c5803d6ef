//! What the running system says about a map, beyond the keys in it.

use crate::map::MapInfo;

/// What is known about the map in which a key was looked up. Whoever asks the system fills it; what an answer says
/// follows from it and from the [`Findings`](super::Findings) alone.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct MapFacts {
    /// The map.
    pub info: MapInfo,
    /// How a command is to name the map: `id:17`, or the pin by which it was opened.
    pub reference: String,
    /// What the lookup said.
    pub lookup: Lookup,
    /// How the pass over all keys went.
    pub walk: WalkFacts,
    /// Other maps that look like this one or have been in its place.
    pub other_maps: Known<Vec<OtherMap>>,
    /// The programs that use the map.
    pub programs: Known<Vec<ProgramFacts>>,
    /// What could not be seen for lack of rights.
    pub unseen: Vec<Unseen>,
}

/// What a lookup said.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lookup {
    /// There is no such key.
    Absent,
    /// There is.
    Present {
        /// The key as it is stored, where that is known: on a trie the prefix that fits.
        stored: Option<Vec<u8>>,
        /// The value's bytes.
        value: Vec<u8>,
    },
    /// No lookup was possible.
    Impossible {
        /// Why, in words.
        why: String,
        /// Whether for lack of rights.
        is_permission: bool,
    },
    /// User space cannot look anything up in maps of this type.
    Unsupported {
        /// Why, in words.
        why: String,
    },
    /// The map's type has no lookup, or none with such a key.
    NotTried,
}

/// How the pass over all keys went.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WalkFacts {
    /// There was none.
    NotTried,
    /// To the end. The kernel began again so many times, because keys were removed meanwhile.
    Complete {
        /// How often.
        restarts: usize,
    },
    /// It broke off.
    Failed {
        /// Why, in words.
        why: String,
        /// Whether for lack of rights.
        is_permission: bool,
    },
}

/// Something that was looked at, or not.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Known<T> {
    /// Nobody looked.
    NotTried,
    /// It is known.
    Known(T),
    /// It could not be seen.
    Unknown {
        /// Why, in words.
        why: String,
        /// The command that would show it.
        command: Option<String>,
    },
}

/// Another map that looks like this one, or was pinned where this one is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OtherMap {
    /// The map.
    pub info: MapInfo,
    /// The pin that leads to it now, where this map was expected.
    pub pin: Option<String>,
    /// Whether it has the key; `None` where that could not be seen.
    pub has_key: Option<bool>,
    /// The programs that use it, as a person calls them.
    pub programs: Vec<String>,
}

/// A loaded program that uses the map.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProgramFacts {
    /// The id.
    pub id: u32,
    /// The name.
    pub name: String,
    /// The type as bpftool prints it.
    pub type_name: String,
    /// Whether something runs it.
    pub attached: Attached,
    /// How often it ran; `None` with statistics off.
    pub runs: Option<u64>,
    /// Whether statistics would count its runs: not those of a program that others jump to.
    pub can_be_counted: bool,
}

/// Whether something runs a program.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Attached {
    /// These places do.
    At(Vec<String>),
    /// Every place where a program of its type can be attached was looked at, and it is at none.
    Nowhere,
    /// Not every place could be looked at.
    Unknown(String),
}

/// Something that could not be seen for lack of rights.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unseen {
    /// What: `the map's BTF`.
    pub what: String,
    /// What would show it: `CAP_SYS_ADMIN`; `None` if nothing would, as for a map that nobody may read.
    pub needs: Option<String>,
}

impl MapFacts {
    /// A map of which nothing but `info` is known yet.
    #[must_use]
    pub fn new(info: MapInfo, lookup: Lookup) -> Self {
        Self {
            reference: format!("id:{}", info.id),
            info,
            lookup,
            walk: WalkFacts::NotTried,
            other_maps: Known::NotTried,
            programs: Known::NotTried,
            unseen: Vec::new(),
        }
    }
}
