//! The verdict on a key, before any lookup happens.

use std::error::Error;
use std::fmt;

use mapkey_layout::{Layout, NotCheckable, Report, Verdict, layout};

use crate::{KernelKey, MapKey, ModuleSearch, Source, SourceError};

/// Keys that can be held against a source: all of them.
pub trait Validate: MapKey {
    /// Holds a kernel key against the kernel that runs, or the module that the key names.
    ///
    /// What is a module for one kernel is built into another: where the module has no BTF and the
    /// kernel itself has the type, the kernel's is taken.
    ///
    /// An own key has no counterpart in the kernel, and calling this on one does not compile.
    ///
    /// # Errors
    ///
    /// [`ValidateError::Mismatch`] with everything in which the layouts differ, and
    /// [`ValidateError::NotCheckable`] where there is nothing to compare with: a program that uses
    /// `?` never goes on with a key that is not proven.
    fn validate_against_btf() -> Result<Matched, ValidateError>
    where
        Self: KernelKey,
    {
        let source = match Self::LAYOUT.claim.module {
            Some(module) => Source::module(module),
            None => Source::kernel(),
        };
        match source {
            Ok(source) => in_modules(&source, Self::validate_against(&source)),
            Err(error @ SourceError::NoModuleBtf(_)) => built_in::<Self>(error),
            Err(error) => Err(ValidateError::NotCheckable(Reason::Source(error))),
        }
    }

    /// Holds the key against any source. A kernel key is looked for under the name that it claims,
    /// an own key under `#[mapkey(btf = "...")]`, its Rust name, or that name as C writes it
    /// (`flow_key` for `FlowKey`).
    ///
    /// # Errors
    ///
    /// As [`validate_against_btf`](Self::validate_against_btf).
    fn validate_against(source: &Source) -> Result<Matched, ValidateError> {
        judge(Self::report_against(source))
    }

    /// Holds the key against any source and reports without judging.
    ///
    /// # Errors
    ///
    /// [`NotCheckable`] where there is nothing to compare with.
    fn report_against(source: &Source) -> Result<Report, NotCheckable> {
        report(source, &Self::LAYOUT)
    }
}

impl<K: MapKey> Validate for K {}

/// Holds several keys against one source in one pass over it.
///
/// ```
/// use mapkey_runtime::prelude::*;
/// # #[derive(Clone, Copy, MapKey)]
/// # #[repr(C)]
/// # #[mapkey(kernel = "in_addr")]
/// # struct Address { s_addr: Be<u32> }
/// # #[derive(Clone, Copy, MapKey)]
/// # #[repr(C)]
/// # #[mapkey(kernel = "ipv4_addr_key")]
/// # struct Peer { addr: Be<u32>, vif: i32 }
///
/// if let Ok(kernel) = Source::kernel() {
///     match validate_many(&kernel, &[&Address::LAYOUT, &Peer::LAYOUT]) {
///         Ok(matched) => assert_eq!(matched.len(), 2),
///         Err(errors) => println!("{errors}"),
///     }
/// }
/// ```
///
/// # Errors
///
/// [`ValidateErrors`] if any key fails, with the result of every key.
pub fn validate_many(source: &Source, keys: &[&Layout]) -> Result<Vec<Matched>, ValidateErrors> {
    let results: Vec<_> = reports(source, keys).into_iter().map(judge).collect();
    if results.iter().all(Result::is_ok) {
        return Ok(results.into_iter().flatten().collect());
    }
    Err(ValidateErrors { results })
}

/// A key of a module without BTF: the kernel may have the module built in.
fn built_in<K: MapKey>(no_module: SourceError) -> Result<Matched, ValidateError> {
    let Ok(kernel) = Source::kernel() else { return Err(ValidateError::NotCheckable(Reason::Source(no_module))) };
    match K::report_against(&kernel) {
        Err(NotCheckable::NoSuchType { .. }) => Err(ValidateError::NotCheckable(Reason::Source(no_module))),
        report => judge(report),
    }
}

