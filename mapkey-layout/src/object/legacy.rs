//! Definitions without BTF: numbers in a section `maps`, one behind the other.

use std::collections::HashMap;

use super::elf::{Elf, Section, text};
use super::{DefinitionError, Form, KeyOrValue, Linkage, MapDefinition, ObjectError, Pinning};

/// `struct bpf_map_def` of C: type, key size, value size, most entries, flags.
const SHORTEST: usize = 20;
/// That of aya and iproute2, with an id and the pinning behind these.
const WITH_PINNING: usize = 28;

/// Adds the maps of all sections `maps`, and `maps/...`.
pub(super) fn read<'d>(
    elf: &Elf<'d>,
    sections: &[Section<'d>],
    maps: &mut Vec<MapDefinition<'d>>,
) -> Result<(), ObjectError> {
    let sections: HashMap<usize, &[u8]> = sections
        .iter()
        .filter(|section| section.is_legacy_maps())
        .map(|section| (section.index, section.bytes))
        .collect();
    if sections.is_empty() {
        return Ok(());
    }
    for symbol in elf.symbols().filter(|symbol| !symbol.is_section && !symbol.is_function) {
        let bytes = symbol.section.and_then(|section| sections.get(&section));
        let (Some(&bytes), Some(name)) = (bytes, text(symbol.name)) else { continue };
        let range = usize::try_from(symbol.start).ok().zip(usize::try_from(symbol.size).ok());
        let bytes = range.and_then(|(start, size)| bytes.get(start..)?.get(..size)).unwrap_or_default();
        let linkage = if symbol.is_global { Linkage::Global } else { Linkage::Static };
        maps.push(definition(elf, MapDefinition::new(name, Form::Legacy, linkage), bytes)?);
    }
    Ok(())
}

fn definition<'d>(elf: &Elf<'d>, map: MapDefinition<'d>, bytes: &[u8]) -> Result<MapDefinition<'d>, ObjectError> {
    let word = |at: usize| bytes.as_chunks().0.get(at).map(|&word| elf.u32(word));
    let (Some(map_type), Some(key), Some(value), Some(max_entries), Some(map_flags)) =
        (word(0), word(1), word(2), word(3), word(4))
    else {
        let error = DefinitionError::TooShort { found: bytes.len() as u64, expected: SHORTEST as u64 };
        return Err(ObjectError::Definition { map: map.name.to_owned(), error });
    };
    let size = |size| if size == 0 { KeyOrValue::None } else { KeyOrValue::Size(size) };
    let pinned = bytes.len() == WITH_PINNING && word(6) == Some(1);
    let pinning = if pinned { Pinning::ByName } else { Pinning::None };
    Ok(MapDefinition { map_type, key: size(key), value: size(value), max_entries, map_flags, pinning, ..map })
}
