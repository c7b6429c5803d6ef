//! The chain from an object's declaration to a key in a live map: declared, referred to, loaded, attached, ran, and the
//! same map with the same keys.

use mapkey_layout::TypeLayout;

use super::{Finding, Status};
use crate::map::{Access, KeyRule, Map, MapRef, NotProven, OpenError, Room, declared_differences};
use crate::plain;
use crate::program::{Attached, MapUse, Users};
use crate::system::{Instance, Instances};
use crate::{Object, Source};

const DECLARED: &str = "declared";
const LOADED: &str = "loaded";
const PROGRAMS: &str = "programs";
const IDENTITY: &str = "identity";
const KEY: &str = "key-layout";
const ROOM: &str = "room";

const WHY_PROGRAMS: &str = "nothing but a program that runs, or user space, writes to a map";

/// Looks at every map that an object declares, and at the live maps of these names.
#[must_use]
pub fn examine_object(object: &Object) -> Vec<Finding> {
    const WHY: &str = "the program and the reader have to mean the same map, and the object says which there are";
    let maps = match object.maps() {
        Ok(maps) => maps,
        Err(error) => return vec![Finding::new(DECLARED, Status::Problem, format!("{object}: {error}"), WHY)],
    };
    if maps.is_empty() {
        return vec![Finding::new(DECLARED, Status::Problem, format!("{object} declares no maps"), WHY)];
    }
    let mut findings = Vec::new();
    for map in &maps {
        findings.push(declared(map.name, &map.used_by));
        findings.extend(live(object, map.name));
    }
    findings
}

fn declared(name: &str, used_by: &[&str]) -> Finding {
    const WHY: &str = "libbpf makes every declared map, other loaders make those that a program refers to: a map without a \
                       program stays empty, or is not there";
    if used_by.is_empty() {
        return Finding::new(
            DECLARED,
            Status::Problem,
            format!("`{name}` is declared, and no program refers to it"),
            WHY,
        )
        .repaired_by(format!(
            "use `{name}` in a program, or remove it and look into the map that the program writes to"
        ));
    }
    Finding::new(DECLARED, Status::Ok, format!("`{name}` is declared, and used by {}", used_by.join(", ")), WHY)
}

/// The live maps called `name`.
fn live(object: &Object, name: &str) -> Vec<Finding> {
    const WHY: &str =
        "user space makes the maps when it loads the object; they are gone when nobody holds them any more";
    match Map::all(&MapRef::Name(name.to_owned()), Access::ReadOnly) {
        Ok(maps) => maps.iter().flat_map(|map| examine_map(map, Some((object, name)))).collect(),
        Err(OpenError::NoSuchName { .. }) => {
            let what = format!("no loaded map is called `{name}`");
            vec![
                Finding::new(LOADED, Status::Problem, what, WHY)
                    .repaired_by("load the object; keep the loader running, or pin the map"),
            ]
        }
        Err(error) => vec![Finding::new(LOADED, Status::Unseen, error.to_string(), WHY)],
    }
}

/// That this user may not open a map; `None` where the error is something else than a lack of rights.
#[must_use]
pub fn examine_forbidden(error: &OpenError) -> Option<Finding> {
    const WHY: &str = "the map's programs, its keys and its room are seen by who may open it";
    let repair = match error {
        OpenError::IdNeedsAdmin { .. } | OpenError::NamesNeedAdmin { .. } => {
            "run it as root, or give the path of a pin that you may read"
        }
        OpenError::PinForbidden { .. } => "run it as root, or as the pin's owner",
        _ => return None,
    };
    Some(Finding::new(IDENTITY, Status::Unseen, error.to_string(), WHY).repaired_by(repair))
}

/// Looks at a live map, and, where it was made from an object's map, holds the two against each other.
#[must_use]
pub fn examine_map(map: &Map, object: Option<(&Object, &str)>) -> Vec<Finding> {
    let mut findings = identity(map);
    findings.push(key_layout(map, object));
    findings.push(room(map));
    findings
}

