//! The one command or line of code that repairs the first cause.

use super::facts::{Known, MapFacts};
use super::scan::Findings;
use super::shape::Leaf;
use super::{Cause, CauseKind};
use crate::plain;

pub(super) fn of(cause: Option<&Cause>, facts: &MapFacts, findings: Option<&Findings>) -> Option<String> {
    let map = &facts.reference;
    let Some(cause) = cause else { return Some(format!("`mapkey dump {map}` shows what is there")) };
    let field = cause.fields.first().map_or("field", String::as_str);
    let leaf = findings.and_then(|findings| findings.candidates.iter().find(|leaf| leaf.path == field));
    Some(match cause.kind {
        CauseKind::Present => return None,
        CauseKind::WrongMapType => match facts.info.map_type {
            crate::map::MapType::RINGBUF => {
                "read it as a ring buffer, with `ring_buffer__new` or aya's `RingBuf`".to_owned()
            }
            _ => format!("`bpftool map show id {}` shows what kind of map it is", facts.info.id),
        },
        CauseKind::KeySize => format!("declare the key with {}", plain::bytes(facts.info.key_size as usize)),
        CauseKind::IndexOutOfRange => {
            "ask for a lower index, or declare the map with a larger `max_entries`".to_owned()
        }
        CauseKind::PrefixTooLong => {
            format!("ask with a prefix of at most {} bits", (facts.info.key_size as usize).saturating_sub(4) * 8)
        }
        CauseKind::Permission => match facts.unseen.iter().find_map(|unseen| unseen.needs.as_ref()) {
            Some(needs) => format!("run it with {needs}, as with `sudo`"),
            None => return None,
        },
        CauseKind::DirtyPadding => {
            "clear the whole key before its fields are set, where it is written and where it is looked \
                                    up: `__builtin_memset(&key, 0, sizeof(key));` in C, a `Padding<N>` field in Rust"
                .to_owned()
        }
        CauseKind::ByteOrder => byte_order(field, leaf, leaf.and_then(|leaf| swapped_bits(leaf, findings?, cause))),
        CauseKind::LayoutTwin => {
            "declare the key alike on both sides: `__attribute__((packed))` on both or on none in C, \
                                  `#[repr(C)]` or `#[repr(C, packed)]` in Rust"
                .to_owned()
        }
        CauseKind::Shifted => {
            "hold the two declarations of the key against each other: one has bytes before its first field \
                               that the other has not"
                .to_owned()
        }
        CauseKind::StringTail => format!(
            "clear the text before it is copied: `__builtin_memset(key.{field}, 0, sizeof(key.{field}));` in C, a \
             `FixedStr<{}>` in Rust",
            leaf.map_or(16, |leaf| leaf.range().len())
        ),
        CauseKind::SwappedHalves => format!(
            "put `{field}` together in one way on both sides: `bpf_get_current_pid_tgid()` has the process (tgid) in its upper \
             32 bits, the thread (pid) in its lower ones"
        ),
        CauseKind::SignOrWidth => format!(
            "keep `{field}` in one type from end to end{}",
            leaf.map_or_else(String::new, |leaf| format!(": `{}`", leaf.type_name))
        ),
        CauseKind::ExchangedFields => {
            "ask for the other direction, or put the two ends into one order before every update and lookup".to_owned()
        }
        CauseKind::OtherMap => match &facts.other_maps {
            Known::Known(others) => {
                let other = others.iter().find(|other| other.has_key == Some(true))?;
                format!("open the other map: `mapkey explain id:{}` with the same key", other.info.id)
            }
            _ => return None,
        },
        CauseKind::Evicted => {
            "declare a larger `max_entries`, or a map that does not evict: `BPF_MAP_TYPE_HASH`".to_owned()
        }
        CauseKind::MapFull => "declare a larger `max_entries`, or delete entries".to_owned(),
        CauseKind::ProgramNotLoaded => format!(
            "load the program with this very map, by its pin or by reuse of its descriptor; `mapkey doctor --map {map}` shows \
             the chain"
        ),
        CauseKind::ProgramNotAttached => {
            format!("attach it, and keep its link open or pinned; `mapkey doctor --map {map}` shows the places")
        }
        CauseKind::ProgramNeverRan => "make the event happen that the program waits for".to_owned(),
        CauseKind::EmptyMap => {
            format!("`mapkey doctor --map {map}` shows how far the chain from program to map holds")
        }
        CauseKind::NearValue => format!("`mapkey dump {map}` shows the entries"),
    })
}

/// How many bits of the field are in the other order: 16 of a port that stands in 32.
fn swapped_bits(leaf: &Leaf, findings: &Findings, cause: &Cause) -> Option<usize> {
    let larger = leaf.value(&findings.wanted).max(leaf.value(cause.entry.as_deref()?));
    [16, 32].into_iter().find(|&bits| larger >> bits == 0).filter(|&bits| bits < leaf.bit_size).or(Some(leaf.bit_size))
}

fn byte_order(field: &str, leaf: Option<&Leaf>, bits: Option<usize>) -> String {
    let (function, bits) = match bits {
        Some(16) => ("bpf_htons", 16),
        Some(64) => ("bpf_cpu_to_be64", 64),
        Some(32) => ("bpf_htonl", 32),
        _ => return format!("convert `{field}` once, and on both sides of the map"),
    };
    match leaf {
        Some(leaf) if leaf.bit_size != bits => format!(
            "`{field}` has {bits} bits in a field of {}: convert them on one side only, with `{function}` in C, before they are widened",
            leaf.bit_size
        ),
        Some(leaf) if leaf.order == mapkey_layout::ByteOrder::Big => format!(
            "`{field}` is in network order: convert where it is written, `key.{field} = {function}({field});` in C, `Be<u{bits}>` in \
             Rust"
        ),
        _ => format!(
            "decide on one order for `{field}` and convert on one side only, with `{function}` in C; a field that is `__be{bits}` in C and \
             `Be<u{bits}>` in Rust says which it is"
        ),
    }
}
