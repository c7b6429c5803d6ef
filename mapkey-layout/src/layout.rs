//! The const vocabulary: what a compiler knows of a key.
//!
//! A key's own [`LAYOUT`](crate::Layout) is a constant, and every name in this crate's root is that of constants: `Layout`
//! there is `Layout<'static>` here. With another lifetime the same types describe keys that were read while the program
//! ran, out of a finished binary's [notes](crate::note).

use core::fmt;

/// The layout of a key, or of the type of one of its fields, as the compiler that built it laid it
/// out. Sizes and offsets are in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout<'a> {
    /// The type's name in Rust, without a path. Empty for arrays and for the types that are spelled
    /// by their [`Kind`] alone; [`Layout::spelling`] prints every type.
    pub name: &'a str,
    /// Bytes that a value takes.
    pub size: usize,
    /// Alignment in bytes.
    pub align: usize,
    /// What the bytes are.
    pub kind: Kind<'a>,
    /// Which counterpart the type claims to mirror; [`Claim::NONE`] for all but derived keys.
    pub claim: Claim<'a>,
}

/// What the bytes of a [`Layout`] are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind<'a> {
    /// An integer of the layout's size.
    Int {
        /// Two's complement rather than unsigned.
        signed: bool,
        /// The order of its bytes in memory.
        order: ByteOrder,
    },
    /// A `bool`: one byte, 0 or 1.
    Bool,
    /// A fieldless enum: an integer of the layout's size with named values.
    Enum {
        /// Two's complement rather than unsigned.
        signed: bool,
        /// All values that the type has.
        variants: &'a [Variant<'a>],
    },
    /// `len` elements, one behind the other.
    Array {
        /// The element.
        element: &'a Layout<'a>,
        /// How many.
        len: usize,
    },
    /// A struct, its fields in the order of their declaration.
    Struct {
        /// The fields.
        fields: &'a [Field<'a>],
        /// `repr(transparent)`: the struct is its one field under another name.
        transparent: bool,
    },
    /// Text in a fixed number of bytes, with zeros behind it: C's `char name[N]`.
    Text,
    /// An address in the order in which it goes over the wire: IPv4, IPv6 or MAC, told by the size.
    Address,
    /// A pointer of the kernel's, 64 bits.
    Pointer,
    /// Bytes that carry no value and are always written as zero.
    Padding,
}

/// The order of an integer's bytes in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ByteOrder {
    /// As the machine has it.
    Native,
    /// Most significant byte first: network order, `__beN`.
    Big,
    /// Least significant byte first, `__leN`.
    Little,
}

/// A field of a struct.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// The field's name in Rust without `r#`; its index in a tuple struct.
    pub name: &'a str,
    /// The counterpart's member that this field mirrors, a name or a path (`u.ipv4.saddr`), where
    /// it is not the field's own name.
    pub rename: Option<&'a str>,
    /// Bytes from the start of the struct.
    pub offset: usize,
    /// The layout of the field's type.
    pub layout: &'a Layout<'a>,
    /// What the user said about the field beyond its type.
    pub annotation: Annotation,
}

/// What the user said about a field beyond its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Annotation {
    /// Nothing.
    None,
    /// Raw storage for whatever the counterpart has in these bytes.
    Bytes,
    /// The counterpart has a pointer here.
    Pointer,
    /// A native integer that the user converts to network order by hand.
    NetworkOrder,
}

/// A named value of an enum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variant<'a> {
    /// The variant's name in Rust without `r#`.
    pub name: &'a str,
    /// The counterpart's enumerator, where it is not the variant's own name.
    pub rename: Option<&'a str>,
    /// The value.
    pub value: i128,
}

/// Which counterpart a key claims to mirror.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim<'a> {
    /// The kernel's type (or a member's type, `bpf_sock_tuple.ipv4`): names that are tried in this
    /// order. Empty for a program's own key.
    pub kernel: &'a [&'a str],
    /// The module that has the kernel's type, where it is not the kernel itself.
    pub module: Option<&'a str>,
    /// The own key's type name in the program's object, where it is not derived from Rust's.
    pub btf: Option<&'a str>,
    /// The counterpart may go on after the key's last byte.
    pub prefix: bool,
}

