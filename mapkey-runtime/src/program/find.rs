//! All loaded programs, with all that is known of where they are attached.

use std::collections::BTreeMap;
use std::os::fd::AsFd;

use super::names::Functions;
use super::reach::Edges;
use super::{Attachment, Gap, ProgramInfo, Runs, Statistics, Target, Way, links, places};
use crate::sys::{self, Errno, Kind};
use crate::system::Processes;

/// Why the loaded programs cannot be seen.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProgramsError {
    /// Listing them takes a capability.
    #[error("loaded programs cannot be seen: that needs CAP_SYS_ADMIN; CAP_BPF alone does not give that right")]
    NeedsAdmin,
    /// The kernel gave an error.
    #[error("loaded programs cannot be listed: {errno}")]
    Failed {
        /// The error.
        errno: Errno,
    },
}

impl From<Errno> for ProgramsError {
    fn from(errno: Errno) -> Self {
        match errno {
            Errno(libc::EPERM) => Self::NeedsAdmin,
            errno => Self::Failed { errno },
        }
    }
}

/// All programs that were loaded when it was made.
#[derive(Debug)]
pub struct Programs {
    programs: BTreeMap<u32, Program>,
    pub(super) edges: Edges,
    statistics: Statistics,
}

/// A loaded program.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Program {
    /// What the kernel says about it.
    #[cfg_attr(feature = "serde", serde(flatten))]
    pub info: ProgramInfo,
    /// Where it is attached, links to things that are gone included.
    pub attachments: Vec<Attachment>,
    /// Where it could be attached and nobody could look.
    pub gaps: Vec<Gap>,
    /// What is known of its runs.
    pub runs: Runs,
}

/// Whether a program is attached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
pub enum Attached {
    /// It is.
    Yes,
    /// It is not: every way of attaching a program of its type was looked at.
    No,
    /// It was not seen attached, and there are [places](Program::gaps) where nobody could look.
    Unknown,
}

impl Program {
    /// Whether it is attached.
    #[must_use]
    pub fn attached(&self) -> Attached {
        if self.attachments.iter().any(|attachment| !attachment.is_gone()) {
            Attached::Yes
        } else if self.gaps.is_empty() {
            Attached::No
        } else {
            Attached::Unknown
        }
    }
}

/// What looking at the ways of attaching found.
pub(super) struct Findings {
    programs: BTreeMap<u32, Program>,
    /// Attachments that name no program: links of `struct_ops`.
    pub(super) nameless: Vec<Attachment>,
    gaps: Vec<Gap>,
}

impl Findings {
    pub(super) fn info(&self, program: u32) -> Option<&ProgramInfo> {
        self.programs.get(&program).map(|program| &program.info)
    }

    pub(super) fn add(&mut self, program: u32, attachment: Attachment) {
        match self.programs.get_mut(&program) {
            Some(program) => program.attachments.push(attachment),
            None if program == 0 => self.nameless.push(attachment),
            // It was loaded after the programs were listed.
            None => {}
        }
    }

    /// Notes that something could not be seen, once.
    pub(super) fn gap(&mut self, gap: Gap) {
        if !self.gaps.contains(&gap) {
            self.gaps.push(gap);
        }
    }

    /// Whether there is a program that can be attached in this way.
    pub(super) fn wants(&self, way: Way) -> bool {
        self.programs.values().any(|program| program.info.program_type.ways().contains(&way))
    }

    /// The places of the program's attachments, to complete what a link leaves open.
    pub(super) fn targets_mut(&mut self, program: u32) -> impl Iterator<Item = &mut Target> {
        let program = self.programs.get_mut(&program);
        program.into_iter().flat_map(|program| &mut program.attachments).map(|attachment| &mut attachment.target)
    }
}

impl Programs {
    /// Lists all loaded programs, and looks everywhere where one can be attached. Needs `CAP_SYS_ADMIN`.
    ///
    /// # Errors
    ///
    /// [`ProgramsError`] if the programs cannot be listed. Whatever else cannot be seen is in [`Program::gaps`].
    pub fn load() -> Result<Self, ProgramsError> {
        Self::load_beside(&Processes::scan())
    }

    pub(crate) fn load_beside(processes: &Processes) -> Result<Self, ProgramsError> {
        let statistics = Statistics::seen_by(processes);
        let mut programs = BTreeMap::new();
        for id in sys::program_ids() {
            match sys::fd_by_id(Kind::Program, id?, 0).and_then(|fd| sys::program_info(fd.as_fd())) {
                Ok(raw) => {
                    let info = ProgramInfo::new(raw);
                    let runs = runs(&info, &statistics);
                    let program = Program { info, attachments: Vec::new(), gaps: Vec::new(), runs };
                    programs.insert(program.info.id, program);
                }
                // It went away meanwhile.
                Err(Errno(libc::ENOENT)) => {}
                Err(errno) => return Err(errno.into()),
            }
        }
        let mut findings = Findings { programs, nameless: Vec::new(), gaps: Vec::new() };
        links::look(&mut findings, &mut Functions::default());
        places::look(&mut findings, processes);
        let Findings { mut programs, gaps, .. } = findings;
        for program in programs.values_mut() {
            let program_type = program.info.program_type;
            program.gaps = gaps.iter().filter(|gap| gap.concerns(program_type)).cloned().collect();
        }
        let edges = Edges::read();
        edges.follow(&mut programs);
        Ok(Self { programs, edges, statistics })
    }

    /// All programs, by their ids.
    pub fn iter(&self) -> impl Iterator<Item = &Program> {
        self.programs.values()
    }

    /// The program with this id.
    #[must_use]
    pub fn get(&self, id: u32) -> Option<&Program> {
        self.programs.get(&id)
    }

    /// Whether the kernel counts runs.
    #[must_use]
    pub const fn statistics(&self) -> &Statistics {
        &self.statistics
    }
}

fn runs(info: &ProgramInfo, statistics: &Statistics) -> Runs {
    match (info.run_count, statistics.are_on()) {
        (1.., _) => Runs::Counted(info.run_count),
        _ if !info.program_type.runs_are_counted() => Runs::NeverCounted,
        (0, Some(true)) => Runs::NoneSinceCounting,
        (0, _) => Runs::NotCounted,
    }
}
