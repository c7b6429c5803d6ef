//! From what a key claims to the types of a source, and on to the report.

use std::fmt;

use crate::btf::{Btf, BtfError, Index, essential_name};
use crate::compare::compare_whole;
use crate::layout::Layout;
use crate::types::TypeNames;
use crate::{Counterpart, NoSuchMember, NotGeneratable, Origin, Report, TypeLayout, compare_any, did_you_mean};

/// Why a key could not be held against anything.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotCheckable {
    /// The source has no type of any name that the key claims.
    NoSuchType {
        /// The names, in the order in which they were tried.
        wanted: Vec<String>,
        /// The source.
        found_in: String,
        /// The types that look most like it, best first.
        nearest: Vec<String>,
        /// The source declares such a struct and does not define it.
        is_only_declared: bool,
    },
    /// The type has no such member.
    NoSuchMember(NoSuchMember),
    /// The type is there and cannot be read.
    Unreadable {
        /// The source.
        found_in: String,
        /// What is wrong with it.
        error: BtfError,
    },
    /// The type has bytes and no members: bpf-linker leaves out those of a Rust enum with data.
    NoMembers {
        /// The type as one writes it in C.
        counterpart: String,
        /// Its bytes.
        size: u64,
        /// The source.
        found_in: String,
    },
    /// The type has no bytes: `void`, a function, a struct that is declared and never defined.
    NoBytes {
        /// The type as one writes it in C.
        counterpart: String,
        /// The source.
        found_in: String,
    },
    /// The key has no name under which a source could have it: an array, say.
    NoName {
        /// The key as one writes it in Rust.
        key: String,
    },
}

impl std::error::Error for NotCheckable {}

/// As `Display`: a `main` that returns the error prints it so.
impl fmt::Debug for NotCheckable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for NotCheckable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchType { wanted, found_in, nearest, is_only_declared } => {
                let quoted: Vec<_> = wanted.iter().map(|name| format!("`{name}`")).collect();
                let verb = if *is_only_declared { "only declares and does not define" } else { "has no type" };
                write!(f, "{found_in} {verb} {}{}", quoted.join(" or "), did_you_mean(nearest))
            }
            Self::NoSuchMember(error) => error.fmt(f),
            Self::Unreadable { found_in, error } => write!(f, "{found_in} cannot be read: {error}"),
            Self::NoMembers { counterpart, size, found_in } => write!(
                f,
                "{found_in} has no members for {counterpart}, only its {size} bytes, as for a Rust enum with data: \
                 make it a struct with a field for each part"
            ),
            Self::NoBytes { counterpart, found_in } => {
                write!(f, "{found_in} is of type `{counterpart}`, which has no bytes there: nothing can be compared")
            }
            Self::NoName { key } => {
                write!(f, "`{key}` has no name that a source could know: wrap it in a struct that derives `MapKey`")
            }
        }
    }
}

/// A type's name and, behind the first dot, a member of it.
pub(crate) struct Wanted {
    pub(crate) name: String,
    member: Option<String>,
}

/// The names under which a source can have the key's counterpart, in the order to try them.
fn wanted(ours: &Layout<'_>) -> Vec<Wanted> {
    let claim = ours.claim;
    let own = || match claim.btf {
        Some(name) => vec![name.to_owned()],
        None if ours.name.is_empty() => Vec::new(),
        None => {
            let mut names = vec![ours.name.to_owned(), snake_case(ours.name)];
            names.dedup();
            names
        }
    };
    let names =
        if claim.kernel.is_empty() { own() } else { claim.kernel.iter().map(|&name| name.to_owned()).collect() };
    names.iter().flat_map(|name| wanted_name(name)).collect()
}

/// A name, and what it stands for.
pub(crate) fn wanted_name(name: &str) -> Vec<Wanted> {
    with_essential_name(name.to_owned()).into_iter().map(Wanted::new).collect()
}

/// A CO-RE flavour, `name___suffix`, stands for `name` as well.
fn with_essential_name(name: String) -> Vec<String> {
    let essential = essential_name(&name).to_owned();
    if essential == name { vec![name] } else { vec![name, essential] }
}

impl Wanted {
    fn new(name: String) -> Self {
        match name.split_once('.') {
            Some((name, member)) => Self { name: name.to_owned(), member: Some(member.to_owned()) },
            None => Self { name, member: None },
        }
    }
}

