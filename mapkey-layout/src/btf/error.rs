//! What can be wrong with BTF.

/// Why BTF could not be read.
///
/// Every `offset` counts bytes from the start of the data that [`Btf::parse`](super::Btf::parse) was given, also
/// where the BTF is a section of an ELF file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BtfError {
    /// The data starts neither as BTF nor as ELF does.
    #[error(
        "neither BTF nor an ELF file: it starts with {}, BTF starts with 9f eb or eb 9f and ELF with 7f 45 4c 46",
        hex(.found)
    )]
    Magic {
        /// The first bytes, at most four.
        found: Vec<u8>,
    },

    /// The data starts as a compressed file does.
    #[error("the file is compressed with {format}: unpack it first, with `{command} FILE`")]
    Compressed {
        /// The format, as its tool is called.
        format: &'static str,
        /// What unpacks it.
        command: &'static str,
    },

    /// An ELF file that its own headers do not describe.
    #[error("broken ELF file: {message}")]
    Elf {
        /// What the ELF reader says.
        message: String,
    },

    /// An ELF file without BTF.
    #[error(
        "the ELF file has no .BTF section: compile an eBPF object with -g, a kernel with CONFIG_DEBUG_INFO_BTF=y; \
         `strip` removes BTF too"
    )]
    NoBtfSection,

    /// A kernel module that was built outside of the kernel's tree, since Linux 6.11: its BTF continues not the
    /// kernel's, but the extract of it that the module's file has itself (`btf__distill_base` of libbpf). The kernel
    /// puts its own in the place of the extract when it loads the module.
    #[error(
        "the module was built outside of the kernel's tree, and its BTF continues an extract of the kernel's, in its \
         section .BTF.base, which is not read here: load the module, and read it as a module of the running kernel"
    )]
    DistilledBase,

    /// The BTF that split BTF is to continue cannot be continued.
    #[error("this cannot be the base of split BTF: {reason}")]
    Base {
        /// Why.
        reason: &'static str,
    },
    /// An ELF file whose BTF was left out when it was split from its debug information, or compressed.
    #[error(
        "the ELF file's .BTF section has no content that can be read ({reason}): use the file that it was split from"
    )]
    NoBtfContent {
        /// Why.
        reason: &'static str,
    },

    /// A version of the format that is not known.
    #[error("BTF version {found} at byte {offset}: only version 1 is known")]
    Version {
        /// The version.
        found: u8,
        /// Where it stands.
        offset: usize,
    },

    /// Flags of the header that are not known. The kernel knows none either.
    #[error("BTF header flags {found:#04x} at byte {offset}: expected 0, no flag is known")]
    Flags {
        /// The flags.
        found: u8,
        /// Where they stand.
        offset: usize,
    },

    /// A header that is shorter than the shortest there ever was.
    #[error("the BTF header says at byte {offset} that it is {found} bytes long: expected 24 or more")]
    HeaderLength {
        /// `hdr_len`.
        found: u32,
        /// Where it stands.
        offset: usize,
    },

    /// Something goes on behind the end of what holds it.
    #[error("the BTF is cut off: the {what} at byte {offset} takes {needed} bytes, and {found} are there")]
    Truncated {
        /// What is cut off.
        what: &'static str,
        /// Where it starts.
        offset: usize,
        /// How many bytes it takes.
        needed: u64,
        /// How many there are.
        found: u64,
    },

    /// A string section whose last string has no end.
    #[error("the BTF string section ends at byte {offset} with {found:#04x}: expected a NUL byte")]
    UnterminatedStrings {
        /// The end of the section.
        offset: usize,
        /// The last byte.
        found: u8,
    },

    /// A name that does not start in the string section.
    #[error(
        "the record at byte {offset} has its name at string offset {found}, and the string section is {len} bytes \
         long; the BTF of a kernel module is only readable beside the kernel's"
    )]
    StringOffset {
        /// `name_off`.
        found: u32,
        /// How long the string section is.
        len: usize,
        /// Where the record, or the row of it that has the name, starts.
        offset: usize,
    },

    /// A name that no person could read.
    #[error("the name at byte {offset} is no text: \"{}\" is not UTF-8, or has control characters", found.escape_ascii())]
    Name {
        /// The name's first bytes.
        found: Vec<u8>,
        /// Where the name starts.
        offset: usize,
    },

    /// A name that is too long to be one.
    #[error("the name at byte {offset} has more than {limit} bytes: \"{}...\"", found.escape_ascii())]
    NameLength {
        /// The name's first bytes.
        found: Vec<u8>,
        /// Where the name starts.
        offset: usize,
        /// The most bytes that are read.
        limit: usize,
    },

    /// A kind of record that is not known, so that where the next record starts is not known either.
    #[error(
        "type {id} at byte {offset} is of kind {kind}, which is not known, and the BTF has no layout section that \
         tells how long it is: expected a kind from 1 to 19"
    )]
    UnknownKind {
        /// The kind.
        kind: u8,
        /// The id of the record.
        id: u32,
        /// Where the record starts.
        offset: usize,
    },

    /// A record that cannot be the type of a value.
    #[error("type {id} at byte {offset} is of kind {kind}: expected the type of a value")]
    NotAType {
        /// The kind.
        kind: u8,
        /// The id of the record.
        id: u32,
        /// Where the record starts.
        offset: usize,
    },

    /// An id that no record has.
    #[error(
        "there is no type {found}: the ids go up to {max}; the BTF of a kernel module is only readable beside the \
         kernel's"
    )]
    IdOutOfRange {
        /// The id.
        found: u32,
        /// The highest id.
        max: u32,
    },

    /// A type that contains itself, or a chain of typedefs that leads back to its start.
    #[error("type {id} at byte {offset} contains itself")]
    Cycle {
        /// The id of a type of the cycle.
        id: u32,
        /// Where its record starts.
        offset: usize,
    },

    /// Types that contain each other too deeply, or too long a chain of typedefs and qualifiers.
    #[error("type {id} at byte {offset} is nested more than {limit} types deep")]
    TooDeep {
        /// The id of a type on the way.
        id: u32,
        /// Where its record starts.
        offset: usize,
        /// The limit.
        limit: u32,
    },

    /// A type with too many members.
    #[error("type {id} at byte {offset} has {found} members, those of its members counted: {limit} are the limit")]
    TooComplex {
        /// The id.
        id: u32,
        /// Where its record starts.
        offset: usize,
        /// How many members there are.
        found: u64,
        /// The limit.
        limit: u64,
    },

    /// An array whose size is beyond any machine's memory.
    #[error(
        "the array type {id} at byte {offset} has {len} elements of {element} bytes each: too large for any memory"
    )]
    ArraySize {
        /// The id.
        id: u32,
        /// Where its record starts.
        offset: usize,
        /// How many elements there are.
        len: u32,
        /// Bytes of an element.
        element: u64,
    },

    /// A member that is not inside of its struct.
    #[error(
        "member {member} of type {id} at byte {offset} takes {bits} bits from bit {start} on, and the type has {size} \
         bytes; a pointer is taken to have 64 bits"
    )]
    MemberOutside {
        /// The id of the struct or union.
        id: u32,
        /// Where its record starts.
        offset: usize,
        /// The member's index.
        member: usize,
        /// Bits from the start of the struct.
        start: u64,
        /// Bits that the member takes.
        bits: u64,
        /// Bytes that the struct takes.
        size: u64,
    },

    /// A member that is no bit-field and does not start at a byte.
    #[error("member {member} of type {id} at byte {offset} starts at bit {start}, and is no bit-field")]
    Unaligned {
        /// The id of the struct or union.
        id: u32,
        /// Where its record starts.
        offset: usize,
        /// The member's index.
        member: usize,
        /// Bits from the start of the struct.
        start: u64,
    },
}

fn hex(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return "nothing (it is empty)".to_owned();
    }
    let bytes: Vec<_> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    bytes.join(" ")
}
