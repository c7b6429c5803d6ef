//! What can be wrong with an eBPF object.

use crate::btf::BtfError;

/// Why the maps of an object cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ObjectError {
    /// The data is no ELF file, or one that its own headers do not describe.
    #[error("no ELF file that can be read: {message}")]
    Elf {
        /// What the ELF reader says.
        message: String,
    },
    /// An ELF file, and no compiled eBPF object.
    #[error(
        "no eBPF object: an ELF file of type {kind} for machine {machine}, expected one that is not linked (type 1) for \
         BPF (machine 247), as `clang -target bpf -c` makes it"
    )]
    NotAnObject {
        /// `e_type`.
        kind: u16,
        /// `e_machine`.
        machine: u16,
    },
    /// The BTF that has the definitions is not there, or broken.
    #[error(transparent)]
    Btf(#[from] BtfError),
    /// There is a section `.maps`, and its BTF does not say what is in it.
    #[error("the object has maps in its section .maps, and its BTF does not describe that section: compile it with -g")]
    NoDefinitions,
    /// What the BTF has in that section is no variable.
    #[error("type {id} at byte {offset} is in the section .maps and of kind {kind}: expected a variable (kind 14)")]
    NotAVariable {
        /// The kind.
        kind: u8,
        /// The id of the record.
        id: u32,
        /// Where the record starts.
        offset: usize,
    },
    /// A definition is broken.
    #[error("map `{map}`: {error}")]
    Definition {
        /// The map.
        map: String,
        /// What is wrong with it.
        error: DefinitionError,
    },
    /// Sections that lie on top of each other.
    #[error("no ELF file that can be read: its sections have more bytes than the file")]
    Overlapping,
    /// More maps, functions and references between them than any real object has.
    #[error(
        "{maps} maps, {functions} functions and {references} references between them: too many to be a real object's"
    )]
    TooComplex {
        /// Maps.
        maps: usize,
        /// Functions.
        functions: usize,
        /// Calls of functions, and uses of maps.
        references: usize,
    },
}

/// What is wrong with a map's definition.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DefinitionError {
    /// The variable is no struct.
    #[error("its definition is `{found}`, expected a struct with the fields `type`, `key` and `value`")]
    NotAStruct {
        /// What it is, as one writes it in C.
        found: String,
    },
    /// No map type is given.
    #[error("its definition says no type: add `__uint(type, BPF_MAP_TYPE_HASH)`, or another type")]
    NoMapType,
    /// A field is of another shape.
    #[error("its field `{field}` is `{found}`, expected {expected}")]
    Field {
        /// The field.
        field: String,
        /// What it is, as one writes it in C.
        found: String,
        /// What it should be.
        expected: &'static str,
    },
    /// A type and a size that contradict each other, or a size given twice.
    #[error("its {what}s have {first} bytes, and {second} by its field `{field}`: remove one of the two")]
    Conflict {
        /// `key` or `value`.
        what: &'static str,
        /// The later field.
        field: String,
        /// Bytes by the earlier field.
        first: u32,
        /// Bytes by the later field.
        second: u32,
    },
    /// A pinning that loaders do not know.
    #[error("its field `pinning` is {found}, expected 0 (LIBBPF_PIN_NONE) or 1 (LIBBPF_PIN_BY_NAME)")]
    Pinning {
        /// The value.
        found: u32,
    },
    /// A map in a map in a map.
    #[error("the maps that it holds hold maps in turn: the kernel allows one level")]
    NestedTwice,
    /// A map in a map that is to be pinned by the loader.
    #[error("the maps that it holds have a field `pinning`: a map in a map cannot be pinned by its definition")]
    InnerPinning,
    /// More fields than any loader knows.
    #[error("its definition has {found} fields: {limit} are the limit")]
    TooManyFields {
        /// How many.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// A part of the definition cannot be read.
    #[error("its field `{field}` cannot be read: {error}")]
    Unreadable {
        /// The field.
        field: String,
        /// What is wrong with it.
        error: BtfError,
    },
    /// A definition without BTF that lies outside of its section, or is too short.
    #[error("its definition takes {found} bytes of the section, expected {expected} or more")]
    TooShort {
        /// Bytes that there are.
        found: u64,
        /// The fewest that a definition has.
        expected: u64,
    },
}
