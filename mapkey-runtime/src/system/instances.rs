//! Other maps that could be meant: those of the same name.

use std::fmt;
use std::path::PathBuf;

use super::key_type::{SameKey, compare, same_name};
use super::{Holder, Holders, Pins, Processes};
use crate::map::{Access, IdentityError, Map, MapInfo, OpenError, Pinned};
use crate::program::{Attached, Programs, ProgramsError, User, Users};
use crate::sys;

/// A map, and all others of its name.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Instances {
    /// The map that was asked about.
    pub this: Instance,
    /// The others, by their ids.
    pub others: Vec<Instance>,
    /// Files and folders under a bpffs that this user may not open.
    pub unseen_pins: Vec<PathBuf>,
}

/// One of several maps of the same name.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Instance {
    /// What the kernel says about it: id, name, type, sizes.
    pub info: MapInfo,
    /// Whether its keys are of the asked map's type.
    pub same_key: SameKey,
    /// The programs that use it.
    pub users: Users,
    /// Where it is pinned.
    pub pins: Vec<PathBuf>,
    /// The processes that have it open.
    pub holders: Vec<Holder>,
}

impl Instance {
    /// The programs that use it and are attached.
    pub fn attached(&self) -> impl Iterator<Item = &User> {
        self.users.users.iter().filter(|user| user.program.attached() == Attached::Yes)
    }
}

/// Which map a handle is, and which map the attached program uses: the line that a program prints when it starts.
#[derive(Clone, Debug)]
pub struct IdentityReport {
    this: MapInfo,
    verified: Result<Pinned, IdentityError>,
    instances: Result<Instances, ProgramsError>,
}

impl Map {
    /// Other maps of this one's name, with their types and sizes, the programs that use them, where they are pinned and
    /// who holds them; and the same of this one. Needs `CAP_SYS_ADMIN`.
    ///
    /// Two maps of one name are what is left when an object was loaded twice, or a program was started again without
    /// pinning: each load makes maps of its own.
    ///
    /// # Errors
    ///
    /// [`ProgramsError`] if maps and programs cannot be listed.
    pub fn instances(&self) -> Result<Instances, ProgramsError> {
        let processes = Processes::scan();
        let programs = Programs::load_beside(&processes)?;
        let (pins, holders) = (Pins::scan(), Holders::among(&processes));
        let instance = |map: &Self| {
            let id = map.info().id;
            Instance {
                info: map.info().clone(),
                same_key: compare(self, map),
                users: programs.users_of(id),
                pins: pins.of_map(id).map(Into::into).collect(),
                holders: holders.of_map(id).to_vec(),
            }
        };
        let mut others = Vec::new();
        for id in sys::map_ids() {
            let id = id?;
            if id == self.info().id {
                continue;
            }
            match Self::open_id(id, Access::ReadOnly) {
                Ok(map) if same_name(self.info(), map.info()) => others.push(instance(&map)),
                Ok(_) | Err(OpenError::NoSuchId { .. }) => {}
                Err(_) => return Err(ProgramsError::NeedsAdmin),
            }
        }
        Ok(Instances { this: instance(self), others, unseen_pins: pins.unseen })
    }

    /// Which map this handle is, and which one the attached program uses; for a program to print when it starts. Where
    /// that cannot be seen, the text says what is missing.
    ///
    /// ```no_run
    /// # use mapkey_runtime::map::{Access, Map};
    /// let flows = Map::open_pinned("/sys/fs/bpf/flows", Access::ReadOnly)?;
    /// // my handle is map 41 `flows` (hash), which no attached program uses; program 17 `count` (xdp), xdp on eth0,
    /// // uses map 57 of that name
    /// println!("my handle is {}", flows.identity_report());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn identity_report(&self) -> IdentityReport {
        IdentityReport { this: self.info().clone(), verified: self.verify(), instances: self.instances() }
    }
}

impl IdentityReport {
    /// What was found.
    ///
    /// # Errors
    ///
    /// Why nothing could be seen.
    pub const fn instances(&self) -> Result<&Instances, &ProgramsError> {
        self.instances.as_ref()
    }

    /// Whether the handle, and the pin that it was opened by, still are this map: [`Map::verify`].
    ///
    /// # Errors
    ///
    /// What they are now.
    pub const fn verified(&self) -> Result<&Pinned, &IdentityError> {
        self.verified.as_ref()
    }

    /// Whether an attached program uses another map of this name, and none uses this one: lookups here will not find
    /// what that program writes. `None` where that cannot be seen.
    #[must_use]
    pub fn is_another(&self) -> Option<bool> {
        let instances = self.instances.as_ref().ok()?;
        let other = instances.others.iter().any(|other| other.attached().next().is_some());
        Some(other && instances.this.attached().next().is_none())
    }
}

impl fmt::Display for IdentityReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.this.fmt(f)?;
        if let Err(IdentityError::Descriptor { now, .. }) = &self.verified {
            return write!(f, " no more: {now}; open the map again");
        }
        match &self.instances {
            Ok(instances) => instances.fmt_users(f)?,
            Err(error) => write!(f, "; which programs use it is not known: {error}")?,
        }
        match &self.verified {
            Err(IdentityError::PinReplaced { path, now, .. }) => {
                write!(f, "; {} is {now} now: open the pin again", path.display())
            }
            _ => Ok(()),
        }
    }
}

impl Instances {
    fn fmt_users(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut attached = self.this.attached().peekable();
        match (attached.peek(), self.this.users.users.first()) {
            (Some(_), _) => {
                f.write_str(", used by ")?;
                list(f, attached)?;
            }
            (None, Some(user)) => write!(f, ", used by {}", user.program)?,
            (None, None) => f.write_str(", which no loaded program uses")?,
        }
        for other in &self.others {
            let mut attached = other.attached().peekable();
            if attached.peek().is_some() {
                f.write_str("; ")?;
                list(f, attached)?;
                write!(f, " uses map {} of that name", other.info.id)?;
            } else {
                write!(f, "; map {} has that name too", other.info.id)?;
            }
        }
        Ok(())
    }
}

/// Each attached program, with the first place where it hangs.
fn list<'u>(f: &mut fmt::Formatter<'_>, users: impl Iterator<Item = &'u User>) -> fmt::Result {
    let mut separator = "";
    for user in users {
        write!(f, "{separator}{}", user.program.info)?;
        if let Some(attachment) = user.program.attachments.iter().find(|attachment| !attachment.is_gone()) {
            write!(f, ", {}", attachment.target)?;
        }
        separator = " and ";
    }
    Ok(())
}
