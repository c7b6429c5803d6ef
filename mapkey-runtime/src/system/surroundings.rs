//! What an explanation asks of a map's surroundings: the programs that use it, and other maps that have the key.

use super::{Instance, Instances, SameKey};
use crate::explain::{self, Known, MapFacts, OtherMap, ProgramFacts};
use crate::map::{Access, Map, MapType};
use crate::program::{Attached, Program, Runs};

/// Adds to the facts which programs use `map`, and which other maps of its name, type and key have `key`.
///
/// ```no_run
/// use mapkey_runtime::explain::{Inquiry, Wanted};
/// use mapkey_runtime::map::{Access, Map};
/// use mapkey_runtime::system;
///
/// let map = Map::open_pinned("/sys/fs/bpf/flows", Access::ReadOnly)?;
/// let inquiry = Inquiry::of(&map);
/// let wanted = Wanted::ask(inquiry.shape(), &["saddr=192.0.2.1", "dport=443"])?;
/// let inquiry = inquiry.surroundings(|facts| system::surroundings(&map, wanted.bytes(), facts));
/// println!("{}", inquiry.ask(&wanted)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn surroundings(map: &Map, key: &[u8], facts: &mut MapFacts) {
    match map.instances() {
        Ok(instances) => {
            facts.programs = programs(&instances.this);
            facts.other_maps = Known::Known(others(map, key, instances));
        }
        Err(error) => {
            let unknown = || (error.to_string(), Some("run it as root".to_owned()));
            let (why, command) = unknown();
            facts.programs = Known::Unknown { why, command };
            let (why, command) = unknown();
            facts.other_maps = Known::Unknown { why, command };
        }
    }
}

/// Where not all programs can be seen, none is told: that none uses the map would be a guess.
fn programs(this: &Instance) -> Known<Vec<ProgramFacts>> {
    match this.users.gaps.first() {
        Some(gap) if this.users.users.is_empty() => Known::Unknown { why: gap.to_string(), command: None },
        _ => Known::Known(this.users.users.iter().map(|user| ProgramFacts::of(&user.program)).collect()),
    }
}

/// Arrays have every index, so that another one says nothing.
fn others(map: &Map, key: &[u8], instances: Instances) -> Vec<OtherMap> {
    let info = map.info();
    let is_like = |other: &Instance| {
        other.info.map_type == info.map_type && other.same_key != SameKey::No && !is_array(info.map_type)
    };
    let others = instances.others.into_iter().filter(is_like);
    others
        .map(|other| OtherMap {
            has_key: Map::open_id(other.info.id, Access::ReadOnly)
                .ok()
                .and_then(|map| map.get_bytes(key).ok())
                .map(|value| value.is_some()),
            pin: None,
            programs: other.users.users.iter().map(|user| user.program.info.to_string()).collect(),
            info: other.info,
        })
        .collect()
}

fn is_array(map_type: MapType) -> bool {
    map_type.key_rule() == crate::map::KeyRule::Index
}

impl ProgramFacts {
    /// What is known of a loaded program.
    #[must_use]
    pub fn of(program: &Program) -> Self {
        let attachments = program.attachments.iter().filter(|attachment| !attachment.is_gone());
        Self {
            id: program.info.id,
            name: program.info.name.clone(),
            type_name: program.info.program_type.to_string(),
            attached: match program.attached() {
                Attached::Yes => explain::Attached::At(attachments.map(ToString::to_string).collect()),
                Attached::No => explain::Attached::Nowhere,
                Attached::Unknown => {
                    let gaps: Vec<_> = program.gaps.iter().map(ToString::to_string).collect();
                    explain::Attached::Unknown(gaps.join("; "))
                }
            },
            runs: match program.runs {
                Runs::Counted(count) => Some(count),
                Runs::NoneSinceCounting => Some(0),
                Runs::NotCounted | Runs::NeverCounted => None,
            },
        }
    }
}
