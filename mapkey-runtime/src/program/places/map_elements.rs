//! XDP programs in elements of device maps and processor maps.

use super::super::find::Findings;
use super::super::{Attachment, By, Gap, Target, Way};
use crate::map::{Map, MapType};
use crate::sys::netlink::u32_at;

pub(super) fn look(findings: &mut Findings) {
    let maps = super::maps(findings, Way::DeviceMaps, |map_type| {
        matches!(map_type, MapType::DEVMAP | MapType::DEVMAP_HASH | MapType::CPUMAP)
    });
    for map in maps {
        match programs(&map) {
            Ok(programs) => programs.into_iter().for_each(|program| {
                let map = map.info().id;
                findings.add(program, Attachment::new(Target::DeviceMap { map }, By::Map { id: map }));
            }),
            Err(errno) => {
                let what = map.info().to_string();
                findings.gap(Gap::Failed { way: Way::DeviceMaps, what, errno });
            }
        }
    }
}

/// The programs in the map's elements. `struct bpf_devmap_val` and `struct bpf_cpumap_val` have the program behind four
/// bytes; maps without programs have values of four bytes.
fn programs(map: &Map) -> Result<Vec<u32>, i32> {
    let mut programs = Vec::new();
    if map.info().value_size < 8 {
        return Ok(programs);
    }
    let mut walk = map.walk();
    while let Some(element) = walk.next().map_err(|error| error.errno.map_or(libc::EINTR, |errno| errno.0))? {
        match element.value.and_then(|value| u32_at(value, 4)) {
            Some(0) | None => {}
            Some(program) if programs.contains(&program) => {}
            Some(program) => programs.push(program),
        }
    }
    Ok(programs)
}
