//! Every key of the program at once.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};

use mapkey_layout::note::{Arena, Key, NoteError, keys, note_segment};

use crate::loaded::note_segments;
use crate::validate::{Matched, Reason, ValidateError, in_modules, judge, reports};
use crate::{NotCheckable, Source, SourceError};

/// Holds every kernel key that is linked into this program, its libraries' too, against the kernel that runs: one pass
/// over the kernel's BTF, and one over that of each module that a key names.
///
/// The keys are found by the notes that the derive puts into binaries of Linux, so nothing has to be listed. The
/// program's own keys have no counterpart in the kernel: they are [deferred](AllMatched::deferred), to be checked when
/// their map opens. A program without keys matches.
///
/// A library that is loaded later by `dlopen` is seen from then on.
///
/// ```
/// use mapkey_runtime::prelude::*;
///
/// #[derive(Clone, Copy, MapKey)]
/// #[repr(C)]
/// #[mapkey(kernel = "ipv4_addr_key")]
/// struct Peer {
///     addr: Be<u32>,
///     vif: i32,
/// }
///
/// match validate_all() {
///     Ok(all) => println!("{all}"),
///     Err(error) => println!("{error}"), // not this kernel
/// }
/// ```
///
/// # Errors
///
/// [`ValidateAllError`] with every key that is not proven: it differs, or there is nothing to compare it with.
pub fn validate_all() -> Result<AllMatched, ValidateAllError> {
    let arena = Arena::new();
    let segments = note_segments();
    let mut linked = Linked::default();
    for segment in &segments {
        match note_segment(&segment.bytes, segment.align).and_then(|notes| keys(&notes, &arena)) {
            Ok(found) => found.into_iter().for_each(|key| linked.add(key)),
            Err(error) => linked.unreadable.push((segment.object.clone(), error)),
        }
    }
    linked.validate()
}

/// All kernel keys match.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AllMatched {
    /// The kernel keys.
    pub matched: Vec<Matched>,
    /// The paths of the own keys, `flows::keys::FlowKey`, each checked when its map opens. A type that is only a part of
    /// other keys is not among them.
    pub deferred: Vec<String>,
}

/// A line for each key.
impl fmt::Display for AllMatched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.matched.is_empty() && self.deferred.is_empty() {
            return f.write_str("no keys are linked into this program");
        }
        let lines = self.matched.iter().map(ToString::to_string);
        let lines =
            lines.chain(self.deferred.iter().map(|key| format!("deferred: {key} is checked when its map opens")));
        f.write_str(&lines.collect::<Vec<_>>().join("\n"))
    }
}

/// At least one key of the program is not proven.
///
/// `Debug` prints the same as `Display`, as for [`ValidateError`].
#[non_exhaustive]
pub struct ValidateAllError {
    /// The keys that are not proven.
    pub unproven: Vec<Unproven>,
    /// Programs and libraries whose notes cannot be read, so that nobody knows their keys.
    pub unreadable: Vec<(PathBuf, NoteError)>,
    /// The kernel keys that match.
    pub matched: Vec<Matched>,
    /// As [`AllMatched::deferred`].
    pub deferred: Vec<String>,
}

/// Keys that are not proven, all for the same reason.
#[derive(Debug)]
#[non_exhaustive]
pub struct Unproven {
    /// The keys' paths: one for a key that differs, several where their source is not there.
    pub keys: Vec<String>,
    /// Why.
    pub error: ValidateError,
}

impl Error for ValidateAllError {}

impl fmt::Display for ValidateAllError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failed: usize = self.unproven.iter().map(|unproven| unproven.keys.len()).sum();
        write!(f, "{failed} of {} kernel keys are not proven", failed + self.matched.len())?;
        for Unproven { keys, error } in &self.unproven {
            write!(f, "\n{}: {error}", keys.join(", "))?;
        }
        for (object, error) in &self.unreadable {
            write!(f, "\nthe keys of {} are not known: {error}", or_the_program(object).display())?;
        }
        Ok(())
    }
}