/// `FlowKey` is `flow_key` in C.
fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    let mut previous_is_lower = false;
    for c in name.chars() {
        if c.is_ascii_uppercase() && previous_is_lower {
            snake.push('_');
        }
        previous_is_lower = c.is_ascii_lowercase() || c.is_ascii_digit();
        snake.push(c.to_ascii_lowercase());
    }
    snake
}

/// Holds keys against one source: a single walk over its records serves all of them.
///
/// The results stand in the order of `keys`. `source` is what a person calls the place. A source
/// that cannot be read is [`NotCheckable::Unreadable`] for every key.
#[must_use]
pub fn reports(keys: &[&Layout<'_>], btf: &Btf<'_>, source: &str) -> Vec<Result<Report, NotCheckable>> {
    let wanted: Vec<Vec<Wanted>> = keys.iter().map(|ours| wanted(ours)).collect();
    let names: Vec<&str> = wanted.iter().flatten().map(|wanted| wanted.name.as_str()).collect();
    let index = btf.index(&names);
    let one = |(ours, wanted): (&&Layout<'_>, &Vec<Wanted>)| match &index {
        Ok(index) => report_in(ours, wanted, index, source),
        Err(error) => Err(NotCheckable::Unreadable { found_in: source.to_owned(), error: error.clone() }),
    };
    keys.iter().zip(&wanted).map(one).collect()
}

fn report_in(ours: &Layout<'_>, wanted: &[Wanted], index: &Index<'_>, source: &str) -> Result<Report, NotCheckable> {
    if wanted.is_empty() {
        return Err(NotCheckable::NoName { key: ours.spelling().to_string() });
    }
    with_counterparts(wanted, index, source, |theirs| {
        let comparable: Vec<_> = theirs.iter().filter(|theirs| !theirs.is_opaque()).cloned().collect();
        compare_any(ours, &comparable, source).ok_or_else(|| no_members(theirs, source))
    })?
}

/// Holds a key against the type with this id, as a map names the type of its keys: the names of the two need not agree.
/// `source` is what a person calls that type, as in "the key of map `flows` in flow.bpf.o". Both have to end at the same
/// byte, whatever the key says about a prefix: a map compares all bytes of its keys.
///
/// # Errors
///
/// [`NotCheckable`] if there is no such type, it has no bytes (`void`, the id 0), or it cannot be read.
pub fn report_on_type(ours: &Layout<'_>, btf: &Btf<'_>, id: u32, source: &str) -> Result<Report, NotCheckable> {
    with_type(btf, id, source, |theirs| {
        has_members(theirs, source)?;
        Ok(compare_whole(ours, theirs, source))
    })?
}

/// The layout of the type with this id. `source` is what a person calls the type.
///
/// # Errors
///
/// As [`report_on_type`].
pub fn type_layout_of(btf: &Btf<'_>, id: u32, source: &str) -> Result<TypeLayout, NotCheckable> {
    with_type(btf, id, source, |theirs| theirs.layout())
}

fn with_type<T>(
    btf: &Btf<'_>,
    id: u32,
    source: &str,
    work: impl FnOnce(&Counterpart<'_>) -> T,
) -> Result<T, NotCheckable> {
    let unreadable = |error| NotCheckable::Unreadable { found_in: source.to_owned(), error };
    with_type_of(&btf.index(&[]).map_err(unreadable)?, id, source, work)
}

/// Hands the type with this id to `work`.
pub(crate) fn with_type_of<T>(
    index: &Index<'_>,
    id: u32,
    source: &str,
    work: impl FnOnce(&Counterpart<'_>) -> T,
) -> Result<T, NotCheckable> {
    let unreadable = |error| NotCheckable::Unreadable { found_in: source.to_owned(), error };
    let (table, types) = index.load(&[id]).map_err(unreadable)?;
    let theirs = types.first().map(|&ty| Counterpart::new(&table, ty));
    match theirs.filter(|theirs| !theirs.has_no_bytes()) {
        Some(theirs) => Ok(work(&theirs)),
        None => Err(NotCheckable::NoBytes { counterpart: index.type_name(id), found_in: source.to_owned() }),
    }
}

/// A type without members cannot be compared.
pub(crate) fn has_members(theirs: &Counterpart<'_>, source: &str) -> Result<(), NotCheckable> {
    if theirs.is_opaque() { Err(no_members(std::slice::from_ref(theirs), source)) } else { Ok(()) }
}

pub(crate) fn no_members(theirs: &[Counterpart<'_>], source: &str) -> NotCheckable {
    let counterpart = theirs.first().map_or_else(String::new, |theirs| theirs.name().to_owned());
    let size = theirs.first().map_or(0, Counterpart::size);
    NotCheckable::NoMembers { counterpart, size, found_in: source.to_owned() }
}

/// The layouts of all types called `name`, a type's name with or without a member's path behind it
/// (`bpf_sock_tuple.ipv4`). `source` is what a person calls the place.
///
/// # Errors
///
/// [`NotCheckable`] if there is no such type or member, with the nearest names, or it is broken.
pub fn type_layouts(name: &str, btf: &Btf<'_>, source: &str) -> Result<Vec<TypeLayout>, NotCheckable> {
    called(name, btf, source, |theirs| theirs.iter().map(Counterpart::layout).collect())
}

/// Why there is no Rust key for a type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GenerateError {
    /// The source has no such type.
    #[error(transparent)]
    NotCheckable(#[from] NotCheckable),
    /// No key can mirror the type.
    #[error(transparent)]
    NotGeneratable(#[from] NotGeneratable),
}

/// The Rust keys that mirror all types called `name`, as source text, one for each; no two are called alike, so that
/// all can stand in one module. `source` is what a person calls the place.
///
/// # Errors
///
/// [`GenerateError`] if there is no such type, or no key can mirror it.
pub fn generate(name: &str, btf: &Btf<'_>, source: &str, origin: Origin) -> Result<Vec<String>, GenerateError> {
    Ok(called(name, btf, source, |theirs| crate::generate::generate(theirs, name, origin))??)
}

/// Hands all types called `name` to `work`.
fn called<T>(
    name: &str,
    btf: &Btf<'_>,
    source: &str,
    work: impl FnOnce(&[Counterpart<'_>]) -> T,
) -> Result<T, NotCheckable> {
    let wanted = Wanted::new(name.to_owned());
    let index = btf.index(&[&wanted.name]);
    let index = index.map_err(|error| NotCheckable::Unreadable { found_in: source.to_owned(), error })?;
    with_counterparts(&[wanted], &index, source, work)
}

/// Hands the types of the first name that the source has to `work`.
pub(crate) fn with_counterparts<T>(
    wanted: &[Wanted],
    index: &Index<'_>,
    source: &str,
    work: impl FnOnce(&[Counterpart<'_>]) -> T,
) -> Result<T, NotCheckable> {
    let mut is_only_declared = false;
    for Wanted { name, member } in wanted {
        let candidates = index.candidates(name);
        is_only_declared |= candidates.forward_only;
        if candidates.ids.is_empty() {
            continue;
        }
        let unreadable = |error| NotCheckable::Unreadable { found_in: source.to_owned(), error };
        let (table, types) = index.load(&candidates.ids).map_err(unreadable)?;
        let (mut counterparts, mut no_member) = (Vec::new(), None);
        for ty in types {
            let counterpart = Counterpart::new(&table, ty);
            match member.as_deref().map_or(Ok(counterpart.clone()), |path| counterpart.member(path)) {
                Ok(counterpart) => counterparts.push(counterpart),
                Err(error) => no_member = Some(error),
            }
        }
        return match no_member {
            Some(error) if counterparts.is_empty() => Err(NotCheckable::NoSuchMember(error)),
            _ => Ok(work(&counterparts)),
        };
    }
    Err(no_such_type(wanted, index, source, is_only_declared))
}

fn no_such_type(wanted: &[Wanted], index: &Index<'_>, source: &str, is_only_declared: bool) -> NotCheckable {
    let first = wanted.first().map_or("", |wanted| wanted.name.as_str());
    NotCheckable::NoSuchType {
        wanted: wanted.iter().map(|wanted| wanted.name.clone()).collect(),
        nearest: index.nearest_names(first, 2).into_iter().map(str::to_owned).collect(),
        found_in: source.to_owned(),
        is_only_declared,
    }
}

#[cfg(test)]
mod tests {
    use super::snake_case;

    #[test]
    fn names_as_c_writes_them() {
        assert_eq!(snake_case("FlowKey"), "flow_key");
        assert_eq!(snake_case("Ipv4Addr"), "ipv4_addr");
        assert_eq!(snake_case("TCPKey"), "tcpkey");
        assert_eq!(snake_case("flow_key"), "flow_key");
    }
}
