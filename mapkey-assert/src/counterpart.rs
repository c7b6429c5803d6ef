//! What the file has for each key.

use mapkey_layout::btf::Btf;
use mapkey_layout::constant::{Wanted, written};
use mapkey_layout::object::{self, Form, KeyOrValue, MapDefinition, ObjectError};
use mapkey_layout::{did_you_mean, nearest};

use crate::input::{Counterpart, Input};
use crate::path::Text;

/// How many names a message offers.
const NEAREST_COUNT: usize = 2;

/// How many names a message lists where none is near.
const LISTED_COUNT: usize = 8;

/// The inner maps of `NAME` are called `NAME.inner`, as libbpf calls them.
const INNER: &str = ".inner";

/// The counterpart of each key, as an expression, or why there is none.
pub(crate) fn counterparts(input: &Input, content: &[u8]) -> Vec<syn::Result<String>> {
    let file = input.file.file_name();
    let needs_maps = input.keys.iter().any(|key| matches!(key.counterpart, Counterpart::Map(_)));
    let maps = needs_maps.then(|| object::maps(content));
    let is_raw = Btf::parse(content).is_ok() && matches!(maps, Some(Err(ObjectError::Elf { .. })));
    let wanted = input.keys.iter().map(|key| match &key.counterpart {
        Counterpart::Btf(name) => Ok((Wanted::Name(name.as_str().to_owned()), file.to_owned())),
        Counterpart::Map(name) if is_raw => Err(name.error(format!(
            "{file} is raw BTF, which declares no maps: hold the key against a type, by `btf = \"...\"`"
        ))),
        Counterpart::Map(name) => key_of_map(name, maps.as_ref(), file),
    });
    let wanted: Vec<_> = wanted.collect();
    let found: Vec<_> = wanted.iter().flatten().cloned().collect();
    let mut written = match Btf::parse(content) {
        Ok(btf) => written(&found, &btf),
        Err(error) => return vec![Err(input.file.error(format!("{file} holds no usable BTF: {error}")))],
    }
    .into_iter();
    let one = |(key, wanted): (&crate::input::Key, syn::Result<_>)| {
        let (Counterpart::Map(name) | Counterpart::Btf(name)) = &key.counterpart;
        wanted.and_then(|_| match written.next() {
            Some(Ok(expression)) => Ok(expression),
            Some(Err(reason)) => Err(name.error(format!("not checkable: {reason}"))),
            None => Err(name.error("not checkable")),
        })
    };
    input.keys.iter().zip(wanted).map(one).collect()
}

/// The names that there are, where none is like the one that was wanted.
fn all<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let mut quoted: Vec<_> = names.map(|name| format!("`{name}`")).collect();
    let rest = quoted.len().saturating_sub(LISTED_COUNT);
    quoted.truncate(LISTED_COUNT);
    match (quoted.is_empty(), rest) {
        (true, _) => "; it declares none".to_owned(),
        (false, 0) => format!("; it declares {}", quoted.join(", ")),
        (false, rest) => format!("; it declares {} and {rest} more", quoted.join(", ")),
    }
}

/// The type of a map's keys, and what to call it.
fn key_of_map(
    name: &Text,
    maps: Option<&Result<Vec<MapDefinition<'_>>, ObjectError>>,
    file: &str,
) -> syn::Result<(Wanted, String)> {
    let wanted = name.as_str();
    let maps = match maps {
        Some(Ok(maps)) => maps,
        Some(Err(error)) => return Err(name.error(format!("not checkable: {file}: {error}"))),
        None => &Vec::new(),
    };
    let named = |name: &str| maps.iter().find(|map| map.name == name);
    let inner = || wanted.strip_suffix(INNER).and_then(named).and_then(|holder| holder.inner.as_deref());
    let Some(map) = named(wanted).or_else(inner) else {
        let nearest = nearest(wanted, maps.iter().map(|map| map.name), NEAREST_COUNT);
        let names = maps.iter().map(|map| map.name);
        let what_there_is = if nearest.is_empty() { all(names) } else { did_you_mean(&nearest) };
        return Err(name.error(format!("{file} declares no map `{wanted}`{what_there_is}")));
    };
    let reason = match (map.key, map.form) {
        (KeyOrValue::Type { id, .. }, _) => {
            return Ok((Wanted::Key(id), format!("the key of map `{wanted}` in {file}")));
        }
        (KeyOrValue::None, _) => "it has no keys, as a ring buffer or a queue".to_owned(),
        (KeyOrValue::Size(size), Form::Legacy) => format!(
            "it is defined in a section `maps`, where only sizes are given ({size} bytes): define it in `.maps`, in Rust by \
             `#[btf_map]` instead of `#[map]`"
        ),
        (KeyOrValue::Size(size), _) => {
            format!("only their size is given, {size} bytes: define them by `__type` instead of `__uint`")
        }
    };
    Err(name.error(format!("not checkable: {file} declares no type for the keys of map `{wanted}`: {reason}")))
}
