//! The programs that use a map, and what follows from them for its elements.

use std::fmt;

use super::{Attached, Gap, Program, Programs, ProgramsError, Runs, Statistics, TURN_ON, Target};
use crate::map::Map;

/// The programs that use a map.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Users {
    /// The map's id.
    pub map: u32,
    /// The programs.
    pub users: Vec<User>,
    /// Whether the kernel counts runs.
    pub statistics: Statistics,
    /// What hides further users.
    pub gaps: Vec<Gap>,
}

/// A program that uses a map.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct User {
    /// The program.
    #[cfg_attr(feature = "serde", serde(flatten))]
    pub program: Program,
    /// How it gets at the map.
    pub through: Through,
}

/// How a program gets at a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Through {
    /// Its instructions name it.
    Instructions,
    /// Its instructions name a map of maps that holds it.
    MapOfMaps {
        /// The map of maps.
        id: u32,
    },
    /// It is attached to the map: an iterator over its elements, or a program on the sockets or devices in it.
    Attachment,
}

/// What the programs say about a map that has not what was looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(tag = "use", rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum MapUse {
    /// No loaded program uses the map.
    NotLoaded,
    /// Programs use it, and none of them is attached: everywhere was looked.
    NotAttached,
    /// Programs that use it are attached, and none ran since the kernel counts runs.
    NeverRan,
    /// A program that uses it ran.
    Ran {
        /// How often the program ran that ran most, while the kernel counted.
        count: u64,
    },
    /// It is not known.
    Unknown {
        /// What is not known, each as a sentence.
        reasons: Vec<String>,
        /// What would show it.
        command: Option<String>,
    },
}

impl Programs {
    /// The programs that use the map with this id.
    #[must_use]
    pub fn users_of(&self, map: u32) -> Users {
        let mut users = Vec::new();
        let mut gaps = Vec::new();
        let outer: Vec<u32> = self.edges.holding(map).collect();
        for program in self.iter() {
            let maps = &program.info.map_ids;
            let through = if maps.contains(&map) {
                Some(Through::Instructions)
            } else if let Some(&id) = outer.iter().find(|&outer| maps.contains(outer)) {
                Some(Through::MapOfMaps { id })
            } else {
                program
                    .attachments
                    .iter()
                    .any(|attachment| attachment.target.map() == Some(map))
                    .then_some(Through::Attachment)
            };
            match through {
                Some(through) => users.push(User { program: program.clone(), through }),
                None => gaps.extend(self.edges.unreadable(maps).cloned()),
            }
        }
        gaps.dedup();
        Users { map, users, statistics: self.statistics().clone(), gaps }
    }
}

impl Programs {
    /// The maps of maps that hold the map with this id.
    pub fn holding(&self, map: u32) -> impl Iterator<Item = u32> {
        self.edges.holding(map)
    }
}

impl Users {
    /// What follows from the programs' state. Everything but [`MapUse::Unknown`] is proven.
    #[must_use]
    pub fn map_use(&self) -> MapUse {
        let programs = || self.users.iter().map(|user| &user.program);
        let counts = programs().filter_map(|program| match program.runs {
            Runs::Counted(count) => Some(count),
            _ => None,
        });
        let is_detached = programs().all(|program| program.attached() == Attached::No);
        // That one hangs somewhere is not proven by its not running.
        let is_idle = programs()
            .all(|program| program.runs == Runs::NoneSinceCounting && program.attached() != Attached::Unknown);
        match counts.max() {
            Some(count) if !is_detached => MapUse::Ran { count },
            // Programs that are not seen could say otherwise.
            _ if !self.gaps.is_empty() => self.unknown(),
            _ if self.users.is_empty() => MapUse::NotLoaded,
            _ if is_detached => MapUse::NotAttached,
            _ if is_idle => MapUse::NeverRan,
            _ => self.unknown(),
        }
    }

    fn unknown(&self) -> MapUse {
        let mut reasons: Vec<String> = self.gaps.iter().map(ToString::to_string).collect();
        let mut command = None;
        for user in &self.users {
            let info = &user.program.info;
            match user.program.attached() {
                Attached::Unknown => {
                    let gaps = user.program.gaps.iter();
                    reasons.extend(gaps.map(|gap| format!("whether {info} is attached is not known: {gap}")));
                }
                Attached::Yes | Attached::No => {}
            }
            match user.program.runs {
                Runs::NotCounted => {
                    reasons.push(format!("whether {info} ran is not known: the kernel does not count runs"));
                    command = Some(TURN_ON.to_owned());
                }
                Runs::NeverCounted => {
                    reasons.push(format!(
                        "whether {info} ran is not known: the kernel does not count the runs of a program that others \
                         jump to"
                    ));
                }
                Runs::Counted(_) | Runs::NoneSinceCounting => {}
            }
        }
        MapUse::Unknown { reasons, command }
    }
}

impl Map {
    /// The programs that use this map, by id, name and type, with where each is attached and whether it ran. Needs
    /// `CAP_SYS_ADMIN`.
    ///
    /// ```no_run
    /// # use mapkey_runtime::map::{Access, Map};
    /// let flows = Map::open_pinned("/sys/fs/bpf/flows", Access::ReadOnly)?;
    /// for user in flows.who_uses()?.users {
    ///     println!("{user}");
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// For several maps, [`Programs::load`] looks once and [`Programs::users_of`] answers for each.
    ///
    /// # Errors
    ///
    /// [`ProgramsError`] if the loaded programs cannot be seen.
    pub fn who_uses(&self) -> Result<Users, ProgramsError> {
        Ok(Programs::load()?.users_of(self.info().id))
    }
}

impl Target {
    /// The map whose elements the program hangs on or goes through.
    const fn map(&self) -> Option<u32> {
        match self {
            Self::Iterator { map, .. }
            | Self::StructOps { map }
            | Self::Sockmap { map, .. }
            | Self::DeviceMap { map } => Some(*map),
            _ => None,
        }
    }
}

/// ``program 17 `count_flows` (xdp): xdp on eth0, native, by link 12``.
impl fmt::Display for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.program.fmt(f)?;
        match self.through {
            Through::MapOfMaps { id } => write!(f, "; it finds the map in map {id}"),
            Through::Instructions | Through::Attachment => Ok(()),
        }
    }
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.info)?;
        let mut separator = "";
        for attachment in &self.attachments {
            write!(f, "{separator}{attachment}")?;
            separator = "; ";
        }
        match self.attached() {
            Attached::Yes => {}
            Attached::No => write!(f, "{separator}not attached")?,
            Attached::Unknown => {
                let first = self.gaps.first().map(ToString::to_string).unwrap_or_default();
                write!(f, "{separator}not seen attached ({first})")?;
            }
        }
        match self.runs {
            Runs::Counted(count) => write!(f, "; ran {count} times while runs were counted"),
            Runs::NoneSinceCounting => f.write_str("; has not run since runs are counted"),
            Runs::NotCounted | Runs::NeverCounted => Ok(()),
        }
    }
}
