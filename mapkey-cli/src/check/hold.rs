//! Every key against every place, on all processors.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{iter, thread};

use mapkey_layout::layout::Layout;
use mapkey_layout::note::Key;
use mapkey_layout::{NotCheckable, Report, Verdict, reports};
use mapkey_runtime::Source;

use crate::check::places::Place;

/// What became of one key at one place.
pub(crate) enum Cell {
    /// It was compared.
    Held(Box<Report>),
    /// The place has no counterpart for it.
    Absent(String),
    /// It could not be compared.
    NotCheckable(String),
}

impl Cell {
    /// As JSON calls it.
    pub(crate) fn verdict(&self) -> &'static str {
        match self {
            Self::Held(report) if report.verdict == Verdict::Match => "match",
            Self::Held(_) => "mismatch",
            Self::Absent(_) | Self::NotCheckable(_) => "not-checkable",
        }
    }
}

/// Lets `hold` fill the cells of each place, one for each key; `step` is told of every place that is done.
pub(crate) fn all(
    places: &[Place],
    step: impl Fn() + Sync,
    hold: impl Fn(&Place) -> Vec<Cell> + Sync,
) -> Vec<Vec<Cell>> {
    let next = AtomicUsize::new(0);
    let columns: Vec<OnceLock<Vec<Cell>>> = places.iter().map(|_| OnceLock::new()).collect();
    let work = || loop {
        let index = next.fetch_add(1, Ordering::Relaxed);
        let (Some(place), Some(column)) = (places.get(index), columns.get(index)) else { return };
        column.get_or_init(|| hold(place));
        step();
    };
    let processors = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    thread::scope(|scope| {
        for _ in 1..processors.min(places.len()) {
            scope.spawn(work);
        }
        work();
    });
    columns.into_iter().map(|column| column.into_inner().unwrap_or_default()).collect()
}

/// Kernel keys against a kernel.
///
/// A key that names a module is held against that, or against the kernel where it is built in; what the kernel has not is
/// looked for in `modules`.
pub(crate) fn against_kernel(place: &Place, keys: &[&Key<'_>], modules: &[String]) -> Vec<Cell> {
    let kernel = match place.open() {
        Ok(kernel) => kernel,
        Err(error) => return iter::repeat_with(|| Cell::NotCheckable(error.clone())).take(keys.len()).collect(),
    };
    let mut cells = held(&kernel, keys);
    let claimed = keys.iter().filter_map(|key| key.layout.claim.module);
    let mut names: Vec<&str> = claimed.chain(modules.iter().map(String::as_str)).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let is_asked_for = modules.iter().any(|module| module == name);
        let wants = |(key, cell): (&&Key<'_>, &Cell)| match key.layout.claim.module {
            Some(module) => module == name,
            None => is_asked_for && matches!(cell, Cell::Absent(_)),
        };
        let wanting: Vec<usize> = (0..keys.len()).filter(|&index| wants((&keys[index], &cells[index]))).collect();
        against_module(place, name, keys, &wanting, &mut cells);
    }
    for (key, cell) in keys.iter().zip(&mut cells) {
        if let Cell::Absent(reason) = cell {
            add_modules(&kernel, key, reason);
        }
    }
    cells
}

/// The keys at the indices `wanting` against a module. Where that has no BTF, the kernel's own verdict stays.
fn against_module(place: &Place, module: &str, keys: &[&Key<'_>], wanting: &[usize], cells: &mut [Cell]) {
    if wanting.is_empty() {
        return;
    }
    let held = match place.module(module) {
        Some(Ok(source)) => held(&source, &wanting.iter().map(|&index| keys[index]).collect::<Vec<_>>()),
        Some(Err(error)) => wanting.iter().map(|_| Cell::Absent(error.clone())).collect(),
        None => {
            let missing = format!(
                "no BTF of the module {module} beside {}: put it there as `modules/{module}.btf`",
                place.description()
            );
            wanting.iter().map(|_| Cell::Absent(missing.clone())).collect()
        }
    };
    for (&index, cell) in wanting.iter().zip(held) {
        let is_built_in = !matches!(cells[index], Cell::Absent(_));
        if !is_built_in || matches!(cell, Cell::Held(_)) {
            cells[index] = cell;
        }
    }
}

/// The running kernel's modules that have what the kernel itself has not.
fn add_modules(kernel: &Source, key: &Key<'_>, reason: &mut String) {
    let name = key.layout.claim.kernel.first().and_then(|name| name.split('.').next());
    if let Some(modules) = name.and_then(|name| kernel.modules_having(name)) {
        *reason += &modules.to_string();
    }
}

pub(crate) fn held(source: &Source, keys: &[&Key<'_>]) -> Vec<Cell> {
    let layouts: Vec<&Layout<'_>> = keys.iter().map(|key| &key.layout).collect();
    let description = source.to_string();
    let reports = match source.btf() {
        Ok(btf) => reports(&layouts, &btf, &description),
        Err(error) => return keys.iter().map(|_| Cell::NotCheckable(error.to_string())).collect(),
    };
    // The place stands in front of the reason, and reasons that are equal without it fold.
    let reason = |reason: &NotCheckable| reason.to_string().replace(&description, "it");
    let cell = |report| match report {
        Ok(report) => Cell::Held(Box::new(report)),
        Err(absent @ NotCheckable::NoSuchType { .. }) => Cell::Absent(reason(&absent)),
        Err(other) => Cell::NotCheckable(reason(&other)),
    };
    reports.into_iter().map(cell).collect()
}
