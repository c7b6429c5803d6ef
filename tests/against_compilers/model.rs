//! C types as the generator has them, and what strategies make of chance.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

/// A struct or union.
#[derive(Clone, Debug)]
pub(crate) struct Composite {
    pub(crate) tag: String,
    pub(crate) is_union: bool,
    pub(crate) pack: Pack,
    /// `aligned(N)` on the type.
    pub(crate) align: Option<u64>,
    pub(crate) members: Vec<Member>,
    /// The element of a flexible array at the end; only the outermost struct has one.
    pub(crate) flexible: Option<Type>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pack {
    No,
    /// `__attribute__((packed))`.
    Packed,
    /// `#pragma pack(N)`.
    Pragma(u64),
}

#[derive(Clone, Debug)]
pub(crate) struct Member {
    /// Empty for what has none: anonymous structs and unions, bit-fields that only take room.
    pub(crate) name: String,
    pub(crate) ty: Type,
    /// The width of a bit-field.
    pub(crate) bits: Option<u64>,
    /// `aligned(N)` on the member.
    pub(crate) align: Option<u64>,
    pub(crate) spelling: Spelling,
    pub(crate) mirror: Mirror,
}

/// What changes how a member is written in C and nothing else.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spelling {
    pub(crate) is_const: bool,
    pub(crate) is_volatile: bool,
    /// How many typedefs stand between the member and its type.
    pub(crate) typedefs: u8,
}

/// How the key mirrors the member, where there is a choice.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mirror {
    pub(crate) style: u8,
    /// The Rust field has another name, and `rename`.
    pub(crate) is_renamed: bool,
    /// Which member of a union is meant.
    pub(crate) pick: u8,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Native,
    Big,
    Little,
}

#[derive(Clone, Debug)]
pub(crate) enum Type {
    /// An integer of so many bytes, `spelling` choosing among the names that C has for it.
    Int {
        size: u64,
        signed: bool,
        order: Order,
        spelling: u8,
    },
    Char,
    Bool,
    Float(u64),
    Int128,
    Enum(Enum),
    Pointer(u8),
    Array(Box<Type>, u64),
    Composite(Box<Composite>),
}

/// An enum; the tag is also the prefix of its enumerators.
#[derive(Clone, Debug)]
pub(crate) struct Enum {
    pub(crate) tag: String,
    pub(crate) packed: bool,
    pub(crate) values: Vec<i64>,
}

impl Enum {
    /// Bytes and sign, by the rules of GNU C.
    pub(crate) fn size(&self) -> (u64, bool) {
        let signed = self.values.iter().any(|&value| value < 0);
        let fits = |bits: u32| {
            let (low, high) = if signed { (-(1i64 << (bits - 1)), 1i64 << (bits - 1)) } else { (0, 1i64 << bits) };
            self.values.iter().all(|&value| low <= value && value < high)
        };
        let smallest = if self.packed { [1u64, 2, 4].as_slice() } else { &[4] };
        let size = smallest.iter().find(|&&size| fits(8 * u32::try_from(size).unwrap_or(8)));
        (size.copied().unwrap_or(8), signed)
    }
}

impl Type {
    pub(crate) fn int(size: u64, signed: bool) -> Self {
        Self::Int { size, signed, order: Order::Native, spelling: 0 }
    }

    /// The innermost element of an array, and the dimensions.
    pub(crate) fn element(&self) -> (&Self, Vec<u64>) {
        let (mut ty, mut dimensions) = (self, Vec::new());
        while let Self::Array(element, len) = ty {
            dimensions.push(*len);
            ty = element;
        }
        (ty, dimensions)
    }

    pub(crate) fn element_mut(&mut self) -> &mut Self {
        match self {
            Self::Array(element, _) => element.element_mut(),
            other => other,
        }
    }

    /// The struct or union that this is, or that the elements of this array are.
    pub(crate) fn composite(&self) -> Option<&Composite> {
        match self.element().0 {
            Self::Composite(composite) => Some(composite),
            _ => None,
        }
    }

    pub(crate) fn composite_mut(&mut self) -> Option<&mut Composite> {
        match self.element_mut() {
            Self::Composite(composite) => Some(composite),
            _ => None,
        }
    }
}

impl Member {
    pub(crate) fn plain(name: &str, ty: Type) -> Self {
        let spelling = Spelling { is_const: false, is_volatile: false, typedefs: 0 };
        let mirror = Mirror { style: 0, is_renamed: false, pick: 0 };
        Self { name: name.to_owned(), ty, bits: None, align: None, spelling, mirror }
    }

    /// Whether the member is more than room: BTF has nothing for bit-fields without a name.
    pub(crate) fn has_bytes(&self) -> bool {
        !self.name.is_empty() || self.is_anonymous()
    }

    pub(crate) fn is_anonymous(&self) -> bool {
        self.name.is_empty() && self.bits.is_none()
    }
}

fn int() -> impl Strategy<Value = Type> {
    (prop_oneof![Just(1u64), Just(2), Just(4), Just(8)], any::<bool>(), 0..4u8)
        .prop_map(|(size, signed, spelling)| Type::Int { size, signed, order: Order::Native, spelling })
}

fn ordered() -> impl Strategy<Value = Type> {
    (prop_oneof![Just(2u64), Just(4), Just(8)], prop_oneof![Just(Order::Big), Just(Order::Little)])
        .prop_map(|(size, order)| Type::Int { size, signed: false, order, spelling: 0 })
}

fn enumeration() -> impl Strategy<Value = Type> {
    let value = prop_oneof![4 => 0..8i64, 2 => -3..300i64, 1 => Just(70_000i64), 1 => Just(4_000_000_000)];
    (any::<bool>(), vec(value, 1..5)).prop_map(|(packed, mut values)| {
        values.sort_unstable();
        values.dedup();
        Type::Enum(Enum { tag: String::new(), packed, values })
    })
}

