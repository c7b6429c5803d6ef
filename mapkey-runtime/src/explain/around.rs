//! The system around a map: other maps that have the key, and the programs that use this one.

use super::facts::{Attached, Known, MapFacts, OtherMap, ProgramFacts};
use crate::map::{Access, IdentityError, Map, MapInfo};
use crate::program::{self, Programs, ProgramsError, Runs, Users};
use crate::system::{Instance, SameKey};

/// Looks at everything around `map`, in which `key` is not.
pub(super) fn look(map: &Map, key: &[u8], facts: &mut MapFacts) {
    match map.instances() {
        Ok(instances) => {
            facts.programs = programs(&instances.this.users);
            let alike = instances.others.iter().filter(|other| is_alike(map.info(), other));
            facts.other_maps = Known::Known(alike.map(|other| of_instance(other, key)).collect());
        }
        Err(error) => {
            let command = matches!(error, ProgramsError::NeedsAdmin).then(|| "sudo mapkey explain".to_owned());
            facts.programs = Known::Unknown { why: error.to_string(), command: command.clone() };
            facts.other_maps = Known::Unknown { why: error.to_string(), command };
        }
    }
    if let Err(IdentityError::PinReplaced { path, now, .. }) = map.verify() {
        replaced(&path.display().to_string(), &now, key, facts);
    }
}

/// The same type, and keys of the same type as far as their BTF can be read.
fn is_alike(this: &MapInfo, other: &Instance) -> bool {
    other.info.map_type == this.map_type && other.info.key_size == this.key_size && other.same_key != SameKey::No
}

fn of_instance(other: &Instance, key: &[u8]) -> OtherMap {
    let programs = other.users.users.iter().map(|user| user.program.info.to_string()).collect();
    OtherMap { info: other.info.clone(), pin: None, has_key: has_key(other.info.id, key), programs }
}

fn has_key(map: u32, key: &[u8]) -> Option<bool> {
    let map = Map::open_id(map, Access::ReadOnly).ok()?;
    Some(map.get_bytes(key).ok()?.is_some())
}

/// The pin by which this map was opened is another map now, perhaps of another name.
fn replaced(path: &str, now: &MapInfo, key: &[u8], facts: &mut MapFacts) {
    if let Known::Known(others) = &mut facts.other_maps
        && let Some(known) = others.iter_mut().find(|other| other.info.id == now.id)
    {
        known.pin = Some(path.to_owned());
        return;
    }
    // Who may read the pin may not be allowed to open the map by its id.
    let has_key = match Map::open_pinned(path, Access::ReadOnly) {
        _ if now.key_size as usize != key.len() => Some(false),
        Ok(map) if map.info().id == now.id => map.get_bytes(key).ok().map(|value| value.is_some()),
        _ => has_key(now.id, key),
    };
    let programs = match Programs::load() {
        Ok(programs) => programs.users_of(now.id).users.iter().map(|user| user.program.info.to_string()).collect(),
        Err(_) => Vec::new(),
    };
    let other = OtherMap { info: now.clone(), pin: Some(path.to_owned()), has_key, programs };
    match &mut facts.other_maps {
        Known::Known(others) => others.push(other),
        unseen => *unseen = Known::Known(vec![other]),
    }
}

fn programs(users: &Users) -> Known<Vec<ProgramFacts>> {
    // A program that is not seen could be the one that writes.
    let is_detached = users.users.iter().all(|user| user.program.attached() == program::Attached::No);
    if let (true, Some(gap)) = (is_detached, users.gaps.first()) {
        return Known::Unknown { why: gap.to_string(), command: None };
    }
    Known::Known(users.users.iter().map(|user| program_facts(&user.program)).collect())
}

fn program_facts(program: &program::Program) -> ProgramFacts {
    let attached = match program.attached() {
        program::Attached::Yes => {
            let places = program.attachments.iter().filter(|attachment| !attachment.is_gone());
            Attached::At(places.map(ToString::to_string).collect())
        }
        program::Attached::No => Attached::Nowhere,
        program::Attached::Unknown => {
            let why = program.gaps.iter().map(ToString::to_string).collect::<Vec<_>>();
            Attached::Unknown(why.join("; "))
        }
    };
    let runs = match program.runs {
        Runs::Counted(count) => Some(count),
        Runs::NoneSinceCounting => Some(0),
        _ => None,
    };
    ProgramFacts {
        id: program.info.id,
        name: program.info.name.clone(),
        type_name: program.info.program_type.to_string(),
        attached,
        runs,
        can_be_counted: program.runs != Runs::NeverCounted,
    }
}
