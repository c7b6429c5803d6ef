//! What the kernel says about a program.

use std::fmt;
use std::time::Duration;

use mapkey_layout::btf::Btf;

use super::ProgramType;
use crate::sys::{self, NAME_KEPT, RawProgram};

/// What the kernel says about a program, `struct bpf_prog_info`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ProgramInfo {
    /// The id, which no other program had since the system started.
    pub id: u32,
    /// The name: the kernel keeps 15 bytes, and the rest is taken from the program's BTF where that can be read.
    pub name: String,
    /// The type.
    #[cfg_attr(feature = "serde", serde(rename = "type"))]
    pub program_type: ProgramType,
    /// A hash of the instructions, as bpftool prints it: `9b2d6c3a1f0e4d5c`.
    pub tag: String,
    /// When it was loaded: the time since the system started.
    #[cfg_attr(feature = "serde", serde(rename = "loaded_ns", serialize_with = "nanoseconds"))]
    pub loaded: Duration,
    /// The user who loaded it.
    pub uid: u32,
    /// The maps that its instructions use, by their ids. Maps that it finds in maps of maps are not among them.
    pub map_ids: Vec<u32>,
    /// How often it ran while the kernel counted.
    pub run_count: u64,
    /// How long it ran while the kernel counted.
    #[cfg_attr(feature = "serde", serde(rename = "run_time_ns", serialize_with = "nanoseconds"))]
    pub run_time: Duration,
    /// How often it did not run because it was running already.
    pub recursion_misses: u64,
    /// The network device that it was offloaded to; 0 for none.
    pub offloaded_to: u32,
    /// The id of its BTF; 0 where it has none.
    pub btf_id: u32,
    /// The BTF that has the function or struct which it was loaded for; 0 where there is none.
    pub attach_btf_obj_id: u32,
    /// The function or struct which it was loaded for; 0 where there is none.
    pub attach_btf_id: u32,
}

#[cfg(feature = "serde")]
fn nanoseconds<S: serde::Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX))
}

impl ProgramInfo {
    pub(crate) fn new(raw: RawProgram) -> Self {
        let full = (raw.name.len() >= NAME_KEPT).then(|| full_name(&raw)).flatten();
        Self {
            id: raw.id,
            name: full.unwrap_or(raw.name),
            program_type: ProgramType::from_raw(raw.program_type),
            tag: raw.tag.iter().map(|byte| format!("{byte:02x}")).collect(),
            loaded: Duration::from_nanos(raw.load_time),
            uid: raw.uid,
            map_ids: raw.map_ids,
            run_count: raw.run_count,
            run_time: Duration::from_nanos(raw.run_time_ns),
            recursion_misses: raw.recursion_misses,
            offloaded_to: raw.ifindex,
            btf_id: raw.btf_id,
            attach_btf_obj_id: raw.attach_btf_obj_id,
            attach_btf_id: raw.attach_btf_id,
        }
    }
}

/// The name of the program's function in its BTF, if it begins as the kernel's 15 bytes do.
fn full_name(raw: &RawProgram) -> Option<String> {
    if raw.btf_id == 0 || raw.function == 0 {
        return None;
    }
    let loaded = sys::btf_of_id(raw.btf_id).ok()?;
    let index = Btf::parse(&loaded.bytes).ok()?.index(&[]).ok()?;
    let name = index.name_of(raw.function).ok()?;
    name.starts_with(&raw.name).then(|| name.to_owned())
}

/// As a person tells it from others: ``program 17 `count_flows` (xdp)``.
impl fmt::Display for ProgramInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "program {}", self.id)?;
        if !self.name.is_empty() {
            write!(f, " `{}`", self.name)?;
        }
        write!(f, " ({})", self.program_type)
    }
}