/// Which map it is, and which programs use it.
fn identity(map: &Map) -> Vec<Finding> {
    const WHY: &str = "two maps of one name are what a second load or a restart without a pin leaves: each load makes maps of its \
                       own, and a reader of the old one sees nothing new";
    let mut findings = Vec::new();
    if let Err(error) = map.verify() {
        findings
            .push(Finding::new(IDENTITY, Status::Problem, error.to_string(), WHY).repaired_by("open the pin again"));
    }
    let instances = match map.instances() {
        Ok(instances) => instances,
        Err(error) => {
            findings.push(Finding::new(IDENTITY, Status::Unseen, error.to_string(), WHY).repaired_by("run it as root"));
            let what = "whether a program that uses the map is loaded, attached and runs cannot be seen";
            findings.push(Finding::new(PROGRAMS, Status::Unseen, what, WHY_PROGRAMS).repaired_by("run it as root"));
            return findings;
        }
    };
    findings.push(others(map, &instances));
    findings.push(programs(&instances.this.users));
    findings
}

fn others(map: &Map, instances: &Instances) -> Finding {
    const WHY: &str = "a program writes to the map with which it was loaded, whatever other maps are called";
    let info = map.info();
    let pins = |of: &Instance| of.pins.iter().map(|pin| format!("pinned at {}", pin.display())).collect::<Vec<_>>();
    let is_used = |of: &&Instance| of.attached().next().is_some();
    let other_is_used = instances.others.iter().find(is_used);
    let finding = match other_is_used {
        Some(other) if !is_used(&&instances.this) => {
            let what = format!("{info} is not the map that the attached program uses: that is map {}", other.info.id);
            Finding::new(IDENTITY, Status::Problem, what, WHY)
                .repaired_by(format!("look into map {}: `mapkey dump id:{}`", other.info.id, other.info.id))
        }
        _ if instances.others.is_empty() => {
            Finding::new(IDENTITY, Status::Ok, format!("{info} is the only map of its name"), WHY)
        }
        _ => {
            let others = plain::counted(instances.others.len() as u64, "other map", "other maps");
            let what = format!("{info} shares its name with {others}");
            Finding::new(IDENTITY, Status::Note, what, WHY)
        }
    };
    let finding = pins(&instances.this).into_iter().fold(finding, Finding::seen);
    instances.others.iter().fold(finding, |finding, other| {
        let users: Vec<_> = other.users.users.iter().map(ToString::to_string).collect();
        let used = if users.is_empty() { "used by no loaded program".to_owned() } else { users.join("; ") };
        finding.seen(format!("{}: {used}", other.info))
    })
}

/// Whether a program that uses the map is loaded, attached, and ran.
fn programs(users: &Users) -> Finding {
    const WHY: &str = WHY_PROGRAMS;
    let finding = match users.map_use() {
        MapUse::NotLoaded => Finding::new(PROGRAMS, Status::Problem, "no loaded program uses the map", WHY)
            .repaired_by("load the program with this very map: by its pin, or by the descriptor of the map"),
        MapUse::NotAttached => Finding::new(
            PROGRAMS,
            Status::Problem,
            "the programs that use the map are loaded and attached nowhere",
            WHY,
        )
        .repaired_by("attach the program, and keep its link open or pinned"),
        MapUse::NeverRan => {
            Finding::new(PROGRAMS, Status::Problem, "the programs that use the map are attached and have not run", WHY)
                .repaired_by("make the event happen that the program waits for, or attach it elsewhere")
        }
        MapUse::Ran { count } => {
            Finding::new(PROGRAMS, Status::Ok, format!("a program that uses the map ran {count} times"), WHY)
        }
        MapUse::Unknown { reasons, command } => {
            let is_attached = users.users.iter().any(|user| user.program.attached() == Attached::Yes);
            let what = if is_attached {
                "a program that uses the map is attached; whether it ran is not known"
            } else {
                "whether a program that uses the map runs is not known"
            };
            let finding = Finding::new(PROGRAMS, Status::Unseen, what, WHY);
            let finding = reasons.into_iter().fold(finding, Finding::seen);
            return match command {
                Some(command) => finding.repaired_by(command),
                None => finding,
            };
        }
    };
    users.users.iter().fold(finding, |finding, user| finding.seen(user.to_string()))
}