fn or_the_program(object: &Path) -> &Path {
    if object.as_os_str().is_empty() { Path::new("this program") } else { object }
}

/// The keys that were found.
#[derive(Default)]
struct Linked<'a> {
    keys: Vec<Key<'a>>,
    unreadable: Vec<(PathBuf, NoteError)>,
}

impl<'a> Linked<'a> {
    /// A program and its library can have the same key from one crate.
    fn add(&mut self, key: Key<'a>) {
        if !self.keys.contains(&key) {
            self.keys.push(key);
        }
    }

    fn validate(self) -> Result<AllMatched, ValidateAllError> {
        let (kernel_keys, own): (Vec<&Key<'_>>, Vec<_>) = self.keys.iter().partition(|key| key.is_kernel_key());
        let deferred = own.into_iter().filter(|key| !key.is_part_of_any(&self.keys)).map(ToString::to_string).collect();
        let mut modules: Vec<Option<&str>> = kernel_keys.iter().map(|key| key.layout.claim.module).collect();
        modules.sort_unstable();
        modules.dedup();
        let (mut matched, mut unproven) = (Vec::new(), Vec::new());
        for module in modules {
            let keys: Vec<_> = kernel_keys.iter().filter(|key| key.layout.claim.module == module).copied().collect();
            match module {
                None => of_the_kernel(&keys, &mut matched, &mut unproven),
                Some(module) => of_a_module(module, &keys, &mut matched, &mut unproven),
            }
        }
        if unproven.is_empty() && self.unreadable.is_empty() {
            return Ok(AllMatched { matched, deferred });
        }
        Err(ValidateAllError { unproven, unreadable: self.unreadable, matched, deferred })
    }
}

fn of_the_kernel(keys: &[&Key<'_>], matched: &mut Vec<Matched>, unproven: &mut Vec<Unproven>) {
    match Source::kernel() {
        Ok(source) => sort(&source, keys, matched, unproven),
        Err(error) => unproven.push(without_source(keys, error)),
    }
}

/// What is a module for one kernel is built into another.
fn of_a_module(module: &str, keys: &[&Key<'_>], matched: &mut Vec<Matched>, unproven: &mut Vec<Unproven>) {
    let no_module = match Source::module(module) {
        Ok(source) => return sort(&source, keys, matched, unproven),
        Err(error) => error,
    };
    let kernel = match (&no_module, Source::kernel()) {
        (SourceError::NoModuleBtf(_), Ok(kernel)) => kernel,
        _ => return unproven.push(without_source(keys, no_module)),
    };
    let layouts: Vec<_> = keys.iter().map(|key| &key.layout).collect();
    let mut absent = Vec::new();
    for (key, report) in keys.iter().copied().zip(reports(&kernel, &layouts)) {
        match report {
            Err(NotCheckable::NoSuchType { .. }) => absent.push(key),
            report => file(key, judge(report), matched, unproven),
        }
    }
    if !absent.is_empty() {
        unproven.push(without_source(&absent, no_module));
    }
}

fn sort(source: &Source, keys: &[&Key<'_>], matched: &mut Vec<Matched>, unproven: &mut Vec<Unproven>) {
    let layouts: Vec<_> = keys.iter().map(|key| &key.layout).collect();
    for (key, report) in keys.iter().zip(reports(source, &layouts)) {
        file(key, in_modules(source, judge(report)), matched, unproven);
    }
}

fn file(
    key: &Key<'_>,
    verdict: Result<Matched, ValidateError>,
    matched: &mut Vec<Matched>,
    unproven: &mut Vec<Unproven>,
) {
    match verdict {
        Ok(verdict) => matched.push(verdict),
        Err(error) => unproven.push(Unproven { keys: vec![key.to_string()], error }),
    }
}

fn without_source(keys: &[&Key<'_>], error: SourceError) -> Unproven {
    let keys = keys.iter().map(ToString::to_string).collect();
    Unproven { keys, error: ValidateError::NotCheckable(Reason::Source(error)) }
}