pub(crate) fn reports(source: &Source, keys: &[&layout::Layout<'_>]) -> Vec<Result<Report, NotCheckable>> {
    let description = source.to_string();
    match (source.btf(), source.designated_type()) {
        (Ok(btf), Some(id)) => {
            keys.iter().map(|key| mapkey_layout::report_on_type(key, &btf, id, &description)).collect()
        }
        (Ok(btf), None) => mapkey_layout::reports(keys, &btf, &description),
        (Err(error), _) => {
            let unreadable = || NotCheckable::Unreadable { found_in: description.clone(), error: error.clone() };
            keys.iter().map(|_| Err(unreadable())).collect()
        }
    }
}

pub(crate) fn report(source: &Source, key: &Layout) -> Result<Report, NotCheckable> {
    let no_name = Err(NotCheckable::NoName { key: key.spelling().to_string() });
    reports(source, &[key]).pop().unwrap_or(no_name)
}

pub(crate) fn judge(report: Result<Report, NotCheckable>) -> Result<Matched, ValidateError> {
    match report {
        Ok(report) if report.verdict == Verdict::Match => Ok(Matched { report }),
        Ok(report) => Err(ValidateError::Mismatch(Box::new(report))),
        Err(reason) => Err(ValidateError::NotCheckable(Reason::Key(reason))),
    }
}

/// A type that the kernel has not can be in one of its modules.
pub(crate) fn in_modules(source: &Source, verdict: Result<Matched, ValidateError>) -> Result<Matched, ValidateError> {
    let modules_for = |reason: &NotCheckable| match reason {
        NotCheckable::NoSuchType { wanted, .. } => source.modules_having(wanted.first()?),
        _ => None,
    };
    verdict.map_err(|error| match error {
        ValidateError::NotCheckable(Reason::Key(reason)) => ValidateError::NotCheckable(match modules_for(&reason) {
            Some(modules) => Reason::NotInKernel { reason, modules: Box::new(modules) },
            None => Reason::Key(reason),
        }),
        mismatch => mismatch,
    })
}

/// A key that has the layout of its counterpart.
#[derive(Clone, Debug)]
pub struct Matched {
    report: Report,
}

impl Matched {
    /// The report: no differences, perhaps notes.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.report
    }
}

/// A line, and one for every note.
impl fmt::Display for Matched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.report.summary())?;
        for note in &self.report.notes {
            write!(f, "\n  note, {note}")?;
        }
        Ok(())
    }
}

/// A key that is not proven.
///
/// `Debug` prints the same as `Display`, so that a `main` that returns the error shows the report as
/// it is meant to be read.
#[non_exhaustive]
pub enum ValidateError {
    /// The layouts differ.
    Mismatch(Box<Report>),
    /// There was nothing to compare with.
    NotCheckable(Reason),
}

/// Why there was nothing to compare with.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// The source could not be opened.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The kernel has no counterpart for the key, and its modules were looked through.
    #[error("{reason}{modules}")]
    NotInKernel {
        /// What the kernel has instead.
        reason: NotCheckable,
        /// The modules.
        modules: Box<ModuleSearch>,
    },
    /// The source has no counterpart for the key.
    #[error(transparent)]
    Key(#[from] NotCheckable),
}

impl Error for ValidateError {}

/// So that `FlowKey::validate_against(&object.map("flows")?)?` needs one error type alone.
impl From<SourceError> for ValidateError {
    fn from(error: SourceError) -> Self {
        Self::NotCheckable(Reason::Source(error))
    }
}

impl fmt::Display for ValidateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mismatch(report) => report.fmt(f),
            Self::NotCheckable(reason) => write!(f, "not checkable: {reason}"),
        }
    }
}

/// Several keys of which at least one is not proven.
#[non_exhaustive]
pub struct ValidateErrors {
    /// The result of every key, in the order in which they were given.
    pub results: Vec<Result<Matched, ValidateError>>,
}

impl Error for ValidateErrors {}

/// The errors alone, one below the other.
impl fmt::Display for ValidateErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failed = self.results.iter().filter(|result| result.is_err()).count();
        write!(f, "{failed} of {} keys are not proven", self.results.len())?;
        for error in self.results.iter().filter_map(|result| result.as_ref().err()) {
            write!(f, "\n{error}")?;
        }
        Ok(())
    }
}