/// What the keys of the map are, and whether the object says the same.
fn key_layout(map: &Map, object: Option<(&Object, &str)>) -> Finding {
    const WHY: &str =
        "the kernel compares all bytes of a key: a field at another offset, or of another size, is another key";
    let source = map.key_source();
    let status = match &source {
        Err(NotProven::BtfNeedsAdmin { .. }) => Status::Unseen,
        _ => Status::Note,
    };
    let live = source.map_err(|reason| reason.to_string()).and_then(layout);
    let Some((object, name)) = object else {
        return match live {
            Ok(live) => Finding::new(KEY, Status::Ok, "the map has the type of its keys", WHY).seen(format!(
                "{}, {} bytes",
                spelled(&live),
                live.size
            )),
            Err(reason) => Finding::new(KEY, status, format!("the type of the keys is not known: {reason}"), WHY)
                .repaired_by("give the object that the map was made from with --object"),
        };
    };
    if let Ok(definition) = object.definition(name) {
        let differences = declared_differences(&definition, map.info());
        if !differences.is_empty() {
            let what = format!("{} is not the map that {object} declares", map.info());
            let finding = Finding::new(KEY, Status::Problem, what, WHY);
            return differences
                .iter()
                .fold(finding, |finding, difference| {
                    let (what, declared, found) = (difference.what, &difference.declared, &difference.found);
                    finding.seen(format!("{what}: {declared} in the object, {found} in the map"))
                })
                .repaired_by("remove the old pin and load the object again, or use the object that made the map");
        }
    }
    let declared = object.map(name).map_err(|error| error.to_string()).and_then(layout);
    match (declared, live) {
        (Ok(declared), Ok(live)) if declared.size == live.size && declared.fields == live.fields => {
            Finding::new(KEY, Status::Ok, "the keys are what the object declares", WHY).seen(format!(
                "{}, {} bytes",
                spelled(&live),
                live.size
            ))
        }
        (Ok(declared), Ok(live)) => {
            let finding = Finding::new(
                KEY,
                Status::Problem,
                "the keys are laid out in another way than the object declares",
                WHY,
            );
            let rows = |side: &str, layout: &TypeLayout| {
                let fields =
                    layout.fields.iter().map(|field| format!("{} {} at {}", field.type_name, field.name, field.offset));
                format!("{side}: {} bytes: {}", layout.size, fields.collect::<Vec<_>>().join(", "))
            };
            finding
                .seen(rows("the object", &declared))
                .seen(rows("the map", &live))
                .repaired_by("remove the old pin and load the object again")
        }
        (Err(reason), _) | (_, Err(reason)) => {
            Finding::new(KEY, Status::Unseen, format!("the keys' layout cannot be compared: {reason}"), WHY)
        }
    }
}

fn layout(source: Source) -> Result<TypeLayout, String> {
    match source.designated_layout() {
        Some(layout) => layout.map_err(|reason| reason.to_string()),
        None => Err(format!("{source} means no type")),
    }
}

fn spelled(layout: &TypeLayout) -> &str {
    if layout.name.is_empty() { "a type without a name" } else { &layout.name }
}

/// Whether there is room for more elements.
fn room(map: &Map) -> Finding {
    const WHY: &str = "an insert into a full hash table fails with E2BIG, one into a full trie with ENOSPC, and an LRU map throws \
                       something out";
    let info = map.info();
    let entries = match map.len() {
        Ok(entries) => entries,
        Err(error) => return Finding::new(ROOM, Status::Unseen, error.to_string(), WHY),
    };
    let finding = if info.map_type.key_rule() == KeyRule::Index {
        Finding::new(ROOM, Status::Ok, "every index is there from the start", WHY)
    } else if entries == 0 {
        Finding::new(ROOM, Status::Note, "the map is empty", WHY)
    } else {
        match info.room(entries as u64) {
            Room::Evicts => Finding::new(ROOM, Status::Note, "the map is nearly full, and evicts entries", WHY)
                .repaired_by("declare a larger `max_entries`"),
            Room::Full => Finding::new(ROOM, Status::Problem, "the map is full", WHY)
                .repaired_by("declare a larger `max_entries`, or delete entries"),
            Room::Left | Room::NotCounted => Finding::new(ROOM, Status::Ok, "there is room", WHY),
        }
    };
    finding.seen(format!("{entries} of {} entries", info.max_entries))
}
