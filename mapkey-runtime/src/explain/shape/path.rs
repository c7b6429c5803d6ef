//! Parts of a key by the names that C gives them: `src.port`, `addr[3]`, members of anonymous structs by their own
//! name.

use super::part::{Content, Part, join};

/// What a scalar key is called, for it has no fields.
pub(crate) const SCALAR: &str = "key";

/// How many names to show where one is wrong.
const NEAREST: usize = 2;

/// How many names to look through for the nearest.
const MAX_NAMES: usize = 4096;

/// A part of a key that was named.
#[derive(Clone, Debug)]
pub(crate) struct Place<'a> {
    /// Ordinals of members and elements on the way, anonymous ones too.
    pub(crate) trail: Vec<u32>,
    pub(crate) bit_offset: usize,
    /// For a bit-field.
    pub(crate) bits: Option<u32>,
    pub(crate) part: &'a Part,
}

/// Why a path leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PathError {
    /// There is no such member.
    NoSuchField { container: String, nearest: Vec<String>, all: Vec<String> },
    /// An index that is no number or behind the end, or something that has no elements.
    NoSuchElement { array: String, len: usize, found: String },
    /// `[` without `]` and the like.
    Syntax,
}

/// A name and the indices behind it.
struct Segment<'p> {
    name: &'p str,
    indices: Vec<&'p str>,
}

pub(super) fn find<'a>(root: &'a Part, path: &str) -> Result<Place<'a>, PathError> {
    let mut place = Place { trail: Vec::new(), bit_offset: 0, bits: None, part: root };
    let mut gone = String::new();
    for (depth, text) in path.split('.').enumerate() {
        let segment = Segment::parse(text).ok_or(PathError::Syntax)?;
        let is_scalar = root.members().is_empty();
        let is_whole = depth == 0 && is_scalar && segment.name == SCALAR;
        if !is_whole && !enter(&mut place, segment.name) {
            return Err(no_such_field(root, place.part, path, &gone));
        }
        gone = join(&gone, segment.name);
        for index in segment.indices {
            element(&mut place, index, &gone)?;
            gone = format!("{gone}[{index}]");
        }
    }
    Ok(place)
}

impl<'p> Segment<'p> {
    fn parse(text: &'p str) -> Option<Self> {
        let (name, mut rest) = text.split_at(text.find('[').unwrap_or(text.len()));
        let mut indices = Vec::new();
        while let Some(inner) = rest.strip_prefix('[') {
            let (index, behind) = inner.split_once(']')?;
            indices.push(index.trim());
            rest = behind;
        }
        (rest.is_empty() && !name.is_empty()).then_some(Self { name, indices })
    }
}

/// Goes into the member `name`, through anonymous ones. `false` where there is none.
fn enter(place: &mut Place<'_>, name: &str) -> bool {
    for (ordinal, member) in (0..).zip(place.part.members()) {
        let bit_offset = place.bit_offset + member.bit_offset;
        if member.name == name {
            place.trail.push(ordinal);
            *place =
                Place { trail: std::mem::take(&mut place.trail), bit_offset, bits: member.bits, part: &member.part };
            return true;
        }
        if member.name.is_empty() {
            let mut trail = place.trail.clone();
            trail.push(ordinal);
            let mut inner = Place { trail, bit_offset, bits: None, part: &member.part };
            if enter(&mut inner, name) {
                *place = inner;
                return true;
            }
        }
    }
    false
}

fn element(place: &mut Place<'_>, index: &str, path: &str) -> Result<(), PathError> {
    let (len, element) = match &place.part.content {
        Content::Array { element, len } => (*len, Some(&**element)),
        Content::Bytes | Content::Text if place.bits.is_none() => (place.part.size, None),
        _ => (0, None),
    };
    let wrong = || PathError::NoSuchElement { array: path.to_owned(), len, found: index.to_owned() };
    let at: usize = index.parse().map_err(|_| wrong())?;
    if at >= len {
        return Err(wrong());
    }
    let part = element.unwrap_or(&BYTE);
    place.trail.push(u32::try_from(at).map_err(|_| wrong())?);
    place.bit_offset += at * part.size * 8;
    place.part = part;
    Ok(())
}

/// One byte of several.
static BYTE: Part = Part {
    type_name: String::new(),
    size: 1,
    align: 1,
    order: mapkey_layout::ByteOrder::Native,
    content: Content::Unsigned,
};

pub(super) fn is_union(root: &Part, trail: &[u32]) -> bool {
    let mut part = root;
    for &ordinal in trail {
        part = match &part.content {
            Content::Array { element, .. } => element,
            _ => match part.members().get(ordinal as usize) {
                Some(member) => &member.part,
                None => return false,
            },
        };
    }
    matches!(part.content, Content::Union(_))
}

fn no_such_field(root: &Part, container: &Part, path: &str, gone: &str) -> PathError {
    let mut all = Vec::new();
    names(root, "", &mut all);
    let last = |path: &str| path.rsplit('.').next().unwrap_or(path).to_owned();
    // A name is often right and one level off, or nearly right at its level.
    let same: Vec<String> = all.iter().filter(|name| last(name) == last(path)).take(NEAREST).cloned().collect();
    let nearest = if same.is_empty() {
        mapkey_layout::nearest(path, all.iter().map(String::as_str), NEAREST).into_iter().map(str::to_owned).collect()
    } else {
        same
    };
    let within = all.into_iter().filter(|name| name.starts_with(gone)).collect();
    PathError::NoSuchField { container: container.type_name.clone(), nearest, all: within }
}

/// The paths of all fields; of an array's elements the first one stands for all.
fn names(part: &Part, prefix: &str, all: &mut Vec<String>) {
    if part.members().is_empty() && prefix.is_empty() {
        all.push(SCALAR.to_owned());
    }
    for member in part.members() {
        if all.len() >= MAX_NAMES {
            return;
        }
        let path = join(prefix, &member.name);
        match &member.part.content {
            Content::Struct(_) | Content::Union(_) => names(&member.part, &path, all),
            Content::Array { element, .. } if !element.members().is_empty() => {
                names(element, &format!("{path}[0]"), all);
            }
            _ => all.push(path),
        }
    }
}
