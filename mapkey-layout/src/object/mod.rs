//! What a compiled eBPF object declares: its maps, and the programs that use each.
//!
//! [`maps`] reads the definitions that are in BTF, in the section `.maps`, as libbpf does (`parse_btf_map_def` in
//! `src/libbpf.c`): those of C (`__uint(type, BPF_MAP_TYPE_HASH)`, `__type(key, struct flow_key)`) and those of Rust
//! (`#[btf_map]`), which have the same shape. The older ones in the section `maps` (`struct bpf_map_def`, Rust's
//! `#[map]`) say nothing about a key but its size.
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let object = std::fs::read("flow.bpf.o")?;
//! for map in mapkey_layout::object::maps(&object)? {
//!     println!("{}: keys of {} bytes, used by {:?}", map.name, map.key.size(), map.used_by);
//! }
//! # Ok(()) }
//! ```

mod definition;
mod elf;
mod error;
mod legacy;
mod places;
mod uses;

pub use definition::{Form, KeyOrValue, Linkage, MapDefinition, Pinning};
pub use error::{DefinitionError, ObjectError};

use crate::btf::Btf;
use elf::Elf;

/// The section of the definitions that are in BTF.
const MAPS: &[u8] = b".maps";

/// All maps that an eBPF object declares: those of `.maps` in the order of its BTF, then those of `maps` sections.
///
/// Global variables, of which loaders make maps too (`.bss`, `.data`, `.rodata`), are none of these.
///
/// # Errors
///
/// [`ObjectError`] if `data` is no eBPF object, or a definition is broken: loaders refuse such an object as a whole.
pub fn maps(data: &[u8]) -> Result<Vec<MapDefinition<'_>>, ObjectError> {
    let elf = Elf::parse(data)?;
    let sections = elf.sections().collect::<Result<Vec<_>, _>>()?;
    let mut maps = Vec::new();
    if sections.iter().any(|section| section.name == MAPS) {
        let index = Btf::parse(data)?.index(&[])?;
        maps = index.map_definitions()?.ok_or(ObjectError::NoDefinitions)?;
    }
    legacy::read(&elf, &sections, &mut maps)?;
    uses::find(&elf, &sections, &mut maps)?;
    Ok(maps)
}
