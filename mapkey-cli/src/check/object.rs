//! Own keys against the maps that an object declares.

use std::iter;

use mapkey_layout::layout::Layout;
use mapkey_layout::note::Key;
use mapkey_layout::object::{KeyOrValue, maps};
use mapkey_layout::{Report, Verdict, report_on_type, type_layout_of};
use mapkey_runtime::Source;

use crate::check::hold::{Cell, held};
use crate::check::places::Place;
use crate::source::strip_keyword;

/// Each key against the type of its name, as the key of every map that has such keys; where no map has, as the object's
/// BTF has it.
pub(crate) fn against_object(place: &Place, keys: &[&Key<'_>]) -> Vec<Cell> {
    let all = |reason: String| iter::repeat_with(|| Cell::NotCheckable(reason.clone())).take(keys.len()).collect();
    let object = match place.open() {
        Ok(object) => object,
        Err(error) => return all(error),
    };
    let slots = match key_types(place, &object) {
        Ok(slots) => slots,
        Err(reason) => return all(reason),
    };
    let as_key_of_maps = |(key, cell)| match cell {
        Cell::Held(report) => Cell::Held(Box::new(worst(&key, *report, &slots, &object))),
        other => other,
    };
    keys.iter().map(|key| key.layout).zip(held(&object, keys)).map(as_key_of_maps).collect()
}

/// The type that a map has its keys of.
struct Slot {
    id: u32,
    /// The type's name in C.
    name: String,
    /// What a person calls it.
    description: String,
}

fn key_types(place: &Place, object: &Source) -> Result<Vec<Slot>, String> {
    let bytes = place.bytes().map_err(|error| error.to_string())?;
    let btf = object.btf().map_err(|error| error.to_string())?;
    let slot = |map: &str, id| {
        let description = format!("the key of map `{map}` in {object}");
        let name = type_layout_of(&btf, id, &description).ok()?.name;
        Some(Slot { id, name, description })
    };
    let declared = maps(&bytes).map_err(|error| error.to_string())?;
    let typed = declared.iter().filter_map(|map| match map.key {
        KeyOrValue::Type { id, .. } => slot(map.name, id),
        _ => None,
    });
    Ok(typed.collect())
}

/// The report that finds most, of the maps that have this type of key.
fn worst(key: &Layout<'_>, by_name: Report, slots: &[Slot], object: &Source) -> Report {
    let name = strip_keyword(&by_name.counterpart);
    let of_slots = slots.iter().filter(|slot| slot.name == name);
    let reports = of_slots.filter_map(|slot| report_on_type(key, &object.btf().ok()?, slot.id, &slot.description).ok());
    reports.max_by_key(|report| (report.verdict == Verdict::Mismatch, report.differences.len())).unwrap_or(by_name)
}
