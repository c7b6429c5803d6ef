//! What can be wrong with notes.

/// Why a binary's notes could not be read.
///
/// Every `offset` counts bytes from the start of a note's descriptor.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoteError {
    /// The data does not start as ELF does.
    #[error(
        "no ELF file: it starts with {}, and ELF with 7f 45 4c 46; only binaries of Linux carry layouts, \
         give the program as `cargo build` leaves it",
        hex(.found)
    )]
    Magic {
        /// The first bytes, at most four.
        found: Vec<u8>,
    },

    /// An ELF file that its own headers do not describe.
    #[error("broken ELF file: {message}")]
    Elf {
        /// What the ELF reader says.
        message: String,
    },

    /// The note is of a version that is not known.
    #[error(
        "a key's layout is written in version {found}, and this mapkey reads version {known}: use the mapkey of the \
         version that built the binary, or a later one",
        known = super::VERSION
    )]
    Version {
        /// The note's version.
        found: u32,
    },

    /// The descriptor ends in the middle of something.
    #[error("a key's layout ends at byte {len}, and {wanted} more bytes are expected from byte {offset} on")]
    Truncated {
        /// How many bytes are missing or wanted.
        wanted: usize,
        /// Where they should begin.
        offset: usize,
        /// The descriptor's length.
        len: usize,
    },

    /// There are bytes behind the layout.
    #[error("a key's layout ends at byte {offset} of {len}: nothing is expected behind it")]
    Trailing {
        /// Where the layout ends.
        offset: usize,
        /// The descriptor's length.
        len: usize,
    },

    /// A number does not fit where it belongs.
    #[error("a number in a key's layout, at byte {offset}, is larger than the {limit} expected at most")]
    Number {
        /// Where the number begins.
        offset: usize,
        /// The largest that is expected.
        limit: u64,
    },

    /// A name is no text that could be printed.
    #[error("a name in a key's layout, at byte {offset}, is no printable text")]
    Text {
        /// Where the name begins.
        offset: usize,
    },

    /// A kind of type that is not known.
    #[error("kind {found} at byte {offset} of a key's layout: kinds up to 15 are known")]
    Kind {
        /// The kind.
        found: u8,
        /// Where it stands.
        offset: usize,
    },

    /// Types contain each other deeper than any key's do.
    #[error("a key's layout is nested deeper than {limit} types, at byte {offset}")]
    Depth {
        /// How deep a layout may be.
        limit: u32,
        /// Where it becomes deeper.
        offset: usize,
    },

    /// The layout has more parts than any key's.
    #[error("a key's layout has more than {limit} fields and values, at byte {offset}")]
    Parts {
        /// How many it may have.
        limit: u32,
        /// Where there are more.
        offset: usize,
    },

    /// There are more keys than any binary has.
    #[error("{found} keys in one binary, and {limit} are expected at most")]
    Keys {
        /// How many notes there are.
        found: usize,
        /// How many there may be.
        limit: usize,
    },

    /// The layout contradicts itself.
    #[error("a key's layout is broken: `{name}` {reason}")]
    Inconsistent {
        /// The type or field.
        name: String,
        /// What no compiler would have laid out so.
        reason: &'static str,
    },
}

fn hex(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return "nothing".to_owned();
    }
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
}