impl Claim<'_> {
    /// No claim: an own key under its own name.
    pub const NONE: Self = Self { kernel: &[], module: None, btf: None, prefix: false };
}

impl<'a> Layout<'a> {
    /// The layout of a type whose name in Rust is `name` and that claims no counterpart.
    #[must_use]
    pub const fn of<T>(name: &'a str, kind: Kind<'a>) -> Self {
        Self { name, size: size_of::<T>(), align: align_of::<T>(), kind, claim: Claim::NONE }
    }

    /// The same layout with a claim.
    #[must_use]
    pub const fn claiming(mut self, claim: Claim<'a>) -> Self {
        self.claim = claim;
        self
    }

    /// The fields of a struct; none for every other kind.
    #[must_use]
    pub const fn fields(&self) -> &'a [Field<'a>] {
        match self.kind {
            Kind::Struct { fields, .. } => fields,
            _ => &[],
        }
    }

    /// The type as one writes it in Rust: `FlowKey`, `Be<u32>`, `[u8; 16]`, `Padding<3>`.
    ///
    /// ```
    /// use mapkey_layout::{ByteOrder, Kind, Layout};
    ///
    /// const U16: Layout = Layout::of::<u16>("u16", Kind::Int { signed: false, order: ByteOrder::Native });
    /// const PORTS: Layout = Layout::of::<[u16; 2]>("", Kind::Array { element: &U16, len: 2 });
    /// assert_eq!(PORTS.spelling().to_string(), "[u16; 2]");
    /// ```
    #[must_use]
    pub const fn spelling(&self) -> Spelling<'_> {
        Spelling(self)
    }

    /// Whether the type is an `LpmKey<T>`: a prefix's length, and the data.
    pub(crate) const fn is_lpm(&self) -> bool {
        // It is the one generic struct: a key of the user's own is never generic.
        matches!((self.kind, self.name.as_bytes()), (Kind::Struct { fields: [_, _], .. }, b"LpmKey"))
    }

    /// Whether every pattern of bits is a value of the type.
    #[must_use]
    pub const fn any_bit_pattern(&self) -> bool {
        match self.kind {
            Kind::Bool | Kind::Enum { .. } => false,
            Kind::Array { element, .. } => element.any_bit_pattern(),
            Kind::Struct { fields, .. } => {
                let mut i = 0;
                while i < fields.len() {
                    if !fields[i].layout.any_bit_pattern() {
                        return false;
                    }
                    i += 1;
                }
                true
            }
            _ => true,
        }
    }

    /// The layout behind `repr(transparent)` wrappers; the layout itself where there is none.
    #[must_use]
    pub const fn unwrapped(&self) -> &Self {
        let mut layout = self;
        while let Kind::Struct { fields: [field], transparent: true } = layout.kind {
            layout = field.layout;
        }
        layout
    }
}

impl<'a> Field<'a> {
    /// A field without annotations.
    #[must_use]
    pub const fn new(name: &'a str, offset: usize, layout: &'a Layout<'a>) -> Self {
        Self { name, rename: None, offset, layout, annotation: Annotation::None }
    }

    /// The same field, mirroring the member `path`.
    #[must_use]
    pub const fn renamed(mut self, path: &'a str) -> Self {
        self.rename = Some(path);
        self
    }

    /// The same field, annotated.
    #[must_use]
    pub const fn annotated(mut self, annotation: Annotation) -> Self {
        self.annotation = annotation;
        self
    }

    /// The first byte behind the field.
    #[must_use]
    pub const fn end(&self) -> usize {
        self.offset + self.layout.size
    }
}

/// [`Layout::spelling`].
pub struct Spelling<'a>(&'a Layout<'a>);

impl fmt::Display for Spelling<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let layout = self.0;
        match layout.kind {
            Kind::Array { element, len } => write!(f, "[{}; {len}]", element.spelling()),
            Kind::Text if layout.name.is_empty() => write!(f, "FixedStr<{}>", layout.size),
            Kind::Padding if layout.name.is_empty() => write!(f, "Padding<{}>", layout.size),
            Kind::Struct { fields: [_, data], .. } if layout.is_lpm() => {
                write!(f, "LpmKey<{}>", data.layout.spelling())
            }
            _ => f.write_str(layout.name),
        }
    }
}
