//! Programs in structs of functions, which a map of the type `struct_ops` registers.

use super::super::find::Findings;
use super::super::{Attachment, By, Gap, ProgramType, Target, Way};
use crate::map::{Map, MapType};
use crate::sys::netlink::u32_at;

/// `enum bpf_struct_ops_state`: registered by an update of the map, or ready for a link.
const IN_USE: u32 = 1;
const READY: u32 = 3;

pub(super) fn look(findings: &mut Findings) {
    for map in super::maps(findings, Way::StructOps, |map_type| map_type == MapType::STRUCT_OPS) {
        let id = map.info().id;
        match map.get_bytes(&0u32.to_ne_bytes()) {
            Ok(Some(value)) => {
                let link = findings.nameless.iter().find(|link| link.target == Target::StructOps { map: id });
                let by = match (u32_at(&value, 4), link) {
                    (Some(IN_USE), _) => By::Attach,
                    (Some(READY), Some(link)) => link.by.clone(),
                    _ => continue,
                };
                add(findings, &map, &value, &by);
            }
            Ok(None) => {}
            Err(error) => findings.gap(Gap::Failed {
                way: Way::StructOps,
                what: map.info().to_string(),
                errno: error.errno.map_or(libc::EIO, |errno| errno.0),
            }),
        }
    }
}

/// The value is the kernel's struct with the programs' ids where it has pointers to functions
/// (`bpf_struct_ops_map_sys_lookup_elem` reads what `bpf_struct_ops_map_update_elem` put there).
fn add(findings: &mut Findings, map: &Map, value: &[u8], by: &By) {
    // The struct begins at a cache line, behind a count and the state.
    let words = value.get(8..).unwrap_or_default().chunks_exact(8).filter_map(|word| word.try_into().ok());
    for program in words.filter_map(|word| u32::try_from(u64::from_ne_bytes(word)).ok()) {
        let is_one = findings.info(program).is_some_and(|info| info.program_type == ProgramType::STRUCT_OPS);
        if is_one {
            findings.add(program, Attachment::new(Target::StructOps { map: map.info().id }, by.clone()));
        }
    }
}