fn leaf() -> impl Strategy<Value = Type> {
    prop_oneof![
        8 => int(),
        3 => ordered(),
        1 => Just(Type::Char),
        1 => Just(Type::Bool),
        1 => prop_oneof![Just(Type::Float(4)), Just(Type::Float(8)), Just(Type::Int128)],
        2 => enumeration(),
        2 => (0..6u8).prop_map(Type::Pointer),
        2 => (1..17u64).prop_map(|len| Type::Array(Box::new(Type::Char), len)),
        1 => (1..8u64).prop_map(|len| Type::Array(Box::new(Type::int(1, false)), len)),
    ]
}

fn align() -> impl Strategy<Value = Option<u64>> {
    prop_oneof![9 => Just(None), 1 => prop_oneof![Just(2u64), Just(4), Just(8), Just(16)].prop_map(Some)]
}

fn member(ty: impl Strategy<Value = Type>) -> impl Strategy<Value = Member> {
    let spelling = (any::<bool>(), any::<bool>(), 0..3u8).prop_map(|(is_const, is_volatile, typedefs)| Spelling {
        is_const,
        is_volatile,
        typedefs,
    });
    let mirror = (0..8u8, option::weighted(0.15, Just(())), 0..8u8).prop_map(|(style, renamed, pick)| Mirror {
        style,
        is_renamed: renamed.is_some(),
        pick,
    });
    let bits = option::weighted(0.2, (0..65u64, 0..6u8));
    (ty, bits, align(), spelling, mirror, 0..3u8).prop_map(|(ty, bits, align, spelling, mirror, anonymous)| {
        let width = match &ty {
            Type::Int { size, order: Order::Native, .. } => size * 8,
            Type::Bool => 1,
            _ => 0,
        };
        let mut member = Member { name: "m".to_owned(), ty, bits: None, align, spelling, mirror };
        if let (Some((wanted, unnamed)), 1..) = (bits, width) {
            let wanted = wanted % (width + 1);
            member.bits = Some(wanted);
            member.align = None;
            if wanted == 0 || unnamed == 0 {
                member.name.clear();
            }
        } else if anonymous == 0 && matches!(member.ty, Type::Composite(_)) {
            member.name.clear();
            // It would be the type's, which is another thing in a packed struct.
            member.align = None;
        }
        member
    })
}

fn composite(
    ty: impl Strategy<Value = Type>,
    is_union: impl Strategy<Value = bool>,
) -> impl Strategy<Value = Composite> {
    let pack = prop_oneof![
        6 => Just(Pack::No),
        2 => Just(Pack::Packed),
        1 => Just(Pack::Pragma(2)),
        1 => Just(Pack::Pragma(4)),
    ];
    (vec(member(ty), 1..6), is_union, pack, align()).prop_map(|(mut members, is_union, pack, align)| {
        if !members.iter().any(Member::has_bytes) {
            members.push(Member::plain("m", Type::int(1, false)));
        }
        // The pragma would reach into types that are written within another.
        for member in &mut members {
            let is_pragma = |pack| matches!(pack, Pack::Pragma(_));
            let inner = member.ty.composite().is_some_and(|inner| is_pragma(inner.pack));
            if member.is_anonymous() && (inner || is_pragma(pack)) {
                member.name = "m".to_owned();
            }
        }
        Composite { tag: String::new(), is_union, pack, align, members, flexible: None }
    })
}

fn ty() -> impl Strategy<Value = Type> {
    leaf().prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            2 => (inner.clone(), 1..4u64).prop_map(|(ty, len)| Type::Array(Box::new(ty), len)),
            3 => composite(inner, prop_oneof![3 => Just(false), 2 => Just(true)])
                .prop_map(|composite| Type::Composite(Box::new(composite))),
        ]
    })
}

/// Any struct that a key can mirror, without names.
pub(crate) fn any_struct() -> impl Strategy<Value = Composite> {
    let flexible = option::weighted(0.1, leaf());
    (composite(ty(), Just(false)), flexible).prop_map(|(mut composite, flexible)| {
        composite.flexible = flexible;
        composite
    })
}

/// Gives every type and member of the struct number `index` a name that no other has.
pub(crate) fn name(root: &mut Composite, index: usize) {
    root.tag = format!("s{index}");
    let mut count = 0;
    name_members(root, index, &mut count);
    if let Some(flexible) = &mut root.flexible {
        name_type(flexible, index, &mut count);
    }
}

/// Names that Rust cannot have as they are.
const KEYWORDS: [&str; 4] = ["type", "match", "self", "crate"];

fn name_members(composite: &mut Composite, index: usize, count: &mut usize) {
    let mut used = 0;
    for member in &mut composite.members {
        *count += 1;
        if !member.name.is_empty() {
            member.name = format!("m{count}");
            // A keyword at most once in a root: within others it would meet itself through flattening.
            if *count <= KEYWORDS.len() && used == 0 && member.mirror.style == 7 {
                member.name = KEYWORDS[*count - 1].to_owned();
                used += 1;
            }
        }
        name_type(&mut member.ty, index, count);
    }
}

fn name_type(ty: &mut Type, index: usize, count: &mut usize) {
    match ty.element_mut() {
        Type::Composite(composite) => {
            *count += 1;
            composite.tag = format!("s{index}_{count}");
            name_members(composite, index, count);
        }
        Type::Enum(own) => {
            *count += 1;
            own.tag = format!("e{index}_{count}");
        }
        _ => {}
    }
}
